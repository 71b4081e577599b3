// Writes evidence of a run, or of the newest state: what was read, sent, answered, told and seen, with a manifest, for
// somebody who has neither the ledger nor this program. All of it is one moment of the ledger.
import { join } from "node:path";
import {
  startEvidenceFolder,
  type CompletedFolder,
  type EvidenceFolder,
} from "../evidence/evidence-folder.ts";
import type { Manifest, MissingPart } from "../evidence/manifest.ts";
import { createRedaction, redactedBooks, type Redaction } from "../evidence/redaction.ts";
import { CasBatchError } from "../core/errors.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { portableName } from "../core/files/file-names.ts";
import { isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import { openMembers, partyMembers, reachMembers } from "../core/personal-data.ts";
import type { OnProgress } from "../core/progress.ts";
import type { LedgerRecord } from "../ledger/contract/evidence.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { prepareReportPath, writeStatusReport } from "../report/status-report.ts";
import { findOriginal, originalPlaces } from "./originals.ts";
import { withReportInput } from "./reporting.ts";
import type { ReportScope } from "./report-again.ts";

interface EvidenceChoices {
  /** Absolute; nothing may be there yet. */
  readonly folder: string;
  readonly redact: boolean;
  /** Where originals are looked for besides. Absolute. */
  readonly originals: readonly string[];
}

export interface WrittenEvidence extends CompletedFolder {
  readonly folder: string;
  /** Why the ledger does not know of it; null when it does. */
  readonly notRecorded: string | null;
}

const GUIDE = `This folder is evidence of shipments that were declared to customs with cas-batch.

manifest.json   what it is about, and every file with its size and SHA-256; what is missing, and why
SHA256SUMS      the same sums; check them in this folder with:  sha256sum -c SHA256SUMS
originals/      the spreadsheets as they were read
profiles/       how they were read, where a profile said so
payloads/       each message, byte by byte as it was sent to CAS
records/        the entries of the ledger, one JSON object a line: files, rows, findings, shipments, versions (of
                messages), attempts, receipts (of CAS), notifications (of CAS), declarations, statuses, changes
documents/      the documents that CAS made, where they were fetched
report/         the status report

docs/evidence.md of cas-batch describes each file.
`;

/** Values of these are no personal data, and tell of one: who tried names until a hash fits would find it. */
const MARKED: Readonly<Record<string, readonly string[]>> = {
  file: ["filePath"],
  attachment: ["path"],
  change: ["askedBy"],
  version: ["contentHash"],
  line: ["contentHash"],
};

/** @throws CasBatchError `evidence-exists`, `file-not-writable` */
export async function writeEvidence(
  { source, filter, stoppedEarly }: ReportScope,
  { folder, redact, originals }: EvidenceChoices,
  onProgress: OnProgress,
): Promise<WrittenEvidence> {
  const writing = await starting(folder);
  const redaction = redact ? createRedaction() : null;
  const progress = (done: number, total: number | null): void => {
    onProgress({ phase: "reporting", subject: "evidence", done, total });
  };
  try {
    const completed = await withReportInput(source, filter, stoppedEarly, async (input, books) => {
      const missing: MissingPart[] = [];
      if (redaction !== null) collectAll(books.records(filter), redaction);
      const parts = await writeRecords(books.records(filter), writing, {
        redaction,
        missing,
        progress,
      });
      await addOriginals(parts, writing, { originals, redaction, missing });
      await addProfiles(parts, books, writing, { redaction, missing });
      await addDocuments(parts, writing, { redaction, missing });
      const shown =
        redaction === null ? input : { ...input, books: redactedBooks(input.books, redaction) };
      const reportPath = join(writing.place, "report", "status-report.xlsx");
      await prepareReportPath(reportPath);
      await writeStatusReport(reportPath, shown, { onProgress });
      await writing.take("report", { what: "report" });
      await writing.add("README.txt", GUIDE, { what: "guide" });
      return writing.complete({
        schemaVersion: 1,
        evidence: "cas-batch",
        environment: source.environment,
        tenant: source.tenant,
        runId: source.runId,
        asOf: input.asOf.toISOString(),
        completeUpTo: input.completeUpTo,
        simulated: source.simulated,
        programVersion: source.programVersion,
        ledgerId: await books.ledgerId(),
        redaction: redaction === null ? null : redactionMembers(redaction),
        missing,
      });
    });
    return { ...completed, folder, notRecorded: await record(source, folder, completed) };
  } catch (error) {
    throw notWritable(folder, error);
  } finally {
    await writing.discard();
  }
}

async function starting(folder: string): Promise<EvidenceFolder> {
  try {
    return await startEvidenceFolder(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function redactionMembers(redaction: Redaction): Manifest["redaction"] {
  return {
    method:
      "each value is replaced by a part of its HMAC-SHA-256 with a key that was not kept: equal values have equal marks",
    members: [
      ...reachMembers,
      ...partyMembers.map((name) => `${name}.* but ${openMembers.join(", ")}`),
    ],
    values: redaction.values().size,
  };
}

interface Parts {
  readonly files: LedgerRecord[];
  readonly attachments: LedgerRecord[];
}

interface Writing {
  readonly redaction: Redaction | null;
  readonly missing: MissingPart[];
}

function collectAll(kinds: ReturnType<LedgerBooks["records"]>, redaction: Redaction): void {
  for (const { kind, records } of kinds) {
    for (const record of records) {
      const { payload, askedBy, settlementReason, settlementReasonCode, ...rest } = record;
      redaction.collect(rest);
      if (kind === "version") redaction.collect(messageOf(record, textOf(payload)));
      if (kind === "change") redaction.collect({ contact: askedBy });
      if (/^person-/.test(textOf(settlementReasonCode))) {
        redaction.collect({ contact: textOf(settlementReason).replace(/: CAS .*/s, "") });
      }
    }
  }
}

/** A business partner is a party as a whole. */
function messageOf(
  { messageKind }: LedgerRecord,
  payload: string,
): Readonly<Record<string, JsonValue>> {
  const body = parseJson(payload);
  if (!isJsonObject(body)) return {};
  return messageKind === "BusinessPartner" ? { businessPartner: body } : body;
}

async function writeRecords(
  kinds: ReturnType<LedgerBooks["records"]>,
  writing: EvidenceFolder,
  {
    redaction,
    missing,
    progress,
  }: Writing & { readonly progress: (done: number, total: null) => void },
): Promise<Parts> {
  const parts: Parts = { files: [], attachments: [] };
  let done = 0;
  for (const { kind, records } of kinds) {
    const lines = async function* (): AsyncIterable<string> {
      for (const record of records) {
        if (kind === "file") parts.files.push(record);
        if (kind === "attachment") parts.attachments.push(record);
        const { payload, ...rest } = record;
        const shown = kind === "version" ? rest : record;
        if (kind === "version")
          await addPayload(record, textOf(payload), writing, { redaction, missing });
        yield JSON.stringify(redaction === null ? shown : marked(kind, shown, redaction));
        progress((done += 1), null);
      }
    };
    await writing.addLines(`records/${kind}.jsonl`, lines(), { what: "records" });
  }
  return parts;
}

function marked(kind: string, record: LedgerRecord, redaction: Redaction): LedgerRecord {
  const rules = MARKED[kind] ?? [];
  return Object.fromEntries(
    Object.entries(redaction.redacted(record)).map(([name, value]) => {
      const original = record[name];
      const isMarked = rules.includes(name) && typeof original === "string";
      return [name, isMarked ? redaction.mark(original) : value];
    }),
  );
}

async function addPayload(
  record: LedgerRecord,
  payload: string,
  writing: EvidenceFolder,
  { redaction, missing }: Writing,
): Promise<void> {
  const { versionId, versionNumber, messageKind, direction, externalReference, contentHash } =
    record;
  const reference = textOf(externalReference);
  const name = `${direction === null ? textOf(messageKind) : textOf(direction)} ${reference}, version ${textOf(versionNumber)}`;
  if (record["prunedAt"] !== null) {
    missing.push({
      what: "payload",
      name: redaction?.redacted(name) ?? name,
      sha256: null,
      why: "pruned",
    });
    return;
  }
  const number = textOf(versionId).padStart(6, "0");
  const message = {
    kind: textOf(messageKind),
    direction: direction === null ? null : textOf(direction),
    externalReference: redaction?.redacted(reference) ?? reference,
    version: Number(versionNumber),
    contentHash: redaction?.mark(textOf(contentHash)) ?? textOf(contentHash),
    sent: Number(record["attempts"]) > 0,
  };
  if (redaction === null) {
    const path = `payloads/${portableName(`${number}-${name.replace(", version ", "-v")}`, ".json")}`;
    await writing.add(path, payload, { what: "payload", message });
    return;
  }
  const whole = redaction.redacted(messageOf(record, payload));
  const body = messageKind === "BusinessPartner" ? whole["businessPartner"] : whole;
  await writing.add(`payloads/${number}.json`, JSON.stringify(body), { what: "payload", message });
}

async function addOriginals(
  { files }: Parts,
  writing: EvidenceFolder,
  { originals, redaction, missing }: Writing & { readonly originals: readonly string[] },
): Promise<void> {
  const where = originalPlaces(originals);
  const seen = new Set<string>();
  for (const record of files) {
    const { fileName, filePath, fileSizeBytes, fileSha256 } = record;
    const sha256 = textOf(fileSha256);
    if (seen.has(sha256)) continue;
    seen.add(sha256);
    const name = textOf(fileName);
    const absent = (why: MissingPart["why"]): void => {
      const shown = redaction?.redacted(name) ?? name;
      missing.push({ what: "original", name: shown, sha256: sha256 === "" ? null : sha256, why });
    };
    if (redaction !== null) {
      absent("redacted");
      continue;
    }
    const file = { path: textOf(filePath), sizeBytes: Number(fileSizeBytes), sha256 };
    const found = sha256 === "" ? null : await findOriginal(file, where);
    const path = `originals/${portableName(`${numbered(seen.size)}-${name}`, "")}`;
    const isThere =
      found !== null && (await writing.copy(path, found.path, sha256, { what: "original" }));
    if (!isThere) absent("not-found");
  }
}

async function addProfiles(
  { files }: Parts,
  books: Pick<LedgerBooks, "keptFile">,
  writing: EvidenceFolder,
  { redaction, missing }: Writing,
): Promise<void> {
  const seen = new Set<string>();
  for (const { fileName, profile } of files) {
    if (profile === null) {
      const name = `of ${redaction?.redacted(textOf(fileName)) ?? textOf(fileName)}`;
      missing.push({ what: "profile", name, sha256: null, why: "not-kept" });
      continue;
    }
    for (const { name, sha256 } of profile as readonly { name: string; sha256: string }[]) {
      if (seen.has(sha256)) continue;
      seen.add(sha256);
      const content = redaction === null ? await books.keptFile(sha256) : null;
      const path = `profiles/${portableName(`${numbered(seen.size)}-${name}`, "")}`;
      if (content !== null) await writing.add(path, content, { what: "profile" });
      else
        missing.push({
          what: "profile",
          name: redaction?.redacted(name) ?? name,
          sha256,
          why: redaction === null ? "pruned" : "redacted",
        });
    }
  }
}

async function addDocuments(
  { attachments }: Parts,
  writing: EvidenceFolder,
  { redaction, missing }: Writing,
): Promise<void> {
  for (const [at, { path, sha256, fileName, attachmentId }] of attachments.entries()) {
    if (path === null) continue;
    const name = textOf(fileName ?? attachmentId);
    const target = `documents/${portableName(`${numbered(at + 1)}-${name}`, "")}`;
    const isThere =
      redaction === null &&
      (await writing.copy(target, textOf(path), textOf(sha256), { what: "document" }));
    if (isThere) continue;
    const why = redaction === null ? "not-found" : "redacted";
    const shown = redaction?.redacted(name) ?? name;
    missing.push({ what: "document", name: shown, sha256: textOf(sha256), why });
  }
}

/** Of a column that holds a text or a number. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function numbered(count: number): string {
  return String(count).padStart(3, "0");
}

/** A ledger that may only be read gives evidence all the same. */
async function record(
  { ledgerPath, environment, tenant, runId, clock }: ReportScope["source"],
  folder: string,
  { manifestSha256, manifest }: CompletedFolder,
): Promise<string | null> {
  try {
    const ledger = await openSqliteLedger(ledgerPath, { createWhenMissing: false });
    try {
      const redacted = manifest.redaction !== null;
      const written = { runId, path: folder, writtenAt: clock.now(), manifestSha256, redacted };
      await ledger.books(environment, tenant).recordEvidence(written);
      return null;
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (error instanceof CasBatchError) return error.message;
    throw error;
  }
}
