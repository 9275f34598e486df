import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../kernel/ids.ts";
import { agent, system, ThreadWorld } from "../testing/thread-world.ts";
import { admit } from "./admit.ts";

const PERSON = derivedThreadId("person", "ivan");
const vouched = { "id.email": { value: "boss@example.com", verified: true } };

describe("[S3] identifiers by which persons are joined", () => {
  it("are the desk's word: no agent types one in, not even an admin", () => {
    const world = new ThreadWorld();
    world.thread = PERSON;
    world.write(system, "open", { set: { name: "Ivan", ...vouched } });
    const admin = agent("anna", "admin");
    const forged = world.make(admin, "set-field", { set: vouched });
    expect(admit(world.at, forged, world.context(admin))).toEqual({ answer: "refused", code: "forbidden" });
    expect(world.write(admin, "set-field", { set: { email: "boss@example.com" } }).stamp.verdict).toBe("noted");
    const born = world.make(admin, "open", { thread: derivedThreadId("person", "other"), set: vouched });
    expect(admit(undefined, born, world.context(admin))).toEqual({ answer: "refused", code: "forbidden" });
  });
});
