import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BlobsPlace, contractMaxBytes, testBlobsContract } from "./contract.ts";
import { openDiskBlobs } from "./disk-blobs.ts";
import { makeMemoryBlobs } from "./memory-blobs.ts";

const ANNA = "agent.anna";

testBlobsContract("memory", async () => {
  let isFull = false;
  const blobs = makeMemoryBlobs({ maxBytes: contractMaxBytes, isFull: () => isFull });
  return { open: async () => blobs, setFull: (next) => void (isFull = next), end: async () => {} };
});

testBlobsContract("disk", async () => (await makeDiskPlace()).place);

async function makeDiskPlace(): Promise<{ readonly place: BlobsPlace; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "blobs-"));
  let isFull = false;
  const writeFault = () => (isFull ? Object.assign(new Error("no space"), { code: "ENOSPC" }) : undefined);
  return {
    folder,
    place: {
      open: () => openDiskBlobs({ folder, maxBytes: contractMaxBytes, writeFault }),
      setFull: (next) => void (isFull = next),
      end: () => rm(folder, { recursive: true, force: true }),
    },
  };
}

test("a part that a crash cut short is sent again from where the file ends, and nothing is left behind", async () => {
  const { place, folder } = await makeDiskPlace();
  const bytes = randomBytes(1_000);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const blobs = await place.open();
  await blobs.begin(hash, 1_000, ANNA);
  await blobs.append(hash, { by: ANNA, offset: 0, bytes: bytes.subarray(0, 300) });
  // Half of the next part reached the disk, its answer did not.
  const part = (await readdir(join(folder, "uploads"))).find((name) => !name.endsWith(".size"));
  await appendFile(join(folder, "uploads", part ?? "none"), bytes.subarray(300, 450));
  const again = await place.open();
  expect(await again.begin(hash, 1_000, ANNA)).toEqual({ ok: true, received: 450, complete: false });
  await again.append(hash, { by: ANNA, offset: 450, bytes: bytes.subarray(450) });
  expect(await again.complete(hash, ANNA)).toEqual({ ok: true });
  expect(await readdir(join(folder, "uploads"))).toEqual([]);
  await place.end();
});

test("a file that was kept before it was kept who has it is everybody's still", async () => {
  const { place, folder } = await makeDiskPlace();
  const bytes = randomBytes(100);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const blobs = await place.open();
  await blobs.begin(hash, 100, ANNA);
  await blobs.append(hash, { by: ANNA, offset: 0, bytes });
  await blobs.complete(hash, ANNA);
  await rm(join(folder, "notes"), { recursive: true });
  expect(await blobs.isHeld(hash, "user.boris")).toBe(true);
  await blobs.addPlace(hash, "dialog.1:a");
  expect(await blobs.isHeld(hash, "user.boris")).toBe(true);
  await place.end();
});

test("half a line that a full disk left says nothing, and the next one is whole", async () => {
  const { place, folder } = await makeDiskPlace();
  const hash = "ab".repeat(32);
  const blobs = await place.open();
  await blobs.admit(hash, ANNA);
  await appendFile(join(folder, "notes", "ab", hash), "by agent.bo");
  expect(await blobs.isHeld(hash, "agent.bo")).toBe(false);
  await blobs.admit(hash, "agent.boris");
  expect([await blobs.isHeld(hash, ANNA), await blobs.isHeld(hash, "agent.boris")]).toEqual([true, true]);
  await place.end();
});
