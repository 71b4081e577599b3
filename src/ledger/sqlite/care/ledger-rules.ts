// What must hold in every ledger. Each rule finds its breaches; a ledger without any says truly what was
// sent. `ledger verify` asks all of them of the whole ledger, and so does a report of the newest state of every
// shipment; the report of a run asks them of what the run touched. Books that balance over records that are gone
// would be a lie.
import { kindNames } from "../../../core/message-kind.ts";
import type { LedgerDamage } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { sealedCountsSql } from "../file/sealed-counts.ts";
import { KEY_WORDS_SQL, sameKeySql } from "../file/stored-key.ts";
import { brokenReferences, FILES_SQL, SHIPMENTS_SQL, type Touched } from "./touched-by-run.ts";

/** Of all the places of one kind of damage, which are counted, this many are named. */
const PLACES_SHOWN_MAX = 20;

/** What a rule is about: its rows, and how people name one of them. */
interface Subject {
  /** @param which the condition that chooses among them */
  readonly from: (which: string) => string;
  readonly place: string;
  /** Holds for those that a run touched. Without it the rules are always asked of all: there are few. */
  readonly touched?: string;
}

interface LedgerRule {
  readonly subject: Subject;
  /** What is wrong where the rule finds something. */
  readonly damage: string;
  /** Holds for each breach. */
  readonly where: string;
}

const BOOKS = "b.environment || ' ' || b.tenant";
const KEY_COLUMNS = "books_id, external_reference, direction, message_kind";
const VERSION: Subject = {
  from: (which) =>
    `versions v JOIN shipments s USING (shipment_id) JOIN books b ON b.books_id = v.books_id WHERE ${which}`,
  place: `${BOOKS} || ', ' || ${KEY_WORDS_SQL} || ', version ' || v.version_number`,
  touched: `v.shipment_id IN ${SHIPMENTS_SQL}`,
};
const SHIPMENT: Subject = {
  from: (which) => `shipments s JOIN books b USING (books_id) WHERE ${which}`,
  place: `${BOOKS} || ', ' || ${KEY_WORDS_SQL}`,
  touched: `s.shipment_id IN ${SHIPMENTS_SQL}`,
};
const DECLARATION: Subject = {
  from: (which) => `declarations d JOIN books b USING (books_id) WHERE ${which}`,
  place: `${BOOKS} || ', declaration ' || d.declaration_id`,
  touched: `d.shipment_id IN ${SHIPMENTS_SQL}`,
};
const BATCH: Subject = {
  from: (which) => `batches f JOIN books b USING (books_id) WHERE ${which}`,
  place: `${BOOKS} || ', file ' || f.file_name || ', batch ' || f.batch_id`,
  touched: `f.batch_no IN ${FILES_SQL}`,
};
const RUN: Subject = {
  from: (which) => `runs r JOIN books b USING (books_id) WHERE ${which}`,
  place: `${BOOKS} || ', run ' || r.run_id`,
};
const KEY: Subject = {
  from: (which) => `(SELECT l.books_id, l.external_reference, l.direction, l.message_kind,
      max(f.sealed_at) AS sealed_at, sum(l.is_latest) AS newest, max(l.bucket IS NOT 'superseded') AS is_decided
    FROM lines l JOIN batches f USING (batch_no) WHERE f.sealed_at IS NOT NULL AND ${which}
    GROUP BY l.books_id, l.external_reference, l.direction, l.message_kind) s
    JOIN books b USING (books_id) WHERE true`,
  place: `${BOOKS} || ', ' || ${KEY_WORDS_SQL}`,
  touched: `l.line_id IN (
    SELECT o.line_id FROM (
      SELECT ${KEY_COLUMNS} FROM lines WHERE batch_no IN ${FILES_SQL}
      UNION SELECT ${KEY_COLUMNS} FROM shipments WHERE shipment_id IN ${SHIPMENTS_SQL}) k
    CROSS JOIN lines o ON o.books_id = k.books_id AND ${sameKeySql("o", "k")})`,
};
const LINE: Subject = {
  from: (which) => `lines l JOIN versions v USING (version_id) JOIN shipments s USING (shipment_id)
    JOIN books b ON b.books_id = l.books_id WHERE ${which}`,
  place: `${BOOKS} || ', ' || l.direction || ' ' || l.external_reference`,
  touched: `l.batch_no IN ${FILES_SQL}`,
};
const CHANGE: Subject = {
  from: (which) => `changes c WHERE ${which}`,
  place: "'change ' || c.change_no",
};

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

/** Broken, a ledger cannot be read, or not written: `ledger verify` alone asks these. */
const textRules: readonly LedgerRule[] = [
  ...WORDS.map(([table, column, words]) => ({
    subject: {
      from: (which: string) => `${table} WHERE ${which}`,
      place: `'${column} ' || quote(${column})`,
    },
    damage: `A word in ${table} is none of those it can be`,
    where: `${column} NOT IN (${words.map((word) => `'${word}'`).join(", ")})`,
  })),
  ...(
    [
      [VERSION, "NOT json_valid(v.sources) OR NOT json_valid(coalesce(v.problem, '{}'))"],
      [BATCH, "NOT json_valid(f.detected)"],
      [
        BATCH,
        "EXISTS (SELECT 1 FROM lines l WHERE l.batch_no = f.batch_no AND NOT json_valid(l.rows))",
      ],
      [DECLARATION, "NOT json_valid(d.summary) OR NOT json_valid(d.errors)"],
      [CHANGE, "NOT json_valid(c.was)"],
    ] as const
  ).map(([subject, where]) => ({
    subject,
    damage: "Text that the ledger keeps as JSON is none",
    where,
  })),
];

const ledgerRules: readonly LedgerRule[] = [
  {
    subject: VERSION,
    damage: "A shipment counts as accepted, but no attempt to send it succeeded",
    where: `v.state = 'accepted' AND v.found_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM attempts a WHERE a.version_id = v.version_id
        AND (a.outcome = 'accepted' OR a.settlement = 'arrived'))`,
  },
  {
    subject: VERSION,
    damage: "A shipment was accepted by an attempt, but does not count as accepted",
    where: `v.state <> 'accepted' AND v.failed_at IS NULL AND EXISTS (
      SELECT 1 FROM attempts a WHERE a.version_id = v.version_id
        AND (a.outcome = 'accepted' OR a.settlement = 'arrived'))`,
  },
  {
    subject: VERSION,
    damage: "More than one version of a shipment is on its way at the same time",
    where: `v.state IN ('sending', 'unknown') AND EXISTS (
      SELECT 1 FROM versions o WHERE o.shipment_id = v.shipment_id
        AND o.state IN ('sending', 'unknown') AND o.version_number < v.version_number)`,
  },
  {
    subject: VERSION,
    damage: "An older version of a shipment waits behind a newer one that was sent",
    where: `v.state IN ('queued', 'sending', 'unknown') AND EXISTS (
      SELECT 1 FROM versions o WHERE o.shipment_id = v.shipment_id
        AND o.state IN ('sending', 'unknown', 'accepted')
        AND o.version_number > v.version_number)`,
  },
  {
    subject: VERSION,
    damage: "Attempts to send a shipment are missing",
    where: `v.attempts <> (SELECT count(*) FROM attempts a WHERE a.version_id = v.version_id)
      OR v.state IN ('sending', 'unknown', 'rejected') AND v.attempts = 0`,
  },
  {
    subject: VERSION,
    damage: "A shipment is in the queue although its file is not complete",
    where: `EXISTS (SELECT 1 FROM batches f WHERE f.batch_no = v.batch_no
      AND (f.sealed_at IS NULL) <> (v.state = 'staged'))`,
  },
  {
    subject: VERSION,
    damage: "A message is of another kind than what it is kept under",
    where: "v.message_kind <> s.message_kind",
  },
  {
    subject: VERSION,
    damage: "A shipment is held back for no reason",
    where: "v.state = 'held' AND v.reason IS NULL",
  },
  {
    subject: VERSION,
    damage: "A notification told that a message failed, and is not there any more",
    where: `v.failed_at IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM notification_messages m WHERE m.reference_id = v.reference_id)`,
  },
  {
    subject: SHIPMENT,
    damage: "What is known of a shipment contradicts its versions or its declarations",
    where: `(s.accepted_at IS NOT NULL) <> EXISTS (
        SELECT 1 FROM versions v WHERE v.shipment_id = s.shipment_id AND v.state = 'accepted')
      OR s.has_declaration <> EXISTS (
        SELECT 1 FROM declarations d WHERE d.shipment_id = s.shipment_id)`,
  },
  {
    subject: DECLARATION,
    damage: "A declaration's history does not end with its status",
    where: `d.current_status IS NOT (
      SELECT status FROM declaration_statuses h WHERE h.declaration_no = d.declaration_no
      ORDER BY sequence DESC LIMIT 1)`,
  },
  {
    subject: DECLARATION,
    damage: "A status is missing in the history of a declaration",
    where: `(SELECT count(*) <> max(sequence) FROM declaration_statuses h
      WHERE h.declaration_no = d.declaration_no)`,
  },
  {
    subject: DECLARATION,
    damage: "A declaration is shown with another status than it has",
    where: `json_valid(d.summary)
      AND json_extract(d.summary, '$.currentStatus') IS NOT d.current_status`,
  },
  {
    subject: DECLARATION,
    damage: "A notification told a status, and is not there any more",
    where: `EXISTS (SELECT 1 FROM declaration_statuses h
        WHERE h.declaration_no = d.declaration_no AND h.source = 'notification')
      AND NOT EXISTS (SELECT 1 FROM notifications n
        WHERE n.books_id = d.books_id AND n.declaration_id = d.declaration_id)`,
  },
  {
    subject: BATCH,
    damage: "The books of a file do not balance: rows were lost, or stand in it twice",
    where: `f.sealed_at IS NOT NULL AND f.pruned_at IS NULL AND f.rows_read <> f.rows_blank
      + (SELECT count(*) FROM batch_rows r WHERE r.batch_no = f.batch_no)
      + (SELECT coalesce(sum(l.row_count), 0) FROM lines l WHERE l.batch_no = f.batch_no)`,
  },
  {
    subject: BATCH,
    damage: "A file does not hold what it held when it was read",
    where: `f.pruned_at IS NULL AND f.sealed_counts <> ${sealedCountsSql("f.batch_no")}`,
  },
  {
    subject: LINE,
    damage: "A shipment of a file shows the outcome of another one",
    where: `(l.books_id, l.external_reference, l.direction, l.message_kind)
      <> (s.books_id, s.external_reference, s.direction, s.message_kind)`,
  },
  {
    subject: RUN,
    damage: "A file of a run is missing",
    where: `r.files <> (
      SELECT count(*) FROM batches f WHERE f.run_no = r.run_no AND f.sealed_at IS NOT NULL)`,
  },
  {
    subject: KEY,
    damage: "It is not certain which line of a shipment is the newest",
    // Where a later file was pruned, the newest line may have gone with it.
    where: `s.newest > 1 OR s.newest = 0 AND s.is_decided AND NOT EXISTS (
      SELECT 1 FROM batches p WHERE p.books_id = s.books_id AND p.pruned_at IS NOT NULL
        AND p.sealed_at >= s.sealed_at)`,
  },
];

/** Every rule that does not hold, of a file that SQLite finds whole. */
export function everyBrokenRule(connection: Pick<Connection, "prepare">): readonly LedgerDamage[] {
  return [...breaches(connection, textRules, null), ...brokenRules(connection, null)];
}

/**
 * The rules that do not hold, and entries that belong to one that is not there; to be called inside a transaction.
 * @param touched of what they are asked; of the whole ledger when null
 */
export function brokenRules(
  connection: Pick<Connection, "prepare">,
  touched: Touched | null,
): readonly LedgerDamage[] {
  return [
    ...damageOf(
      "An entry belongs to one that is not there",
      touched === null ? orphans(connection) : brokenReferences(connection, touched),
    ),
    ...breaches(connection, ledgerRules, touched),
  ];
}

function orphans({ prepare }: Pick<Connection, "prepare">): readonly string[] {
  return prepare<[], { readonly table: string; readonly rowid: number | null }>(
    "PRAGMA foreign_key_check",
  )
    .all()
    .map(({ table, rowid }) => `${table} ${rowid ?? ""}`.trim());
}

/** All rules about one subject are asked in one pass over its rows, which are large. */
function breaches(
  { prepare }: Pick<Connection, "prepare">,
  rules: readonly LedgerRule[],
  touched: Touched | null,
): readonly LedgerDamage[] {
  return [...Map.groupBy(rules, ({ subject }) => subject)].flatMap(([subject, ofSubject]) => {
    const asked = ofSubject.map(({ where }, at) => `(${where}) AS broken${at}`);
    const any = ofSubject.map((_, at) => `broken${at}`).join(" OR ");
    const which = touched === null ? "true" : (subject.touched ?? "true");
    const rows = prepare<[object], Readonly<Record<string, unknown>>>(
      `SELECT ${subject.place} AS place, ${asked.join(", ")} FROM ${subject.from(which)} AND (${any})`,
    ).all(touched ?? {});
    return ofSubject.flatMap(({ damage }, at) =>
      damageOf(
        damage,
        rows.filter((row) => row[`broken${at}`] === 1).map((row) => String(row["place"])),
      ),
    );
  });
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
