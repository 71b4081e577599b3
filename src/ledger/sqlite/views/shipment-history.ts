// One shipment's life as the books have it: every version with every attempt and enquiry, every file
// it stood in, every declaration. For a person who must account for a number years later.
import type { Finding } from "../../../core/finding.ts";
import type { Reason } from "../../../core/reason.ts";
import type { RowRef } from "../../../core/shipment.ts";
import type {
  AttemptHistory,
  HistoryBooks,
  LineHistory,
  VersionHistory,
} from "../../contract/history.ts";
import type { CurrentHolder } from "../../contract/leases.ts";
import type { Connection } from "../file/connection.ts";
import { SENDING_EPOCH_SQL } from "../file/line-bucket.ts";
import {
  dateOrNull,
  profileLinesSql,
  readProblem,
  readProfileLines,
  readRows,
  readSources,
  type Stored,
  readReason,
  readReasonsBefore,
} from "../file/stored-json.ts";
import {
  hasKeySql,
  keyOf,
  keyParameters,
  keySql,
  sameKeySql,
  type StoredKey,
} from "../file/stored-key.ts";
import type { ReadBackView } from "../../contract/views.ts";
import { READ_BACK_SQL, readBackOf, type ReadBackRow } from "../file/stored-read-back.ts";
import { declarationsOfShipments } from "./declaration-view.ts";

type LineRow = Stored<LineHistory, "findings"> & { readonly batchNo: number };

interface ShipmentRow extends StoredKey {
  readonly shipment_id: number | null;
}

type VersionRow = Stored<VersionHistory, "attempts"> & {
  readonly versionId: number;
  readonly sendingEpoch: number | null;
};

type AttemptRow = Stored<AttemptHistory, "enquiries" | "settlement"> & {
  readonly attemptId: number;
  readonly settledAt: string | null;
  readonly settledAs: "arrived" | "resend" | null;
  readonly settledBecause: string | null;
};

/** Versions and lines of one shipment; more than this would be a fault elsewhere. */
const HISTORY_ROWS_MAX = 100_000;
const FINDINGS_MAX = 20;

export function shipmentHistories(
  connection: Connection,
  booksId: number,
  holder: () => CurrentHolder | null,
): Pick<HistoryBooks, "shipmentHistories"> {
  // A shipment that was only ever invalid has lines and no entry of its own.
  const selectKeys = connection.prepare<[number, string, number, string], ShipmentRow>(
    `SELECT s.shipment_id, ${keySql("s")} FROM shipments s
     WHERE s.books_id = ? AND s.external_reference = ?
     UNION
     SELECT s.shipment_id, ${keySql("l")} FROM lines l
       JOIN batches b USING (batch_no)
       LEFT JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}
     WHERE l.books_id = ? AND l.external_reference = ? AND l.is_latest = 1
       AND b.sealed_at IS NOT NULL
     ORDER BY keyKind, direction`,
  );
  const selectVersions = connection.prepare<[number, number], VersionRow>(
    `SELECT v.version_id AS versionId, v.version_number AS versionNumber, v.state,
       ${SENDING_EPOCH_SQL} AS sendingEpoch,
       v.message_kind AS messageKind, v.message_type AS messageType,
       v.content_hash AS contentHash, b.file_name AS fileName, b.file_sha256 AS fileSha256,
       b.opened_at AS stagedAt, v.accepted_at AS acceptedAt, v.reference_id AS referenceId,
       v.reason, v.problem, v.payload, v.sources, ${profileLinesSql("b")} AS profileLines
     FROM versions v JOIN batches b USING (batch_no)
     WHERE v.shipment_id = ? AND v.state <> 'staged'
     ORDER BY v.version_number LIMIT ?`,
  );
  const selectAttempts = connection.prepare<[number], AttemptRow>(
    `SELECT a.attempt_id AS attemptId, a.attempt_number AS attemptNumber, r.run_id AS runId,
       a.started_at AS startedAt, a.ended_at AS endedAt, a.outcome, a.reason,
       a.left_to_person_at AS leftToPersonAt, a.settled_at AS settledAt,
       a.settlement AS settledAs, a.settlement_reason AS settledBecause
     FROM attempts a JOIN runs r USING (run_no) WHERE a.version_id = ? ORDER BY a.attempt_number`,
  );
  const selectEnquiries = connection.prepare<[number], { readonly asked_at: string }>(
    "SELECT asked_at FROM enquiries WHERE attempt_id = ? ORDER BY enquiry_id",
  );
  const selectLines = connection.prepare<[Readonly<Record<string, string | number>>], LineRow>(
    `SELECT r.run_id AS runId, r.started_at AS runStartedAt, b.opened_at AS readAt, r.simulated,
       b.batch_no AS batchNo,
       b.file_name AS fileName, l.rows,
       l.bucket, l.reason, v.version_number AS versionNumber
     FROM lines l JOIN batches b USING (batch_no) JOIN runs r USING (run_no)
       LEFT JOIN versions v USING (version_id)
     WHERE l.books_id = @booksId AND ${hasKeySql("l")} AND b.sealed_at IS NOT NULL
     ORDER BY l.line_id LIMIT @limit`,
  );
  const loadDeclarations = declarationsOfShipments(connection);
  const selectReadBack = connection.prepare<[number], ReadBackRow>(
    `SELECT ${READ_BACK_SQL} FROM shipments s WHERE s.shipment_id = ?`,
  );
  const readBack = (shipmentId: number): ReadBackView | null => {
    const row = selectReadBack.get(shipmentId);
    return row === undefined ? null : readBackOf(row);
  };

  const attemptOf = ({
    attemptId,
    settledAt,
    settledAs,
    settledBecause,
    ...row
  }: AttemptRow): AttemptHistory => ({
    ...row,
    startedAt: new Date(row.startedAt),
    endedAt: dateOrNull(row.endedAt),
    reason: readReason(row.reason),
    enquiries: selectEnquiries.all(attemptId).map((asked) => new Date(asked.asked_at)),
    leftToPersonAt: dateOrNull(row.leftToPersonAt),
    settlement:
      settledAs === null || settledAt === null
        ? null
        : {
            kind: settledAs,
            at: new Date(settledAt),
            reason: readReason(settledBecause ?? ""),
            reasonsBefore: readReasonsBefore(settledBecause ?? ""),
          },
  });

  const sendingReason = (epoch: number | null): Reason => ({
    code: epoch !== null && epoch === holder()?.epoch ? "being-sent" : "interrupted",
  });

  const versionOf = ({ versionId, sendingEpoch, ...row }: VersionRow): VersionHistory => ({
    ...row,
    stagedAt: new Date(row.stagedAt),
    acceptedAt: dateOrNull(row.acceptedAt),
    reason: row.state === "sending" ? sendingReason(sendingEpoch) : readReason(row.reason),
    problem: row.problem === null ? null : readProblem(row.problem),
    sources: readSources(row.sources),
    profileLines: readProfileLines(row.profileLines),
    attempts: selectAttempts.all(versionId).map(attemptOf),
  });

  const selectFindings = connection.prepare<[object], Finding>(
    `SELECT code, severity, file, sheet, row, cell, header, path, value, message, hint FROM findings
     WHERE batch_no = @batchNo AND severity = 'error' AND EXISTS (
       SELECT 1 FROM json_each(@rows) r WHERE r.value ->> 'sheet' = sheet AND r.value ->> 'row' = row)
     ORDER BY finding_id LIMIT @limit`,
  );
  const findingsOf = (batchNo: number, rows: readonly RowRef[]): readonly Finding[] =>
    selectFindings.all({ batchNo, rows: JSON.stringify(rows), limit: FINDINGS_MAX });

  const lineOf = ({ batchNo, ...row }: LineRow): LineHistory => {
    const rows = readRows(row.rows);
    return {
      ...row,
      runStartedAt: new Date(row.runStartedAt),
      readAt: new Date(row.readAt),
      simulated: row.simulated === 1,
      reason: readReason(row.reason),
      rows,
      findings: row.bucket === "invalid" ? findingsOf(batchNo, rows) : [],
    };
  };

  return {
    shipmentHistories: (externalReference) =>
      connection.read(() =>
        selectKeys
          .all(booksId, externalReference, booksId, externalReference)
          .map(({ shipment_id: shipmentId, ...row }) => ({
            key: keyOf(row),
            versions:
              shipmentId === null
                ? []
                : selectVersions.all(shipmentId, HISTORY_ROWS_MAX).map(versionOf),
            lines: selectLines
              .all({ booksId, ...keyParameters(keyOf(row)), limit: HISTORY_ROWS_MAX })
              .map(lineOf),
            readBack: shipmentId === null ? null : readBack(shipmentId),
            declarations:
              shipmentId === null ? [] : (loadDeclarations([shipmentId]).get(shipmentId) ?? []),
          })),
      ),
  };
}
