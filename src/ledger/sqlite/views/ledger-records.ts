// What the ledger holds, entry by entry and kind by kind: all of it for the archive, or what is about the shipments
// of one run for its evidence. Both show an entry in one form.
import { reasonsWords } from "../../../core/reason-words.ts";
import type { LedgerRecord, RecordsOfKind } from "../../contract/evidence.ts";
import type { Connection } from "../file/connection.ts";
import { readReason, readReasonsBefore } from "../file/stored-json.ts";
import { sameKeySql } from "../file/stored-key.ts";

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
  "profile",
]);

/** Members that hold a reason; beside its words stands its code. */
const REASONS = new Set(["reason", "settlementReason"]);

const BOOKS = "b.environment, b.tenant";
const SHIPMENT = `${BOOKS}, s.message_kind, nullif(s.direction, '') AS direction,
  s.external_reference`;

/** Of the files of one run, or of all files: their shipments, and the older files that those were sent from. */
const SCOPE = `WITH
  own_files AS (SELECT batch_no FROM batches
    WHERE books_id = @booksId AND sealed_at IS NOT NULL AND (@runNo IS NULL OR run_no = @runNo)),
  theirs AS MATERIALIZED (
    SELECT shipment_id FROM shipments WHERE books_id = @booksId AND @runNo IS NULL
    UNION SELECT s.shipment_id
      FROM lines l JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}
      WHERE l.batch_no IN own_files AND @runNo IS NOT NULL),
  their_versions AS MATERIALIZED (SELECT version_id FROM versions
    WHERE shipment_id IN theirs AND state <> 'staged'),
  their_files AS MATERIALIZED (SELECT batch_no FROM own_files
    UNION SELECT batch_no FROM versions WHERE version_id IN their_versions),
  their_declarations AS MATERIALIZED (
    SELECT declaration_no, declaration_id FROM declarations
      WHERE books_id = @booksId AND @runNo IS NULL
    UNION SELECT declaration_no, declaration_id FROM declarations
      WHERE shipment_id IN theirs AND @runNo IS NOT NULL)`;

const OF_DECLARATIONS = "IN (SELECT declaration_id FROM their_declarations)";

interface Kind {
  readonly kind: string;
  readonly sql: string;
  /** Which of them are about the shipments of SCOPE; null: none is. */
  readonly within: string | null;
  readonly order: string;
}

/** In this order: an entry comes after those it refers to. */
const KINDS: readonly Kind[] = [
  {
    kind: "home",
    sql: `SELECT generation, kind AS home_kind, host_name, path, settled_at, settled_by
      FROM homes`,
    within: null,
    order: "generation",
  },
  {
    kind: "books",
    sql: `SELECT ${BOOKS}, b.searched_until FROM books b`,
    within: null,
    order: "books_id",
  },
  {
    kind: "run",
    sql: `SELECT ${BOOKS}, r.run_id, r.command, r.program_version, r.started_at, r.finished_at,
        r.exit_code
      FROM runs r JOIN books b USING (books_id)`,
    within: `r.run_no IN (SELECT run_no FROM batches WHERE batch_no IN their_files
      UNION SELECT run_no FROM attempts WHERE version_id IN their_versions)`,
    order: "r.run_no",
  },
  {
    kind: "file",
    sql: `SELECT ${BOOKS}, r.run_id, f.batch_id, f.file_path, f.file_name, f.file_size_bytes,
        f.file_sha256, f.opened_at, f.sealed_at, f.rejected, f.rows_read, f.rows_blank, f.layout,
        f.detected, f.profile, f.pruned_at
      FROM batches f JOIN books b USING (books_id) JOIN runs r USING (run_no)`,
    within: `f.batch_no IN their_files`,
    order: "f.batch_no",
  },
  {
    kind: "row",
    sql: `SELECT f.batch_id, x.bucket, x.sheet, x.row
      FROM batch_rows x JOIN batches f USING (batch_no)`,
    within: `x.batch_no IN own_files`,
    order: "x.rowid",
  },
  {
    kind: "finding",
    sql: `SELECT f.batch_id, x.code, x.severity, x.file, x.sheet, x.row, x.cell, x.header, x.path,
        x.value, x.message, x.hint
      FROM findings x JOIN batches f USING (batch_no)`,
    within: `x.batch_no IN own_files`,
    order: "x.finding_id",
  },
  {
    kind: "shipment",
    sql: `SELECT s.shipment_id, ${SHIPMENT}, s.accepted_at, s.read_at, s.read_status, s.read_answer
      FROM shipments s JOIN books b USING (books_id)`,
    within: `s.shipment_id IN theirs`,
    order: "s.shipment_id",
  },
  {
    kind: "version",
    sql: `SELECT ${SHIPMENT}, f.batch_id, v.*
      FROM versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id
        JOIN batches f USING (batch_no)`,
    within: `v.version_id IN their_versions`,
    order: "v.version_id",
  },
  {
    kind: "line",
    sql: `SELECT f.batch_id, l.line_number, l.message_kind, nullif(l.direction, '') AS direction, l.external_reference,
        l.bucket, l.reason, l.version_id, l.row_count, l.rows, l.content_hash
      FROM lines l JOIN batches f USING (batch_no)`,
    within: `(l.batch_no IN own_files OR l.version_id IN their_versions)`,
    order: "l.line_id",
  },
  {
    kind: "attempt",
    sql: `SELECT r.run_id, a.*
      FROM attempts a JOIN runs r USING (run_no)`,
    within: `a.version_id IN their_versions`,
    order: "a.attempt_id",
  },
  {
    kind: "receipt",
    sql: `SELECT v.version_id, ${SHIPMENT}, v.version_number, v.reference_id, v.accepted_at
      FROM versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id
      WHERE v.reference_id IS NOT NULL`,
    within: `v.version_id IN their_versions`,
    order: "v.version_id",
  },
  {
    kind: "enquiry",
    sql: `SELECT enquiry_id, attempt_id, asked_at FROM enquiries`,
    within: `attempt_id IN (SELECT attempt_id FROM attempts WHERE version_id IN their_versions)`,
    order: "enquiry_id",
  },
  {
    kind: "declaration",
    sql: `SELECT ${BOOKS}, d.declaration_id, d.shipment_id, d.current_status, d.observed_at,
        d.first_seen_at, d.last_seen_at, d.summary, d.errors
      FROM declarations d JOIN books b USING (books_id)`,
    within: `d.declaration_no IN (SELECT declaration_no FROM their_declarations)`,
    order: "d.declaration_no",
  },
  {
    kind: "unread-declaration",
    sql: `SELECT ${BOOKS}, u.declaration_id, u.shipment_id, u.is_foreign, u.fault, u.first_seen_at
      FROM unread_declarations u JOIN books b USING (books_id)`,
    within: `u.books_id = @booksId AND (@runNo IS NULL OR u.shipment_id IN theirs)`,
    order: "u.books_id, u.declaration_id",
  },
  {
    kind: "attachment",
    sql: `SELECT ${BOOKS}, a.owner_kind, a.owner_id, a.attachment_id, a.document_type, a.file_name,
        a.first_seen_at, a.path, a.sha256, a.bytes, a.fetched_at
      FROM attachments a JOIN books b USING (books_id)`,
    within: `a.books_id = @booksId AND a.owner_kind = 'declaration' AND a.owner_id ${OF_DECLARATIONS}`,
    order: "a.attachment_no",
  },
  {
    kind: "status",
    sql: `SELECT ${BOOKS}, d.declaration_id, h.sequence, h.status, h.observed_at, h.source
      FROM declaration_statuses h JOIN declarations d USING (declaration_no)
        JOIN books b USING (books_id)`,
    within: `d.declaration_no IN (SELECT declaration_no FROM their_declarations)`,
    order: "h.declaration_no, h.sequence",
  },
  {
    kind: "learned",
    sql: `SELECT ${BOOKS}, n.* FROM learned n JOIN books b USING (books_id)`,
    within: null,
    order: "n.learned_no",
  },
  {
    kind: "report",
    sql: `SELECT ${BOOKS}, r.run_id, p.scope, p.as_of, p.learned_no, p.files
      FROM reports p JOIN books b USING (books_id) JOIN runs r USING (run_no)`,
    within: null,
    order: "p.report_no",
  },
  {
    kind: "change",
    sql: `SELECT ${BOOKS}, r.run_id, c.*
      FROM changes c JOIN books b USING (books_id) JOIN runs r USING (run_no)`,
    within: `c.books_id = @booksId AND c.target_id ${OF_DECLARATIONS}`,
    order: "c.change_no",
  },
  {
    kind: "notification",
    sql: `SELECT ${BOOKS}, n.event_id, n.standing, n.fault, n.received_at, n.event_type,
        n.event_sub_type, n.event_time, n.declaration_id, n.shipment_id, n.pruned_at, n.headers,
        CAST(n.body AS TEXT) AS body
      FROM notifications n JOIN books b USING (books_id)`,
    within: `n.notification_no IN (
        SELECT notification_no FROM notifications WHERE books_id = @booksId
          AND (@runNo IS NULL OR declaration_id ${OF_DECLARATIONS})
        UNION SELECT notification_no FROM notifications WHERE shipment_id IN theirs
        UNION SELECT m.notification_no FROM notification_messages m
          JOIN versions v USING (reference_id) WHERE v.version_id IN their_versions)`,
    order: "n.notification_no",
  },
  {
    kind: "listener",
    sql: `SELECT ${BOOKS}, l.address, l.host_name, l.process_id, l.started_at, l.alive_at, l.ended_at
      FROM listeners l JOIN books b USING (books_id)`,
    within: null,
    order: "l.listener_no",
  },
];

type Row = Readonly<Record<string, string | number | null>>;

/** @param scope null: everything, of all tenants */
export function* ledgerRecords(
  { prepare }: Pick<Connection, "prepare">,
  scope: { readonly booksId: number; readonly runNo: number | null } | null = null,
): Iterable<RecordsOfKind> {
  for (const { kind, sql, within, order } of KINDS) {
    if (scope === null) {
      const rows = prepare<[], Row>(`${sql} ORDER BY ${order}`);
      yield { kind, records: recordsOf(() => rows.iterate()) };
    } else if (within !== null) {
      const condition = `${/ WHERE /.test(sql) ? "AND" : "WHERE"} ${within}`;
      const scoped = `${SCOPE} ${sql} ${condition} ORDER BY ${order}`;
      const rows = prepare<[object], Row>(scoped);
      yield { kind, records: recordsOf(() => rows.iterate(scope)) };
    }
  }
}

/** Begun only when it is read: a query that is left open keeps the ledger from being closed. */
function* recordsOf(rows: () => Iterable<Row>): Iterable<LedgerRecord> {
  for (const row of rows()) yield members(row);
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
