// Everything the ledger holds, as JSON lines: for an archive, an audit, or another program. It is one
// state of the ledger, however long it takes; the last line counts the lines of each kind, so that a
// file that was cut off can be recognised.
import { resolve } from "node:path";
import { reasonsWords } from "../../../core/reason-words.ts";
import { openCurrentReadOnly } from "../file/connection.ts";
import { readReason, readReasonsBefore } from "../file/stored-json.ts";
import { damagedLedger, ledgerOpenFailure } from "../file/ledger-failure.ts";

/** Raised when a member changes its meaning or goes away. */
const FORMAT_NUMBER = 1;

/** Members that hold JSON. A message's `payload` stays text: it is what was sent, to the letter. */
const JSON_MEMBERS = new Set([
  "detected",
  "rows",
  "sources",
  "problem",
  "summary",
  "errors",
  "headers",
  "was",
]);

/** Members that hold a reason; beside its words stands its code. */
const REASONS = new Set(["reason", "settlementReason"]);

const BOOKS = "b.environment, b.tenant";
const SHIPMENT = `${BOOKS}, s.message_kind, nullif(s.direction, '') AS direction,
  s.external_reference`;

/** In this order: a line comes after those it refers to. */
const KINDS: readonly { readonly kind: string; readonly sql: string }[] = [
  {
    kind: "home",
    sql: `SELECT generation, kind AS home_kind, host_name, path, settled_at, settled_by
      FROM homes ORDER BY generation`,
  },
  { kind: "books", sql: `SELECT ${BOOKS}, b.searched_until FROM books b ORDER BY books_id` },
  {
    kind: "run",
    sql: `SELECT ${BOOKS}, r.run_id, r.command, r.program_version, r.started_at, r.finished_at,
        r.exit_code
      FROM runs r JOIN books b USING (books_id) ORDER BY r.run_no`,
  },
  {
    kind: "file",
    sql: `SELECT ${BOOKS}, r.run_id, f.batch_id, f.file_path, f.file_name, f.file_size_bytes,
        f.file_sha256, f.opened_at, f.sealed_at, f.rejected, f.rows_read, f.rows_blank, f.layout,
        f.detected, f.pruned_at
      FROM batches f JOIN books b USING (books_id) JOIN runs r USING (run_no) ORDER BY f.batch_no`,
  },
  {
    kind: "row",
    sql: `SELECT f.batch_id, x.bucket, x.sheet, x.row
      FROM batch_rows x JOIN batches f USING (batch_no) ORDER BY x.rowid`,
  },
  {
    kind: "finding",
    sql: `SELECT f.batch_id, x.code, x.severity, x.file, x.sheet, x.row, x.cell, x.header, x.path,
        x.value, x.message, x.hint
      FROM findings x JOIN batches f USING (batch_no) ORDER BY x.finding_id`,
  },
  {
    kind: "shipment",
    sql: `SELECT s.shipment_id, ${SHIPMENT}, s.accepted_at, s.read_at, s.read_status, s.read_answer
      FROM shipments s JOIN books b USING (books_id) ORDER BY s.shipment_id`,
  },
  {
    kind: "version",
    sql: `SELECT ${SHIPMENT}, f.batch_id, v.*
      FROM versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id
        JOIN batches f USING (batch_no)
      ORDER BY v.version_id`,
  },
  {
    kind: "line",
    sql: `SELECT f.batch_id, l.line_number, l.message_kind, nullif(l.direction, '') AS direction, l.external_reference,
        l.bucket, l.reason, l.version_id, l.row_count, l.rows, l.content_hash
      FROM lines l JOIN batches f USING (batch_no) ORDER BY l.line_id`,
  },
  {
    kind: "attempt",
    sql: `SELECT r.run_id, a.*
      FROM attempts a JOIN runs r USING (run_no) ORDER BY a.attempt_id`,
  },
  {
    kind: "receipt",
    sql: `SELECT v.version_id, ${SHIPMENT}, v.version_number, v.reference_id, v.accepted_at
      FROM versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id
      WHERE v.reference_id IS NOT NULL ORDER BY v.version_id`,
  },
  {
    kind: "enquiry",
    sql: "SELECT enquiry_id, attempt_id, asked_at FROM enquiries ORDER BY enquiry_id",
  },
  {
    kind: "declaration",
    sql: `SELECT ${BOOKS}, d.declaration_id, d.shipment_id, d.current_status, d.observed_at,
        d.first_seen_at, d.last_seen_at, d.summary, d.errors
      FROM declarations d JOIN books b USING (books_id) ORDER BY d.declaration_no`,
  },
  {
    kind: "unread-declaration",
    sql: `SELECT ${BOOKS}, u.declaration_id, u.shipment_id, u.is_foreign, u.fault, u.first_seen_at
      FROM unread_declarations u JOIN books b USING (books_id)
      ORDER BY u.books_id, u.declaration_id`,
  },
  {
    kind: "attachment",
    sql: `SELECT ${BOOKS}, a.owner_kind, a.owner_id, a.attachment_id, a.document_type, a.file_name,
        a.first_seen_at, a.path, a.sha256, a.bytes, a.fetched_at
      FROM attachments a JOIN books b USING (books_id) ORDER BY a.attachment_no`,
  },
  {
    kind: "status",
    sql: `SELECT ${BOOKS}, d.declaration_id, h.sequence, h.status, h.observed_at, h.source
      FROM declaration_statuses h JOIN declarations d USING (declaration_no)
        JOIN books b USING (books_id)
      ORDER BY h.declaration_no, h.sequence`,
  },
  {
    kind: "learned",
    sql: `SELECT ${BOOKS}, n.* FROM learned n JOIN books b USING (books_id) ORDER BY n.learned_no`,
  },
  {
    kind: "report",
    sql: `SELECT ${BOOKS}, r.run_id, p.scope, p.as_of, p.learned_no, p.files
      FROM reports p JOIN books b USING (books_id) JOIN runs r USING (run_no) ORDER BY p.report_no`,
  },
  {
    kind: "change",
    sql: `SELECT ${BOOKS}, r.run_id, c.*
      FROM changes c JOIN books b USING (books_id) JOIN runs r USING (run_no) ORDER BY c.change_no`,
  },
  {
    kind: "notification",
    sql: `SELECT ${BOOKS}, n.event_id, n.standing, n.fault, n.received_at, n.event_type,
        n.event_sub_type, n.event_time, n.declaration_id, n.shipment_id, n.pruned_at, n.headers,
        CAST(n.body AS TEXT) AS body
      FROM notifications n JOIN books b USING (books_id) ORDER BY n.notification_no`,
  },
  {
    kind: "listener",
    sql: `SELECT ${BOOKS}, l.address, l.host_name, l.process_id, l.started_at, l.alive_at, l.ended_at
      FROM listeners l JOIN books b USING (books_id) ORDER BY l.listener_no`,
  },
];

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Shape: JSON texts without line breaks. The first is of kind `ledger`, the last of kind `end`.
 * @throws CasBatchError as openReadOnly()
 */
export function* exportLedger(path: string, now: Date): Iterable<string> {
  const location = resolve(path);
  const database = openCurrentReadOnly(location);
  const lines: Record<string, number> = {};
  try {
    database.exec("BEGIN");
    const exportedAt = now.toISOString();
    yield JSON.stringify({ kind: "ledger", formatNumber: FORMAT_NUMBER, location, exportedAt });
    for (const { kind, sql } of KINDS) {
      lines[kind] = 0;
      for (const row of database.prepare<[], Row>(sql).iterate()) {
        lines[kind] += 1;
        yield JSON.stringify({ kind, ...members(row) });
      }
    }
    yield JSON.stringify({ kind: "end", lines });
  } catch (error) {
    throw error instanceof SyntaxError
      ? damagedLedger(location, error)
      : ledgerOpenFailure(error, location);
  } finally {
    database.close();
  }
}

function members(row: Row): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]) => {
      const name = column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
      if (REASONS.has(name)) return reasonMembers(name, value === null ? null : String(value));
      const isJson = JSON_MEMBERS.has(name) && typeof value === "string";
      return [[name, isJson ? (JSON.parse(value) as unknown) : value]];
    }),
  );
}

function reasonMembers(name: string, stored: string | null): [string, string | null][] {
  const reasons = stored === null ? [] : [readReason(stored), ...readReasonsBefore(stored)];
  return [
    [name, reasons.length === 0 ? null : reasonsWords(reasons)],
    [`${name}Code`, reasons[0]?.code ?? null],
  ];
}
