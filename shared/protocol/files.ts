import * as v from "valibot";
import { LIMITS, sha } from "../kernel/schema.ts";

/**
 * Files are named by their content (SHA-256) and sent in parts, each of which may be sent again. An upload is its sender's
 * own: he sends all bytes of a file, also where another has sent the same one, and is told nothing of that.
 *
 * Agents (session cookie or device token) under `/api/files`; users (`Authorization: Bearer <chat secret>`) with the same
 * acts under `/api/chat/<link token>/files`, where the link must be open.
 *
 * POST  `{base}`        uploadBody -> 200/201 UploadAnswer: begins or finds the upload
 * HEAD  `{base}/<sha>`  -> 200 with `Upload-Offset` and `Upload-Length`, 404 when nothing has come
 * PATCH `{base}/<sha>`  header `Upload-Offset: <bytes the server has>`, body = the next bytes, at most `PART_BYTES`
 *                       -> 200 UploadAnswer; 409 `file-offset` with the true `Upload-Offset` header: go on from there;
 *                       422 `file-sha` when the whole does not hash to its name: begin again; 415 `file-kind`
 *
 * GET   `/files/<thread>/<item id>/<sha>` -> the bytes, for those who may see that item (cookie, device token, or chat
 *       secret), once its author has sent the file or if he could read it elsewhere when he named it; 404 otherwise. Ranges; `?width=` 160, 320 or 640 gives a small form of a picture where one can
 *       be made.
 *       Only raster pictures come inline, everything else as an attachment; never to be executed.
 */
export const uploadBody = v.strictObject({
  sha,
  size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.fileBytes)),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.fileNameLength)),
  type: v.pipe(v.string(), v.maxLength(127)),
});
export type UploadBody = v.InferOutput<typeof uploadBody>;

/** Largest part of one PATCH. */
export const PART_BYTES = 1024 * 1024;

/** `complete`: the whole is stored and hashes to its name. `type` is the server's reading of the content, not the sender's word. */
export type UploadAnswer = {
  readonly sha: string;
  readonly offset: number;
  readonly size: number;
  readonly complete: boolean;
  readonly type?: string;
  readonly width?: number;
  readonly height?: number;
};

/** File names that are refused on the device already, before anything is sent: what a browser or a system would run. */
const REFUSED_NAMES =
  /\.(?:html?|xhtml|svgz?|xml|js|mjs|cjs|jse|vbs|vbe|wsf|hta|exe|dll|com|bat|cmd|msi|scr|pif|ps1|psm1|sh|jar|app|apk|dmg|pkg|lnk|reg|cpl|chm|php|py|pl|rb|swf|url)$/i;

/** Whether a file of this name may not be sent. The server looks at the content as well. */
export const isRefusedFileName = (name: string): boolean => REFUSED_NAMES.test(name.trim().replace(/[. ]+$/, ""));
