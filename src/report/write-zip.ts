// A zip file of short texts.
import { createWriteStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { CasBatchError } from "../core/errors.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile } from "./text/replacement-file.ts";

export interface ZipText {
  readonly name: string;
  readonly text: string;
}

/** @throws CasBatchError `file-not-writable`, also when there is something of that name already */
export async function writeZip(
  path: string,
  texts: readonly ZipText[],
  writtenAt: Date,
): Promise<void> {
  if ((await lstat(path).catch(() => null)) !== null) {
    throw new CasBatchError("file-not-writable", `Cannot write ${path}: it is there already`, {
      hint: "Name another file, or move that one away",
    });
  }
  const target = replacementFile(path);
  try {
    await target.discard();
    const zip = new ZipFile();
    for (const { name, text } of texts)
      zip.addBuffer(Buffer.from(text), name, { mtime: writtenAt });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(target.temporaryPath, { flags: "wx" }));
    await target.commit();
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await target.discard();
  }
}
