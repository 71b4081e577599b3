// Writes what `init` has found out: the secret first, which alone is nothing that a command would use, then the
// configuration that names it. Each is whole or not there; where the second fails, the first is taken back.
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { makeFolder } from "../../core/files/make-folder.ts";
import { moveFile } from "../../core/files/move-file.ts";
import { notWritable } from "../../core/files/not-writable.ts";
import { replacementFile } from "../../report/text/replacement-file.ts";

/** For their owner alone. */
const SECRET_MODE = 0o600;
const SECRET_FOLDER_MODE = 0o700;

export interface Setup {
  readonly config: { readonly path: string; readonly text: string };
  /** Null where it is there already, or none is needed. */
  readonly secret: { readonly path: string; readonly text: string } | null;
  /** Null for none. */
  readonly inbox: string | null;
  /** Whether files that are there are replaced. */
  readonly force: boolean;
}

/** @throws CasBatchError `file-not-writable` */
export async function writeSetup({ config, secret, inbox, force }: Setup): Promise<void> {
  if (inbox !== null) makeFolderFor(inbox, inbox);
  const wasThere = secret !== null && existsSync(secret.path);
  if (secret !== null) {
    makeFolderFor(secret.path, dirname(secret.path), SECRET_FOLDER_MODE);
    await write(secret.path, `${secret.text}\n`, force, SECRET_MODE);
  }
  try {
    makeFolderFor(config.path, dirname(config.path));
    await write(config.path, config.text, force);
  } catch (error) {
    if (secret !== null && !wasThere) await rm(secret.path, { force: true });
    throw error;
  }
}

async function write(path: string, text: string, force: boolean, mode?: number): Promise<void> {
  const file = replacementFile(path, force ? rename : putWhereNothingIs);
  try {
    await writeFile(file.temporaryPath, text, {
      flag: "wx",
      ...(mode === undefined ? {} : { mode }),
    });
  } catch (error) {
    await file.discard();
    throw notWritable(path, error);
  }
  await file.commit();
}

/** Unlike a rename it replaces nothing that has come there in the meantime. */
async function putWhereNothingIs(from: string, to: string): Promise<void> {
  const target = { folder: dirname(to), names: [basename(to)], partPath: `${from}.part` };
  if ((await moveFile(from, target)) !== null) return;
  throw Object.assign(new Error(`${to} is already there`), { code: "EEXIST" });
}

/** @throws CasBatchError `file-not-writable` */
function makeFolderFor(path: string, folder: string, mode?: number): void {
  try {
    makeFolder(folder, mode);
  } catch (error) {
    throw notWritable(path, error);
  }
}
