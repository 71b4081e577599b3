// Takes in the shipments of a file. Reading what is known of a shipment and the write that follows
// from it are one transaction, so two processes that stage at the same time see each other's work.
import { contentChanges } from "../../../core/content-changes.ts";
import { withChanges } from "../../../core/reason.ts";
import { kindOf } from "../../../core/message-kind.ts";
import type { ShipmentKey } from "../../../core/shipment.ts";
import type {
  FilesOfShipment,
  KnownShipment,
  LineBucket,
  LineDecision,
  LineDraft,
  MessageDraft,
  MessageState,
  StagingBooks,
} from "../../contract/staging.ts";
import type { Connection } from "../file/connection.ts";
import { hasKeySql, keyParameters } from "../file/stored-key.ts";
import { VERSION_BUCKET_SQL, type StoredState } from "../file/line-bucket.ts";
import { readSources, writeReason, writeRows } from "../file/stored-json.ts";
import { openBatchNumbers } from "./batch-life.ts";
import { filesOfShipments } from "./files-of-shipments.ts";

type AddLines = StagingBooks["addLines"];

/** What becomes of a line; one without a bucket follows its version. */
interface Fate {
  readonly bucket: "invalid" | "aborted" | "unchanged" | "held" | "superseded" | null;
  readonly reason: string | null;
  readonly versionId: number | null;
  /** Of content that did not become a version. */
  readonly contentHash?: string;
  /** The bucket to answer with. */
  readonly shown: LineBucket;
}

interface VersionRow {
  readonly version_id: number;
  readonly message_kind: string;
  readonly version_number: number;
  readonly content_hash: string;
  readonly state: StoredState;
  readonly bucket: LineBucket;
  readonly attempts: number;
  readonly is_withdrawable: 0 | 1;
}

/** Queued, and every attempt to send it came back: CAS certainly does not have it. */
const WITHDRAWABLE = `v.state = 'queued' AND NOT EXISTS (
  SELECT 1 FROM attempts a WHERE a.version_id = v.version_id AND a.outcome IS NOT 'returned')`;

export function stagedLines(connection: Connection, booksId: number): AddLines {
  const batchNumber = openBatchNumbers(connection, booksId);
  type KeyParameters = Readonly<Record<string, string | number>>;
  const selectShipment = connection.prepare<[KeyParameters], { shipment_id: number }>(
    `SELECT s.shipment_id FROM shipments s WHERE s.books_id = @booksId AND ${hasKeySql("s")}`,
  );
  const selectVersions = connection.prepare<[number], VersionRow>(
    `SELECT version_id, message_kind, version_number, content_hash, state,
       ${VERSION_BUCKET_SQL} AS bucket, attempts,
       ${WITHDRAWABLE} AS is_withdrawable
     FROM versions v WHERE shipment_id = ? ORDER BY version_number DESC`,
  );
  const selectContent = connection.prepare<
    [number | string],
    { readonly payload: string; readonly sources: string }
  >("SELECT payload, sources FROM versions WHERE version_id = CAST(? AS INTEGER)");
  const holdQueued = connection.prepare<[string, string]>(
    `UPDATE versions AS v SET state = 'held', reason = ?, not_before = NULL
     WHERE v.version_id = CAST(? AS INTEGER) AND ${WITHDRAWABLE}`,
  );
  const filesOfBatch = filesOfShipments(connection, booksId);
  const selectStatuses = connection.prepare<[number], { current_status: string }>(
    "SELECT current_status FROM declarations WHERE shipment_id = ? ORDER BY declaration_no",
  );
  const insertShipment = connection.prepare<[KeyParameters]>(
    `INSERT INTO shipments (books_id, external_reference, direction, message_kind)
     VALUES (@booksId, @externalReference, @direction, @keyKind)`,
  );
  const insertVersion = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `INSERT INTO versions (books_id, shipment_id, batch_no, version_number, state, message_kind,
                           message_type, content_hash, amend_allowed, ask_first, payload, sources)
     VALUES (@booksId, @shipmentId, @batchNo, @versionNumber, 'staged', @messageKind,
             @messageType, @contentHash, @amendAllowed, @askFirst, @payload, @sources)`,
  );
  const selectUnexplained = connection.prepare<[number, string], { declaration_no: number }>(
    `SELECT declaration_no FROM declarations INDEXED BY declarations_unexplained_reference
     WHERE books_id = ? AND json_extract(summary, '$.externalReference') = ?
       AND shipment_id IS NULL LIMIT 1`,
  );
  const insertLine = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO lines (batch_no, books_id, line_number, message_kind, direction,
                        external_reference, bucket, reason, version_id, row_count, rows,
                        content_hash)
     VALUES (@batchNo, @booksId, @lineNumber, @keyKind, @direction, @externalReference, @bucket,
             @reason, @versionId, @rowCount, @rows, @contentHash)`,
  );
  // One version counts once in a run, also when two files of the run hold the same content.
  const selectCarrier = connection.prepare<[number, number], { line_id: number }>(
    `SELECT l.line_id FROM lines l JOIN batches b USING (batch_no)
     WHERE l.version_id = ? AND l.bucket IS NULL
       AND b.run_no = (SELECT run_no FROM batches WHERE batch_no = ?) LIMIT 1`,
  );

  const fateOf = (
    batchNo: number,
    line: LineDraft,
    decide: Parameters<AddLines>[2],
    filesOf: (key: ShipmentKey, contentHash: string) => FilesOfShipment,
  ): Fate => {
    const draft = line.message;
    if (draft === null) {
      const bucket = line.isAborted === true ? "aborted" : "invalid";
      return { bucket, reason: null, versionId: null, shown: bucket };
    }
    const ofKey = { booksId, ...keyParameters(line.key) };
    const shipmentId = selectShipment.get(ofKey)?.shipment_id;
    const versions = shipmentId === undefined ? [] : selectVersions.all(shipmentId);
    const ofKind = versions.filter(({ message_kind: kind }) => kind === draft.messageKind);
    const shipment = shipmentId === undefined ? null : known(shipmentId, ofKind);
    const decision = decide(draft, shipment, filesOf(line.key, draft.contentHash));
    const { withdraw } = decision;
    if (withdraw !== undefined) withdrawQueued(withdraw, draft);
    switch (decision.kind) {
      case "held":
      case "superseded": {
        const { kind, against, reason } = decision;
        const before = against === undefined ? undefined : selectContent.get(against);
        return {
          bucket: kind,
          reason: writeReason(
            withChanges(
              reason,
              contentChanges(before?.payload ?? "{}", draft.payload, draft.sources),
            ),
          ),
          versionId: null,
          contentHash: draft.contentHash,
          shown: kind,
        };
      }
      case "unchanged":
        return unchangedFate(batchNo, namedVersion(ofKind, decision.versionId));
      case "refused-before":
        return sharedFate(namedVersion(ofKind, decision.versionId));
      case "queue": {
        const versionId = insertVersion.run({
          booksId,
          shipmentId: shipmentId ?? Number(insertShipment.run(ofKey).lastInsertRowid),
          batchNo,
          versionNumber: (versions[0]?.version_number ?? 0) + 1,
          messageKind: draft.messageKind,
          messageType: draft.messageType,
          contentHash: draft.contentHash,
          amendAllowed: decision.amendAllowed === true ? 1 : 0,
          askFirst: mustAsk(line.key, shipmentId, ofKind, decision) ? 1 : 0,
          payload: draft.payload,
          sources: JSON.stringify(draft.sources),
        }).lastInsertRowid;
        return { bucket: null, reason: null, versionId: Number(versionId), shown: "unsent" };
      }
    }
  };

  /** Its content is compared with that of the file which says otherwise. */
  const withdrawQueued = (
    { versionId, reason }: NonNullable<LineDecision["withdraw"]>,
    { payload }: MessageDraft,
  ): void => {
    const queued = selectContent.get(versionId);
    if (queued === undefined) return;
    const changes = contentChanges(payload, queued.payload, readSources(queued.sources));
    holdQueued.run(writeReason(withChanges(reason, changes)), versionId);
  };

  /** A declaration of a shipment that was never sent from here came of another sender's message. */
  const mustAsk = (
    { kind, externalReference }: ShipmentKey,
    shipmentId: number | undefined,
    versions: readonly VersionRow[],
    { askFirst = false }: Extract<LineDecision, { readonly kind: "queue" }>,
  ): boolean => {
    if (kindOf(kind).asked !== "declarations" || !isNeverSent(versions)) return false;
    if (askFirst || selectUnexplained.get(booksId, externalReference) !== undefined) return true;
    return shipmentId !== undefined && selectStatuses.get(shipmentId) !== undefined;
  };

  const known = (shipmentId: number, versions: readonly VersionRow[]): KnownShipment => ({
    shipmentId: String(shipmentId),
    versions: versions.map((version) => ({
      versionId: String(version.version_id),
      versionNumber: version.version_number,
      contentHash: version.content_hash,
      state: publicState(version.state),
      ...(version.is_withdrawable === 1 ? { isWithdrawable: true } : {}),
    })),
    declarationStatuses: selectStatuses.all(shipmentId).map((row) => row.current_status),
    neverSent: isNeverSent(versions),
  });

  /** A line whose content an earlier run has queued or in flight shares the fate of that version. */
  const unchangedFate = (batchNo: number, version: VersionRow): Fate => {
    const isFinal = ["accepted", "rejected", "held"].includes(version.state);
    if (!isFinal && selectCarrier.get(version.version_id, batchNo) === undefined) {
      return sharedFate(version);
    }
    const versionId = version.version_id;
    return { bucket: "unchanged", reason: null, versionId, shown: "unchanged" };
  };

  return (batchId, lines, decide) =>
    connection.write(() => {
      const batchNo = batchNumber(batchId);
      const filesOf = filesOfBatch(batchNo);
      return lines.map((line) => {
        const fate = fateOf(batchNo, line, decide, filesOf);
        insertLine.run({
          batchNo,
          booksId,
          lineNumber: line.lineNumber,
          ...keyParameters(line.key),
          bucket: fate.bucket,
          reason: fate.reason,
          versionId: fate.versionId,
          contentHash: fate.contentHash ?? null,
          rowCount: line.rows.length,
          rows: writeRows(line.rows),
        });
        return fate.shown;
      });
    });
}

function isNeverSent(versions: readonly VersionRow[]): boolean {
  return versions.every(({ attempts }) => attempts === 0);
}

function sharedFate(version: VersionRow): Fate {
  return { bucket: null, reason: null, versionId: version.version_id, shown: version.bucket };
}

function namedVersion(versions: readonly VersionRow[], versionId: string): VersionRow {
  const version = versions.find((candidate) => String(candidate.version_id) === versionId);
  if (version === undefined) {
    throw new Error(`The decision names version ${versionId}, which is not of this shipment`);
  }
  return version;
}

/** What another process has staged counts as queued. */
function publicState(state: StoredState): MessageState {
  return state === "staged" ? "queued" : state;
}
