import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BlobsPlace, contractMaxBytes, testBlobsContract } from "./contract.ts";
import { openDiskBlobs } from "./disk-blobs.ts";
import { makeMemoryBlobs } from "./memory-blobs.ts";

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
  await blobs.begin(hash, 1_000);
  await blobs.append(hash, 0, bytes.subarray(0, 300));
  // Half of the next part reached the disk, its answer did not.
  await appendFile(join(folder, "uploads", hash), bytes.subarray(300, 450));
  const again = await place.open();
  expect(await again.begin(hash, 1_000)).toEqual({ ok: true, received: 450, complete: false });
  await again.append(hash, 450, bytes.subarray(450));
  expect(await again.complete(hash)).toEqual({ ok: true });
  expect(await readdir(join(folder, "uploads"))).toEqual([]);
  await place.end();
});
