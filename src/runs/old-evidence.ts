// Folders of evidence that retention no longer asks for. Nothing is deleted that is not known to be ours to the letter:
// a folder that somebody has changed or added to stays.
import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkEvidenceFolder } from "../evidence/check-folder.ts";
import { MANIFEST, SUMS } from "../evidence/manifest.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type { WrittenEvidenceRecord } from "../ledger/contract/evidence.ts";
import { CasBatchError } from "../core/errors.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { environments } from "../core/shipment.ts";

export interface OldEvidence extends Pick<WrittenEvidenceRecord, "path" | "runId" | "writtenAt"> {
  /**
   * `due`: to be removed, or removed; `gone`: not there any more; `changed`: not as it was written; `open`: a shipment
   * of its run is not finished.
   */
  readonly standing: "due" | "gone" | "changed" | "open";
}

/** @param remove false: nothing is deleted or recorded */
export async function oldEvidence(
  ledgerPath: string,
  { before, now, remove }: { readonly before: Date; readonly now: Date; readonly remove: boolean },
): Promise<readonly OldEvidence[]> {
  const ledger = await openSqliteLedger(ledgerPath, { createWhenMissing: false });
  const found: OldEvidence[] = [];
  try {
    for (const environment of environments) {
      for (const tenant of await ledger.tenants(environment)) {
        const books = ledger.books(environment, tenant);
        for (const one of await books.writtenEvidence()) {
          if (one.writtenAt >= before) continue;
          const { path, runId, writtenAt, manifestSha256 } = one;
          const standing = one.isOpen ? "open" : await standingOf(one);
          if (remove && standing === "due") await removeFolder(path);
          if (remove && (standing === "due" || standing === "gone")) {
            await books.recordEvidenceGone(manifestSha256, now);
          }
          found.push({ path, runId, writtenAt, standing });
        }
      }
    }
    return found;
  } finally {
    await ledger.close();
  }
}

async function standingOf({
  path,
  manifestSha256,
}: WrittenEvidenceRecord): Promise<OldEvidence["standing"]> {
  try {
    const checked = await checkEvidenceFolder(path, () => undefined);
    // Files are missing where a removal was interrupted.
    const isOurs = checked.differences.every(({ code }) => code === "evidence-file-missing");
    const isSame = checked.manifestSha256 === manifestSha256 && isOurs;
    return isSame ? "due" : "changed";
  } catch (error) {
    if (error instanceof CasBatchError && error.code === "file-not-found") return "gone";
    throw error;
  }
}

/** File by file, so that nothing goes that came in meanwhile; the manifest last, so that it can be done again. */
async function removeFolder(path: string): Promise<void> {
  try {
    const { manifest } = await checkEvidenceFolder(path, () => undefined);
    const names = (manifest?.files ?? []).map((file) => file.path);
    for (const name of [...names, SUMS, MANIFEST]) await rm(join(path, name), { force: true });
    const folders = new Set(names.map((name) => dirname(name)).filter((name) => name !== "."));
    for (const folder of folders) await rmdir(join(path, folder)).catch(() => undefined);
    await rmdir(path);
  } catch (error) {
    throw notWritable(path, error);
  }
}
