import * as v from "valibot";
import type { OutFile } from "../port.ts";
import { type VkApi, VkError } from "./api.ts";

const server = v.looseObject({ upload_url: v.string() });
const uploadedPhoto = v.looseObject({ server: v.union([v.number(), v.string()]), photo: v.string(), hash: v.string() });
const savedPhotos = v.pipe(
  v.array(v.looseObject({ id: v.number(), owner_id: v.number(), access_key: v.optional(v.string()) })),
  v.minLength(1),
);
const uploadedDoc = v.looseObject({ file: v.string() });
const savedDoc = v.looseObject({ doc: v.looseObject({ id: v.number(), owner_id: v.number() }) });

/** Pictures that VK keeps as photos, up to its 50 MB; everything else is a document. */
const PHOTOS = new Set(["image/jpeg", "image/png"]);
const PHOTO_BYTES = 50_000_000;

/** Puts a file up for a conversation and says how `messages.send` names it. Repeatable: an attachment without a message is seen by nobody. */
export async function uploadFile(
  api: VkApi,
  file: OutFile,
  ask: { peer: number; signal: AbortSignal },
): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of await file.open()) chunks.push(new Uint8Array(chunk));
  const blob = new Blob(chunks, { type: file.type });
  const isPhoto = PHOTOS.has(file.type) && blob.size <= PHOTO_BYTES;
  return isPhoto ? uploadPhoto(api, { file, blob }, ask) : uploadDoc(api, { file, blob }, ask);
}

type Body = { readonly file: OutFile; readonly blob: Blob };
type Ask = { readonly peer: number; readonly signal: AbortSignal };

async function uploadPhoto(api: VkApi, { file, blob }: Body, { peer, signal }: Ask): Promise<string> {
  const { upload_url } = read(
    server,
    await api.call("photos.getMessagesUploadServer", { peer_id: String(peer) }, signal),
  );
  const put = read(uploadedPhoto, await api.json(upload_url, { form: formOf("photo", blob, file.name), signal }));
  // An empty list is how VK says that it is no picture.
  if (put.photo === "" || put.photo === "[]") throw new VkError(129, "not taken as a photo");
  const params = { server: String(put.server), photo: put.photo, hash: put.hash };
  const [saved] = read(savedPhotos, await api.call("photos.saveMessagesPhoto", params, signal));
  if (saved === undefined) throw new VkError(22, "nothing was saved");
  return `photo${saved.owner_id}_${saved.id}${saved.access_key === undefined ? "" : `_${saved.access_key}`}`;
}

async function uploadDoc(api: VkApi, { file, blob }: Body, { peer, signal }: Ask): Promise<string> {
  const asked = await api.call("docs.getMessagesUploadServer", { type: "doc", peer_id: String(peer) }, signal);
  const put = read(
    uploadedDoc,
    await api.json(read(server, asked).upload_url, { form: formOf("file", blob, file.name), signal }),
  );
  const { doc } = read(
    savedDoc,
    await api.call("docs.save", { file: put.file, title: file.name.slice(0, 128) }, signal),
  );
  return `doc${doc.owner_id}_${doc.id}`;
}

function formOf(name: string, blob: Blob, fileName: string): FormData {
  const form = new FormData();
  form.append(name, blob, fileName);
  return form;
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const found = v.safeParse(schema, value);
  if (!found.success) throw new VkError(22, "an upload was answered otherwise than documented");
  return found.output;
}
