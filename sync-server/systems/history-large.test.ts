import { strToU8 } from "fflate";
import { expect, it } from "vitest";
import { readChatwoot } from "./history-chatwoot.ts";
import { readHistoryCsv } from "./history-csv.ts";

const MANY = 150_000;

it("[U18] a table whose lines are all of one dialog is one refused record, not the end of the import", () => {
  const rows = Array.from({ length: MANY }, (_, at) => `all,2021-03-01T10:00:00Z,user,line ${at}`);
  const one = "one,2021-03-01T10:00:00Z,user,hello";
  const read = readHistoryCsv(strToU8(`dialog_id,at,by,text\n${[...rows, one].join("\n")}\n`));
  expect(read.histories.map(({ history }) => history.id)).toEqual(["one"]);
  expect(read.faults).toEqual([{ line: 2, key: "all", code: "broken", detail: "messages" }]);
});

it("[U18] a conversation of very many messages is one refused record, too", () => {
  const message = (id: number) => ({ id, content: "x", message_type: 0, created_at: 1_577_840_400 });
  const conversation = (id: number, messages: number) => ({
    id,
    created_at: 1_577_840_400,
    messages: Array.from({ length: messages }, (_, at) => message(at)),
  });
  const read = readChatwoot(strToU8(JSON.stringify([conversation(1, MANY), conversation(2, 1)])));
  expect(read.histories.map(({ history }) => history.id)).toEqual(["2"]);
  expect(read.faults).toEqual([{ line: 1, key: "1", code: "broken", detail: "messages" }]);
});
