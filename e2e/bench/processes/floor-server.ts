import { type FloorDoc } from "../floor-documents.ts";
import { openFloorServer } from "../floor-server.ts";
import { serveParent } from "./child.ts";

// The floor server in a process of its own.
const floor = await openFloorServer();

serveParent({
  url: () => floor.url,
  load: ({ database, docs }: { readonly database: string; readonly docs: readonly FloorDoc[] }) => {
    floor.load(database, docs);
    return docs.length;
  },
});
