// Checks a folder of evidence by itself: every file against the manifest, the manifest against the list of sums, and
// each message against its fingerprint. What the ledger says of it is for who has the ledger.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EvidenceCode } from "../core/codes/evidence-codes.ts";
import { contentHash } from "../core/content-hash.ts";
import { CasBatchError } from "../core/errors.ts";
import { hashFile } from "../core/files/hash-file.ts";
import { objectIn } from "../core/json.ts";
import { kindNamed } from "../core/message-kind.ts";
import { filesIn, sha256Of } from "./evidence-folder.ts";
import {
  MANIFEST,
  readManifest,
  SUMS,
  sumsOf,
  type EvidenceFile,
  type Manifest,
} from "./manifest.ts";

export interface EvidenceDifference {
  readonly code: EvidenceCode;
  /** Of a file or an entry. */
  readonly place: string;
}

export interface CheckedFolder {
  /** Null where there is none that can be read. */
  readonly manifest: Manifest | null;
  readonly manifestSha256: string;
  readonly differences: readonly EvidenceDifference[];
}

/** @throws CasBatchError `file-not-found` when there is no such folder */
export async function checkEvidenceFolder(
  folder: string,
  onFile: (done: number, total: number) => void,
): Promise<CheckedFolder> {
  if ((await stat(folder).catch(() => null))?.isDirectory() !== true) {
    throw new CasBatchError("file-not-found", `There is no folder ${folder}`);
  }
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => "");
  const manifest = readManifest(text);
  const manifestSha256 = sha256Of(Buffer.from(text));
  if (manifest === null) {
    const differences = [{ code: "evidence-manifest-missing", place: MANIFEST } as const];
    return { manifest, manifestSha256, differences };
  }
  const differences: EvidenceDifference[] = [];
  const found = new Set(await filesIn(folder));
  for (const [at, file] of manifest.files.entries()) {
    if (!found.delete(file.path)) {
      differences.push({ code: "evidence-file-missing", place: file.path });
    } else {
      const code = await faultOf(join(folder, file.path), file, manifest);
      if (code !== null) differences.push({ code, place: file.path });
    }
    onFile(at + 1, manifest.files.length);
  }
  found.delete(MANIFEST);
  const sums = await readFile(join(folder, SUMS), "utf8").catch(() => "");
  if (!found.delete(SUMS)) differences.push({ code: "evidence-file-missing", place: SUMS });
  else if (sums !== sumsOf(manifest.files, manifestSha256)) {
    differences.push({
      code: "evidence-manifest-changed",
      place: `${MANIFEST} and ${SUMS} disagree`,
    });
  }
  for (const place of found) differences.push({ code: "evidence-file-added", place });
  return { manifest, manifestSha256, differences };
}

async function faultOf(
  path: string,
  { bytes, sha256, message }: EvidenceFile,
  { redaction }: Manifest,
): Promise<EvidenceCode | null> {
  // A file of another size need not be read, and one that cannot be read is not what it was.
  const size = (await stat(path).catch(() => null))?.size;
  const found = size === bytes ? await hashFile(path).catch(() => null) : null;
  if (found?.sha256 !== sha256) return "evidence-file-changed";
  if (message === undefined || redaction !== null) return null;
  const body = objectIn(await readFile(path, "utf8"));
  const kind = kindNamed(message.kind);
  const isSame = body !== null && kind !== null && contentHash(body, kind) === message.contentHash;
  return isSame ? null : "evidence-payload-differs";
}
