// One shipment's life as the books have it: every version with every attempt and question, every
// file it stood in, every declaration. For people who must account for a number years later.
import type { Direction } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import { declarationsOfShipments } from "./declaration-view.ts";
import type { AttemptHistory, LedgerBooks, LineHistory, VersionHistory } from "../../ledger.ts";
import {
  readProblem,
  readReason,
  readReasonsBefore,
  readRows,
  readSources,
} from "../file/stored-json.ts";

type Histories = Pick<LedgerBooks, "shipmentHistories">;

interface ShipmentRow {
  readonly shipment_id: number | null;
  readonly direction: Direction;
}

interface VersionRow {
  readonly version_id: number;
  readonly version_number: number;
  readonly state: VersionHistory["state"];
  readonly message_type: VersionHistory["messageType"];
  readonly content_hash: string;
  readonly staged_at: string;
  readonly accepted_at: string | null;
  readonly reference_id: string | null;
  readonly reason: string | null;
  readonly problem: string | null;
  readonly payload: string;
  readonly sources: string;
  readonly file_name: string;
  readonly file_sha256: string;
}

interface AttemptRow {
  readonly attempt_id: number;
  readonly attempt_number: number;
  readonly run_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: AttemptHistory["outcome"];
  readonly reason: string | null;
  readonly left_to_person_at: string | null;
  readonly settled_at: string | null;
  readonly settlement: "arrived" | "resend" | null;
  readonly settlement_reason: string | null;
}

interface LineRow {
  readonly run_id: string;
  readonly started_at: string;
  readonly file_name: string;
  readonly bucket: LineHistory["bucket"];
  readonly reason: string | null;
  readonly version_number: number | null;
  readonly rows: string;
}

/** Versions and lines of one shipment; more than this would be a fault elsewhere. */
const HISTORY_ROWS_MAX = 100_000;

export function shipmentHistories(connection: Connection, booksId: number): Histories {
  // A shipment that was only ever invalid has lines and no entry of its own.
  const selectKeys = connection.prepare<[number, string, number, string], ShipmentRow>(
    `SELECT shipment_id, direction FROM shipments WHERE books_id = ? AND external_reference = ?
     UNION
     SELECT s.shipment_id, l.direction FROM lines l
       JOIN batches b USING (batch_no)
       LEFT JOIN shipments s ON s.books_id = l.books_id
         AND s.external_reference = l.external_reference AND s.direction = l.direction
     WHERE l.books_id = ? AND l.external_reference = ? AND l.is_latest = 1
       AND b.sealed_at IS NOT NULL
     ORDER BY direction`,
  );
  const selectVersions = connection.prepare<[number, number], VersionRow>(
    `SELECT v.version_id, v.version_number, v.state, v.message_type, v.content_hash,
       b.opened_at AS staged_at, v.accepted_at, v.reference_id, v.reason, v.problem, v.payload,
       v.sources, b.file_name, b.file_sha256
     FROM versions v JOIN batches b USING (batch_no)
     WHERE v.shipment_id = ? AND v.state <> 'staged'
     ORDER BY v.version_number LIMIT ?`,
  );
  const selectAttempts = connection.prepare<[number], AttemptRow>(
    `SELECT a.attempt_id, a.attempt_number, r.run_id, a.started_at, a.ended_at, a.outcome,
       a.reason, a.left_to_person_at, a.settled_at, a.settlement, a.settlement_reason
     FROM attempts a JOIN runs r USING (run_no) WHERE a.version_id = ? ORDER BY a.attempt_number`,
  );
  const selectEnquiries = connection.prepare<[number], { readonly asked_at: string }>(
    "SELECT asked_at FROM enquiries WHERE attempt_id = ? ORDER BY enquiry_id",
  );
  const selectLines = connection.prepare<[number, string, string, number], LineRow>(
    `SELECT r.run_id, r.started_at, b.file_name, l.bucket, l.reason, v.version_number, l.rows
     FROM lines l JOIN batches b USING (batch_no) JOIN runs r USING (run_no)
       LEFT JOIN versions v USING (version_id)
     WHERE l.books_id = ? AND l.external_reference = ? AND l.direction = ?
       AND b.sealed_at IS NOT NULL
     ORDER BY l.line_id LIMIT ?`,
  );
  const loadDeclarations = declarationsOfShipments(connection);

  const attemptOf = (row: AttemptRow): AttemptHistory => ({
    attemptNumber: row.attempt_number,
    runId: row.run_id,
    startedAt: new Date(row.started_at),
    endedAt: dateOrNull(row.ended_at),
    outcome: row.outcome,
    reason: readReason(row.reason),
    enquiries: selectEnquiries.all(row.attempt_id).map((asked) => new Date(asked.asked_at)),
    leftToPersonAt: dateOrNull(row.left_to_person_at),
    settlement:
      row.settlement === null || row.settled_at === null
        ? null
        : {
            kind: row.settlement,
            at: new Date(row.settled_at),
            reason: readReason(row.settlement_reason ?? ""),
            reasonsBefore: readReasonsBefore(row.settlement_reason ?? ""),
          },
  });

  const versionOf = (row: VersionRow): VersionHistory => ({
    versionNumber: row.version_number,
    state: row.state,
    messageType: row.message_type,
    contentHash: row.content_hash,
    fileName: row.file_name,
    fileSha256: row.file_sha256,
    stagedAt: new Date(row.staged_at),
    acceptedAt: dateOrNull(row.accepted_at),
    referenceId: row.reference_id,
    reason: readReason(row.reason),
    problem: row.problem === null ? null : readProblem(row.problem),
    payload: row.payload,
    sources: readSources(row.sources),
    attempts: selectAttempts.all(row.version_id).map(attemptOf),
  });

  return {
    shipmentHistories: (externalReference) =>
      connection.read(() =>
        selectKeys
          .all(booksId, externalReference, booksId, externalReference)
          .map(({ shipment_id: shipmentId, direction }) => ({
            key: { direction, externalReference },
            versions:
              shipmentId === null
                ? []
                : selectVersions.all(shipmentId, HISTORY_ROWS_MAX).map(versionOf),
            lines: selectLines
              .all(booksId, externalReference, direction, HISTORY_ROWS_MAX)
              .map(lineOf),
            declarations:
              shipmentId === null ? [] : (loadDeclarations([shipmentId]).get(shipmentId) ?? []),
          })),
      ),
  };
}

function lineOf(row: LineRow): LineHistory {
  return {
    runId: row.run_id,
    runStartedAt: new Date(row.started_at),
    fileName: row.file_name,
    rows: readRows(row.rows),
    bucket: row.bucket,
    reason: readReason(row.reason),
    versionNumber: row.version_number,
  };
}

function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
