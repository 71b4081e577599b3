// A short text that others may read at any time: they see the old one or the whole new one.
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile } from "./text/replacement-file.ts";
import { TextFile } from "./text/text-file.ts";

/** @throws CasBatchError when it cannot be written; the old one is still there then */
export async function replaceTextFile(path: string, text: string): Promise<void> {
  const target = replacementFile(path);
  const file = new TextFile(target.temporaryPath);
  try {
    await target.discard();
    file.add(text);
    await file.flush();
    await file.close();
    await target.commit();
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await file.close();
    await target.discard();
  }
}
