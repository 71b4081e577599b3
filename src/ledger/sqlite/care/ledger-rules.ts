// What must hold in every ledger. Each rule finds its breaches; a ledger without any says truly what was
// sent. `ledger verify` asks all of them, and so does every report: books that balance over records that are
// gone would be a lie.
import { kindNames } from "../../../core/message-kind.ts";
import type { LedgerDamage } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { sealedCountsSql } from "../file/sealed-counts.ts";
import { KEY_WORDS_SQL } from "../file/stored-key.ts";

/** Of all the places of one kind of damage, which are counted, this many are named. */
const PLACES_SHOWN_MAX = 20;

interface LedgerRule {
  /** What is wrong where the rule finds something. */
  readonly damage: string;
  /** Gives one `place` for each breach, in words. */
  readonly sql: string;
}

const VERSION = `b.environment || ' ' || b.tenant || ', ' || ${KEY_WORDS_SQL}
  || ', version ' || v.version_number`;
const VERSIONS =
  "versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id";
const DECLARATION = `b.environment || ' ' || b.tenant || ', declaration ' || d.declaration_id`;
const BATCH = `b.environment || ' ' || b.tenant || ', file ' || f.file_name || ', batch ' || f.batch_id`;

/**
 * The words that a column may hold. SQLite checks the constraints of the tables when it writes, and its
 * integrity check does not check them again.
 */
const WORDS: readonly (readonly [table: string, column: string, words: readonly string[]])[] = [
  ["books", "environment", ["production", "acceptance", "simulator"]],
  ["shipments", "direction", ["IN", "OUT", ""]],
  ["shipments", "message_kind", kindNames],
  ["versions", "state", ["staged", "queued", "sending", "unknown", "accepted", "rejected", "held"]],
  ["versions", "message_kind", kindNames],
  ["versions", "message_type", ["New", "Replace", "Update", "Upsert"]],
  ["attempts", "outcome", ["accepted", "rejected", "unknown", "returned"]],
  ["attempts", "settlement", ["arrived", "resend"]],
  ["lines", "direction", ["IN", "OUT", ""]],
  ["lines", "message_kind", kindNames],
  ["lines", "bucket", ["invalid", "unchanged", "held", "superseded", "aborted"]],
  ["batch_rows", "bucket", ["invalid", "duplicate"]],
  ["findings", "severity", ["error", "warning", "info"]],
  ["attachments", "owner_kind", ["declaration", "certificate"]],
  [
    "changes",
    "state",
    ["sending", "unknown", "accepted", "applied", "different", "refused", "returned", "abandoned"],
  ],
  ["declaration_statuses", "source", ["search", "declaration", "notification"]],
  [
    "notifications",
    "standing",
    ["received", "matched", "unmatched", "noted", "other-tenant", "contradicting", "unreadable"],
  ],
];

const wordRules = WORDS.map(([table, column, words]) => ({
  damage: `A word in ${table} is none of those it can be`,
  sql: `SELECT '${column} ' || quote(${column}) AS place FROM ${table}
    WHERE ${column} NOT IN (${words.map((word) => `'${word}'`).join(", ")})`,
}));

const ledgerRules: readonly LedgerRule[] = [
  ...wordRules,
  {
    damage: "A shipment counts as accepted, but no attempt to send it succeeded",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
      WHERE v.state = 'accepted' AND v.found_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM attempts a WHERE a.version_id = v.version_id
          AND (a.outcome = 'accepted' OR a.settlement = 'arrived'))`,
  },
  {
    damage: "A shipment was accepted by an attempt, but does not count as accepted",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
      WHERE v.state <> 'accepted' AND v.failed_at IS NULL AND EXISTS (
        SELECT 1 FROM attempts a WHERE a.version_id = v.version_id
          AND (a.outcome = 'accepted' OR a.settlement = 'arrived'))`,
  },
  {
    damage: "More than one version of a shipment is on its way at the same time",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
      WHERE v.state IN ('sending', 'unknown') AND EXISTS (
        SELECT 1 FROM versions o WHERE o.shipment_id = v.shipment_id
          AND o.state IN ('sending', 'unknown') AND o.version_number < v.version_number)`,
  },
  {
    damage: "An older version of a shipment waits behind a newer one that was sent",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
      WHERE v.state IN ('queued', 'sending', 'unknown') AND EXISTS (
        SELECT 1 FROM versions o WHERE o.shipment_id = v.shipment_id
          AND o.state IN ('sending', 'unknown', 'accepted')
          AND o.version_number > v.version_number)`,
  },
  {
    damage: "Attempts to send a shipment are missing",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
      WHERE v.attempts <> (SELECT count(*) FROM attempts a WHERE a.version_id = v.version_id)
        OR v.state IN ('sending', 'unknown', 'rejected') AND v.attempts = 0`,
  },
  {
    damage: "A shipment is in the queue although its file is not complete",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS} JOIN batches f USING (batch_no)
      WHERE (f.sealed_at IS NULL) <> (v.state = 'staged')`,
  },
  {
    damage: "The books of a file do not balance: rows were lost, or stand in it twice",
    sql: `SELECT ${BATCH} AS place FROM batches f JOIN books b USING (books_id)
      WHERE f.sealed_at IS NOT NULL AND f.pruned_at IS NULL AND f.rows_read <> f.rows_blank
        + (SELECT count(*) FROM batch_rows r WHERE r.batch_no = f.batch_no)
        + (SELECT coalesce(sum(l.row_count), 0) FROM lines l WHERE l.batch_no = f.batch_no)`,
  },
  {
    damage: "What is known of a shipment contradicts its versions or its declarations",
    sql: `SELECT b.environment || ' ' || b.tenant || ', ' || ${KEY_WORDS_SQL} AS place
      FROM shipments s JOIN books b USING (books_id)
      WHERE (s.accepted_at IS NOT NULL) <> EXISTS (
          SELECT 1 FROM versions v WHERE v.shipment_id = s.shipment_id AND v.state = 'accepted')
        OR s.has_declaration <> EXISTS (
          SELECT 1 FROM declarations d WHERE d.shipment_id = s.shipment_id)`,
  },
  {
    damage: "A message is of another kind than what it is kept under",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS} WHERE v.message_kind <> s.message_kind`,
  },
  {
    damage: "A declaration's history does not end with its status",
    sql: `SELECT ${DECLARATION} AS place FROM declarations d JOIN books b USING (books_id)
      WHERE d.current_status IS NOT (
        SELECT status FROM declaration_statuses h WHERE h.declaration_no = d.declaration_no
        ORDER BY sequence DESC LIMIT 1)`,
  },
  {
    damage: "A status is missing in the history of a declaration",
    sql: `SELECT ${DECLARATION} AS place FROM declarations d JOIN books b USING (books_id)
      WHERE (SELECT count(*) <> max(sequence) FROM declaration_statuses h
        WHERE h.declaration_no = d.declaration_no)`,
  },
  {
    damage: "A declaration is shown with another status than it has",
    sql: `SELECT ${DECLARATION} AS place FROM declarations d JOIN books b USING (books_id)
      WHERE json_valid(d.summary) AND json_extract(d.summary, '$.currentStatus') IS NOT d.current_status`,
  },
  {
    damage: "A notification told something and is not there any more",
    sql: `SELECT ${DECLARATION} AS place FROM declarations d JOIN books b USING (books_id)
      WHERE EXISTS (SELECT 1 FROM declaration_statuses h
          WHERE h.declaration_no = d.declaration_no AND h.source = 'notification')
        AND NOT EXISTS (SELECT 1 FROM notifications n
          WHERE n.books_id = d.books_id AND n.declaration_id = d.declaration_id)
      UNION ALL SELECT ${VERSION} FROM ${VERSIONS}
      WHERE v.failed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM notification_messages m WHERE m.reference_id = v.reference_id)`,
  },
  {
    damage: "A file does not hold what it held when it was read",
    sql: `SELECT ${BATCH} AS place FROM batches f JOIN books b USING (books_id)
      WHERE f.pruned_at IS NULL AND f.sealed_counts <> ${sealedCountsSql("f.batch_no")}`,
  },
  {
    damage: "A file of a run is missing",
    sql: `SELECT b.environment || ' ' || b.tenant || ', run ' || r.run_id AS place
      FROM runs r JOIN books b USING (books_id)
      WHERE r.files <> (
        SELECT count(*) FROM batches f WHERE f.run_no = r.run_no AND f.sealed_at IS NOT NULL)`,
  },
  {
    damage: "It is not certain which line of a shipment is the newest",
    // Where files were pruned, the newest line may have gone with its file.
    sql: `SELECT b.environment || ' ' || b.tenant || ', ' || ${KEY_WORDS_SQL.replaceAll("s.", "l.")} AS place
      FROM lines l JOIN books b USING (books_id) JOIN batches f USING (batch_no)
      WHERE f.sealed_at IS NOT NULL
      GROUP BY l.books_id, l.external_reference, l.direction, l.message_kind
      HAVING sum(l.is_latest) > 1 OR sum(l.is_latest) = 0 AND max(l.bucket IS NOT 'superseded')
        AND NOT EXISTS (
          SELECT 1 FROM batches p WHERE p.books_id = l.books_id AND p.pruned_at IS NOT NULL)`,
  },
  {
    damage: "A shipment is held back for no reason",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS} WHERE v.state = 'held' AND v.reason IS NULL`,
  },
  {
    damage: "Text that the ledger keeps as JSON is none",
    sql: `SELECT ${VERSION} AS place FROM ${VERSIONS}
        WHERE NOT json_valid(v.sources) OR NOT json_valid(coalesce(v.problem, '{}'))
      UNION ALL SELECT ${BATCH} FROM batches f JOIN books b USING (books_id)
        WHERE NOT json_valid(f.detected)
      UNION ALL SELECT ${BATCH} FROM batches f JOIN books b USING (books_id)
        WHERE EXISTS (SELECT 1 FROM lines l WHERE l.batch_no = f.batch_no AND NOT json_valid(l.rows))
      UNION ALL SELECT 'declaration ' || declaration_id FROM declarations
        WHERE NOT json_valid(summary) OR NOT json_valid(errors)
      UNION ALL SELECT 'change ' || change_no FROM changes WHERE NOT json_valid(was)`,
  },
];

/** The rules that do not hold, and entries that belong to one that is not there; to be called inside a transaction. */
export function brokenRules({ prepare }: Pick<Connection, "prepare">): readonly LedgerDamage[] {
  const orphans = prepare<[], { readonly table: string; readonly rowid: number | null }>(
    "PRAGMA foreign_key_check",
  )
    .all()
    .map(({ table, rowid }) => `${table} ${rowid ?? ""}`.trim());
  return [
    ...damageOf("An entry belongs to one that is not there", orphans),
    ...ledgerRules.flatMap(({ damage, sql }) =>
      damageOf(damage, prepare<[], string>(sql).pluck().iterate()),
    ),
  ];
}

/** None where no place is found; otherwise all places are counted, and the first are named. */
export function damageOf(what: string, found: Iterable<string>): readonly LedgerDamage[] {
  const places: string[] = [];
  let count = 0;
  for (const place of found) {
    count += 1;
    if (places.length < PLACES_SHOWN_MAX) places.push(place);
  }
  return count === 0 ? [] : [{ what, count, places }];
}
