// How the books stand. Each kind of open work is found by an index that holds only what is open; `since` is a column
// of every such query, so that it can be counted and listed by one text.
import { DEFAULT_KIND } from "../../../core/message-kind.ts";
import {
  kindsInNeed,
  openKinds,
  type KindInNeed,
  type OpenKind,
} from "../../../core/open-kinds.ts";
import type { CurrentHolder } from "../../contract/leases.ts";
import type {
  BooksStatus,
  OpenWork,
  StatusBooks,
  StatusOptions,
  Waiting,
} from "../../contract/status.ts";
import type { Connection } from "../file/connection.ts";
import { OPEN_SHIPMENTS } from "../file/open-shipment.ts";
import { dateOrNull } from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { LAST_RECEIVED_SQL, lastListeners } from "./notification-view.ts";
import { runHistory } from "./run-history.ts";

type Parameters = Readonly<Record<string, string | number | null>>;

const LAST_ATTEMPT =
  "JOIN attempts a ON a.version_id = v.version_id AND a.attempt_number = v.attempts";
const SHIPMENT = "JOIN shipments s ON s.shipment_id = v.shipment_id";
const shipment = `${keySql("s")}, NULL AS declarationId`;
const line = `${keySql("l")}, NULL AS declarationId`;

const linesInNeed = (bucket: string): string =>
  `SELECT ${line}, b.sealed_at AS since
   FROM lines l INDEXED BY lines_in_need JOIN batches b ON b.batch_no = l.batch_no
   WHERE l.is_latest = 1 AND l.bucket IN ('invalid', 'held', 'aborted') AND l.books_id = @booksId
     AND l.bucket = '${bucket}' AND b.sealed_at IS NOT NULL`;

/** Of a message whose shipment's newest line follows it: an older one decides nothing any more. */
const versionsInNeed = (state: string, since: string): string =>
  `SELECT ${line}, ${since} AS since
   FROM versions v INDEXED BY versions_in_need
     JOIN lines l ON l.version_id = v.version_id AND l.is_latest = 1 AND l.bucket IS NULL
     JOIN batches b ON b.batch_no = l.batch_no
     LEFT JOIN attempts a ON a.version_id = v.version_id AND a.attempt_number = v.attempts
   WHERE v.state IN ('rejected', 'held') AND v.books_id = @booksId AND v.state = '${state}'
     AND b.sealed_at IS NOT NULL`;

/** With @epoch, under which the process that sends now took its messages; what another left is unknown. */
const sendingUnder = (condition: string): string =>
  `SELECT ${shipment}, a.started_at AS since
   FROM versions v INDEXED BY versions_sending ${LAST_ATTEMPT} ${SHIPMENT}
   WHERE v.state = 'sending' AND v.books_id = @booksId AND ${condition}`;

const OPEN_WORK: Readonly<Record<OpenKind, readonly [before: string, query: string]>> = {
  unknown: [
    "",
    `SELECT ${shipment}, a.started_at AS since
     FROM versions v INDEXED BY versions_unknown ${LAST_ATTEMPT} ${SHIPMENT}
     WHERE v.state = 'unknown' AND v.books_id = @booksId
     UNION ALL ${sendingUnder("a.epoch IS NOT @epoch")}`,
  ],
  refused: ["", versionsInNeed("rejected", "coalesce(v.failed_at, a.ended_at, b.sealed_at)")],
  held: ["", `${versionsInNeed("held", "b.sealed_at")} UNION ALL ${linesInNeed("held")}`],
  invalid: ["", linesInNeed("invalid")],
  aborted: ["", linesInNeed("aborted")],
  action: [
    "",
    `SELECT ${keySql("s")}, d.declaration_id AS declarationId,
       (SELECT h.observed_at FROM declaration_statuses h WHERE h.declaration_no = d.declaration_no
        ORDER BY h.sequence DESC LIMIT 1) AS since
     FROM json_each(@action) status
       CROSS JOIN declarations d ON d.books_id = @booksId AND d.current_status = status.value
       CROSS JOIN shipments s ON s.shipment_id = d.shipment_id`,
  ],
  change: [
    "",
    `SELECT NULL AS keyKind, NULL AS direction, NULL AS externalReference,
       target_id AS declarationId, recorded_at AS since
     FROM changes INDEXED BY changes_on_their_way
     WHERE state IN ('sending', 'unknown') AND books_id = @booksId`,
  ],
  sending: ["", sendingUnder("a.epoch IS @epoch")],
  unsent: [
    "",
    `SELECT ${shipment}, b.sealed_at AS since
     FROM versions v INDEXED BY versions_queued JOIN batches b ON b.batch_no = v.batch_no ${SHIPMENT}
     WHERE v.state = 'queued' AND v.books_id = @booksId`,
  ],
  "at-customs": [
    OPEN_SHIPMENTS,
    `SELECT ${shipment}, s.accepted_at AS since
     FROM open_shipments o CROSS JOIN shipments s ON s.shipment_id = o.shipment_id`,
  ],
};

interface OpenRow extends StoredKey {
  readonly declarationId: string | null;
  readonly since: string;
}

export function statusViews(
  connection: Connection,
  booksId: number,
  holder: () => CurrentHolder | null,
): StatusBooks {
  const of = Object.fromEntries(
    openKinds.map((kind) => [kind, openWork(connection, ...OPEN_WORK[kind])]),
  ) as Readonly<Record<OpenKind, ReturnType<typeof openWork>>>;
  const parameters = (options: StatusOptions): Parameters => ({
    booksId,
    epoch: holder()?.epoch ?? null,
    action: JSON.stringify(options.actionStatuses),
    resting: JSON.stringify(options.restingStatuses),
    changedSince: options.changedSince.toISOString(),
  });
  const totals = totalsOf(connection, booksId);
  return {
    status: (options) =>
      connection.read((): BooksStatus => {
        const given = parameters(options);
        const open = Object.fromEntries(openKinds.map((kind) => [kind, of[kind].count(given)]));
        return {
          ...totals(),
          open: open as Readonly<Record<OpenKind, Waiting>>,
          sender: holder(),
        };
      }),
    oldestOpen: (options, limit) =>
      connection.read(() => {
        const given = { ...parameters(options), limit };
        return openKinds
          .flatMap((kind) => of[kind].oldest(given).map((row) => workOf(kind, row)))
          .sort((left, right) => left.since.getTime() - right.since.getTime())
          .slice(0, limit);
      }),
    inNeedBeside: (runId, { actionStatuses }) =>
      connection.read(() => {
        const given = { booksId, epoch: null, action: JSON.stringify(actionStatuses), runId };
        const beside = Object.fromEntries(
          kindsInNeed.map((kind) => [kind, of[kind].countBeside(given)]),
        );
        return beside as Readonly<Record<KindInNeed, Waiting>>;
      }),
    ...runHistory(connection, booksId),
  };
}

/** Whether a file of the run holds what a row of `open` is about. */
const IN_RUN = `EXISTS (
  SELECT 1 FROM lines l JOIN batches b USING (batch_no) JOIN runs r USING (run_no)
  WHERE l.books_id = @booksId AND l.external_reference = open.externalReference
    AND l.direction = coalesce(open.direction, '') AND l.message_kind = open.keyKind
    AND r.run_id = @runId AND b.sealed_at IS NOT NULL)`;

function openWork(connection: Connection, before: string, query: string) {
  const counted = (condition: string) => {
    const count = connection.prepare<
      [Parameters],
      { readonly count: number; readonly since: string | null }
    >(
      `${before} SELECT count(*) AS count, min(since) AS since FROM (${query}) AS open WHERE ${condition}`,
    );
    return (given: Parameters): Waiting => {
      const row = count.get(given);
      return { count: row?.count ?? 0, since: dateOrNull(row?.since ?? null) };
    };
  };
  const oldest = connection.prepare<[Parameters], OpenRow>(
    `${before} SELECT * FROM (${query}) ORDER BY since LIMIT @limit`,
  );
  return {
    count: counted("true"),
    // Once a night, so that opening a ledger prepares nothing for it.
    countBeside: (given: Parameters): Waiting => counted(`NOT ${IN_RUN}`)(given),
    oldest: (given: Parameters): readonly OpenRow[] => oldest.all(given),
  };
}

function workOf(kind: OpenKind, { declarationId, since, ...key }: OpenRow): OpenWork {
  // A change is about a declaration alone.
  const isOfShipment = kind !== "change";
  return { kind, key: isOfShipment ? keyOf(key) : null, declarationId, since: new Date(since) };
}

/** What is counted without regard to time; to be called inside a transaction. */
function totalsOf(
  connection: Connection,
  booksId: number,
): () => Omit<BooksStatus, "open" | "sender"> {
  const number = (sql: string): (() => number) => {
    const select = connection.prepare<[number], number>(sql).pluck();
    return () => select.get(booksId) ?? 0;
  };
  const text = (sql: string): (() => string | null) => {
    const select = connection.prepare<[number], string | null>(sql).pluck();
    return () => select.get(booksId) ?? null;
  };
  const shipments = number("SELECT count(*) FROM shipments WHERE books_id = ?");
  const leftToPerson = number(
    `SELECT count(*) FROM versions v INDEXED BY versions_unknown ${LAST_ATTEMPT}
     WHERE v.state = 'unknown' AND v.books_id = ? AND a.left_to_person_at IS NOT NULL`,
  );
  const without = connection.prepare<
    [number],
    { readonly count: number; readonly since: string | null }
  >(
    `SELECT count(*) AS count, min(accepted_at) AS since
     FROM shipments INDEXED BY shipments_without_declaration
     WHERE books_id = ? AND accepted_at IS NOT NULL AND has_declaration = 0
       AND message_kind = '${DEFAULT_KIND}'`,
  );
  const statuses = connection.prepare<
    [number],
    { readonly status: string; readonly count: number }
  >(
    `SELECT current_status AS status, count(*) AS count FROM declarations
     WHERE books_id = ? GROUP BY current_status`,
  );
  const notInFiles = number(
    `SELECT count(*) FROM declarations INDEXED BY declarations_unexplained
     WHERE books_id = ? AND shipment_id IS NULL`,
  );
  const waiting = (standing: string): (() => number) =>
    number(
      `SELECT count(*) FROM notifications INDEXED BY notifications_waiting
       WHERE standing IN ('received', 'unmatched') AND books_id = ? AND standing = '${standing}'`,
    );
  const received = waiting("received");
  const unmatched = waiting("unmatched");
  const lastReceived = text(LAST_RECEIVED_SQL);
  const searchedUntil = text("SELECT searched_until FROM books WHERE books_id = ?");
  const waitUntil = text("SELECT until FROM waits WHERE books_id = ?");
  const listener = lastListeners(connection, booksId);
  return () => {
    const { count = 0, since = null } = without.get(booksId) ?? {};
    return {
      shipments: shipments(),
      leftToPerson: leftToPerson(),
      withoutDeclaration: { count, since: dateOrNull(since) },
      declarations: Object.fromEntries(
        statuses.all(booksId).map(({ status, count: found }) => [status, found]),
      ),
      notInFiles: notInFiles(),
      notifications: {
        ...{ received: received(), unmatched: unmatched() },
        lastReceivedAt: dateOrNull(lastReceived()),
      },
      completeUpTo: searchedUntil(),
      waitUntil: dateOrNull(waitUntil()),
      listener: listener(),
    };
  };
}
