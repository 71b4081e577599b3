// Checks a folder of evidence: by itself, and against the ledger where there is one. What the ledger learned since is
// no difference; what it no longer says, or says otherwise, is.
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  checkEvidenceFolder,
  type CheckedFolder,
  type EvidenceDifference,
} from "../evidence/check-folder.ts";
import type { Manifest } from "../evidence/manifest.ts";
import type { OnProgress } from "../core/progress.ts";
import type { EvidenceBooks, LedgerRecord } from "../ledger/contract/evidence.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";

const OTHER_LEDGER = "evidence-other-ledger";

/** @param ledgerPath null: the folder is checked alone */
export async function verifyEvidence(
  folder: string,
  ledgerPath: string | null,
  onProgress: OnProgress,
): Promise<CheckedFolder> {
  const checked = await checkEvidenceFolder(folder, (done, total) => {
    onProgress({ phase: "reading", subject: "evidence", done, total });
  });
  const { manifest } = checked;
  if (manifest === null || ledgerPath === null) return checked;
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const tenants = await ledger.tenants(manifest.environment);
    if (!tenants.includes(manifest.tenant)) {
      const place = `${ledger.location}, which has no books of tenant ${manifest.tenant}`;
      return { ...checked, differences: [...checked.differences, { code: OTHER_LEDGER, place }] };
    }
    const books = ledger.books(manifest.environment, manifest.tenant);
    const isOwn = (await books.ledgerId()) === manifest.ledgerId;
    const more: readonly EvidenceDifference[] = isOwn
      ? [
          ...(await differencesOfManifest(folder, checked, manifest, books)),
          ...(await differencesOfRecords(folder, manifest, books)),
        ]
      : [{ code: OTHER_LEDGER, place: ledger.location }];
    return { ...checked, differences: [...checked.differences, ...more] };
  } finally {
    await ledger.close();
  }
}

/** A folder may have been moved, so it is known by its manifest. */
async function differencesOfManifest(
  folder: string,
  { manifestSha256 }: CheckedFolder,
  { runId }: Manifest,
  books: EvidenceBooks,
): Promise<readonly EvidenceDifference[]> {
  const written = await books.writtenEvidence();
  if (written.some((one) => one.manifestSha256 === manifestSha256)) return [];
  const isChanged = written.some((one) => one.path === folder && one.runId === runId);
  const code = isChanged ? "evidence-manifest-changed" : "evidence-not-recorded";
  return [{ code, place: folder }];
}

interface Comparison {
  readonly kind: string;
  readonly code: EvidenceDifference["code"];
  /** What an entry says that cannot change any more. */
  readonly said: (record: LedgerRecord) => string;
  /** Whether the folder must have an entry of the ledger. */
  readonly isDue: (record: LedgerRecord, manifest: Manifest) => boolean;
}

const comparisons: readonly Comparison[] = [
  {
    kind: "receipt",
    code: "evidence-receipt-differs",
    said: ({ versionId, versionNumber, referenceId, acceptedAt }) =>
      [versionId, versionNumber, referenceId, acceptedAt].map(String).join(" "),
    isDue: ({ acceptedAt }, { asOf }) => typeof acceptedAt === "string" && acceptedAt <= asOf,
  },
  {
    // Their times may become more exact when a notification comes late.
    kind: "status",
    code: "evidence-status-differs",
    said: ({ declarationId, status }) => `${String(declarationId)} ${String(status)}`,
    isDue: () => false,
  },
  {
    kind: "version",
    code: "evidence-payload-differs",
    said: ({ versionId, versionNumber, contentHash }) =>
      [versionId, versionNumber, contentHash].map(String).join(" "),
    isDue: () => false,
  },
];

async function differencesOfRecords(
  folder: string,
  manifest: Manifest,
  books: EvidenceBooks,
): Promise<readonly EvidenceDifference[]> {
  const { runId, redaction } = manifest;
  const differences: EvidenceDifference[] = [];
  const filter = runId === null ? ({ latest: true } as const) : { runId };
  for (const { kind, records } of books.records(filter)) {
    const comparison = comparisons.find((one) => one.kind === kind);
    // A fingerprint tells of the values that were taken out, so it was taken out, too.
    if (comparison === undefined || (kind === "version" && redaction !== null)) continue;
    const { code, said, isDue } = comparison;
    const known = new Map<string, boolean>();
    for (const record of records) known.set(said(record), isDue(record, manifest));
    for await (const record of linesOf(join(folder, "records", `${kind}.jsonl`))) {
      const place = said(record);
      if (!known.has(place)) differences.push({ code, place });
      known.set(place, false);
    }
    for (const [place, isMissing] of known) if (isMissing) differences.push({ code, place });
  }
  return differences;
}

/** Nothing of a file that is missing: that is a difference already, as is a line that is none of ours. */
async function* linesOf(path: string): AsyncIterable<LedgerRecord> {
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const record = recordOf(line);
      if (record !== null) yield record;
    }
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
  } finally {
    input.destroy();
  }
}

function recordOf(line: string): LedgerRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as LedgerRecord) : null;
  } catch {
    return null;
  }
}
