// Notifications as they came, and what they change in the other books. Each step reads all events about what it
// touches and writes what they say together: so neither their order nor their number matters.
import { canonicalJson, parseJson, sha256Hex } from "../../../core/json.ts";
import { referencesOf } from "../../../core/match-declaration.ts";
import type {
  MergeRules,
  MergeSelection,
  NotificationBooks,
  NotificationStanding,
  NotifiedEvent,
  ReceivedNotification,
  StoredAs,
} from "../../contract/notifications.ts";
import type { Connection } from "../file/connection.ts";
import { declarationRecord } from "./declaration-record.ts";
import { statusHistory } from "./status-history.ts";
import { markRunsBehind, markRunsOfMessages } from "./runs.ts";
import { processingFailure } from "./shipment-acceptance.ts";
import { shipmentsByReference } from "./shipments.ts";

type NotificationMerge = Pick<NotificationBooks, "storeNotifications" | "mergeNotifications">;

interface KeptRow {
  readonly no: number;
  readonly receivedAt: string;
  readonly body: Buffer;
}

/** More events about one declaration or message than these say nothing new. Source: assumed. */
const EVENTS_OF_ONE_MAX = 1_000;
/** Looking whether something is known now costs little beside merging it. */
const LOOKED_AT_PER_MERGED = 20;

export function notifications(connection: Connection, booksId: number): NotificationMerge {
  const store = notificationStore(connection, booksId);
  const merge = notificationMerge(connection, booksId);
  return {
    storeNotifications: (received) => connection.write(() => received.map(store)),
    mergeNotifications: (selection, rules) => connection.write(() => merge(selection, rules)),
  };
}

function notificationStore(
  connection: Connection,
  booksId: number,
): (received: ReceivedNotification) => StoredAs {
  // Positions are faster than names, and nearly all notifications go this way.
  const insert = connection.prepare<[number, string | null, string, string, Buffer]>(
    `INSERT INTO notifications (books_id, event_id, standing, is_apart, received_at, headers, body)
     VALUES (?, ?, 'received', 0, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertApart = connection.prepare<
    [Readonly<Record<string, string | number | Buffer | null>>]
  >(
    `INSERT INTO notifications (books_id, event_id, standing, is_apart, received_at, headers, body,
                                body_sha256, fault)
     VALUES (@booksId, @eventId, @standing, 1, @receivedAt, @headers, @body, @hash, @fault)
     ON CONFLICT DO NOTHING`,
  );
  const selectKept = connection.prepare<
    [number, string],
    { readonly kept: Buffer; readonly prunedAt: string | null }
  >(
    `SELECT body AS kept, pruned_at AS prunedAt FROM notifications
     WHERE books_id = ? AND event_id = ? AND is_apart = 0`,
  );
  const keepApart = (
    { receivedAt: at, ...received }: ReceivedNotification,
    standing: NotificationStanding,
  ): boolean => {
    const hash = sha256Hex(received.body.toString("latin1"));
    const row = { ...received, booksId, standing, hash, receivedAt: at.toISOString() };
    return insertApart.run(row).changes === 1;
  };
  return (received) => {
    const { eventId, standing, receivedAt, headers, body } = received;
    if (standing !== "received" || eventId === null) {
      return keepApart(received, standing) ? "new" : "known";
    }
    const at = receivedAt.toISOString();
    if (insert.run(booksId, eventId, at, headers, body).changes === 1) return "new";
    const earlier = selectKept.get(booksId, eventId);
    // What retention has emptied cannot be compared.
    if (earlier === undefined || earlier.prunedAt !== null) return "known";
    if (earlier.kept.equals(body) || saysTheSame(earlier.kept, body)) return "known";
    return keepApart(received, "contradicting") ? "contradicting" : "known";
  };
}

function saysTheSame(one: Buffer, other: Buffer): boolean {
  const [first, second] = [one, other].map((body) => canonicalJson(parseJson(body.toString())));
  return first === second;
}

function notificationMerge(connection: Connection, booksId: number) {
  const kept = "SELECT notification_no AS no, received_at AS receivedAt, body FROM notifications n";
  const mine = "n.books_id = @booksId AND n.is_apart = 0";
  type Parameters = Readonly<Record<string, string | number | null>>;
  const received = connection.prepare<[Parameters], KeptRow>(
    `${kept} WHERE ${mine} AND n.standing = 'received' AND n.notification_no > @after
     ORDER BY n.notification_no LIMIT @limit`,
  );
  const all = connection.prepare<[Parameters], KeptRow>(
    `${kept} WHERE ${mine} AND n.pruned_at IS NULL AND n.notification_no > @after
     ORDER BY n.notification_no LIMIT @limit`,
  );
  const one = connection.prepare<[Parameters], KeptRow>(
    `${kept} WHERE ${mine} AND n.event_id = @eventId AND n.pruned_at IS NULL`,
  );
  const unmatched = connection.prepare<[Parameters], KeptRow & { readonly isKnown: 0 | 1 }>(
    `${kept.replace(
      " FROM",
      `,
       iif(EXISTS (SELECT 1 FROM notification_messages m WHERE m.notification_no = n.notification_no),
         EXISTS (SELECT 1 FROM notification_messages m JOIN versions v USING (reference_id)
           WHERE m.notification_no = n.notification_no AND v.books_id = n.books_id),
         EXISTS (SELECT 1 FROM declarations d WHERE d.books_id = n.books_id
           AND d.declaration_id = n.declaration_id AND d.shipment_id IS NOT NULL)
         OR EXISTS (SELECT 1 FROM shipments s WHERE s.books_id = n.books_id
           AND s.message_kind = 'CustomsShipment' AND s.external_reference
           IN (n.customs_shipment_reference, n.trader_reference))) AS isKnown FROM`,
    )}
     WHERE ${mine} AND n.standing = 'unmatched' AND n.pruned_at IS NULL
       AND n.notification_no > @after
     ORDER BY n.notification_no LIMIT @limit`,
  );
  const takeStep = ({ which, after, limit }: MergeSelection): Step => {
    if (typeof which === "object") {
      return { rows: one.all({ booksId, eventId: which.eventId }), last: null };
    }
    const looked = which === "unmatched" ? limit * LOOKED_AT_PER_MERGED : limit;
    const parameters = { booksId, after, limit: looked };
    const found =
      which === "unmatched"
        ? unmatched.all(parameters)
        : (which === "all" ? all : received).all(parameters);
    const last = found.length < looked ? null : (found.at(-1)?.no ?? null);
    return { rows: found.filter((row) => !("isKnown" in row) || row.isKnown === 1), last };
  };

  const note = connection.prepare<[Parameters]>(
    `UPDATE notifications SET event_type = @eventType, event_sub_type = @eventSubType,
       event_time = @eventTime, declaration_id = @declarationId,
       customs_shipment_reference = @customsShipmentReference, trader_reference = @traderReference
     WHERE notification_no = @no`,
  );
  const noteMessage = connection.prepare<[string, number]>(
    "INSERT INTO notification_messages VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  // A document may come without any other change of its declaration.
  const listDocumentsAgain = connection.prepare<[number, string]>(
    "UPDATE declarations SET attachments_listed = 0 WHERE books_id = ? AND declaration_id = ?",
  );
  const setStanding = connection.prepare<
    [NotificationStanding, number | null, string | null, number]
  >("UPDATE notifications SET standing = ?, shipment_id = ?, fault = ? WHERE notification_no = ?");
  const ofDeclaration = connection.prepare<[Parameters], KeptRow>(
    `${kept} WHERE ${mine} AND n.declaration_id = @about AND n.pruned_at IS NULL
     ORDER BY n.event_time DESC, n.event_id DESC LIMIT @limit`,
  );
  const ofMessage = connection.prepare<[Parameters], KeptRow>(
    `${kept} JOIN notification_messages m USING (notification_no)
     WHERE ${mine} AND m.reference_id = @about AND n.pruned_at IS NULL
     ORDER BY n.event_time DESC, n.event_id DESC LIMIT @limit`,
  );
  const eventsAbout = (query: typeof ofMessage, about: string, { read }: MergeRules) =>
    query
      .all({ booksId, about, limit: EVENTS_OF_ONE_MAX })
      .map(({ body, receivedAt }) => read(body, new Date(receivedAt)))
      .filter((event): event is NotifiedEvent => !("fault" in event))
      .reverse();

  const recordDeclaration = declarationRecord(connection, booksId);
  const writeHistory = statusHistory(connection, booksId);
  const shipmentOfDeclaration = connection
    .prepare<[number, string]>(
      "SELECT shipment_id FROM declarations WHERE books_id = ? AND declaration_id = ?",
    )
    .pluck();
  const findShipments = shipmentsByReference(connection, booksId);
  const markDeclarationsBehind = markRunsBehind(connection);

  const linkedShipment = (declarationId: string): number | null =>
    (shipmentOfDeclaration.get(booksId, declarationId) as number | null | undefined) ?? null;

  /** Whether the declaration, or its shipment, has changed. */
  const mergeDeclaration = (declarationId: string, rules: MergeRules): boolean => {
    const declaration = rules.declarationOf(eventsAbout(ofDeclaration, declarationId, rules));
    if (declaration === null) return false;
    const { summary, observedAt } = declaration;
    const linked = linkedShipment(declarationId);
    const shipmentId =
      linked === null
        ? rules.shipmentOf(summary, findShipments(referencesOf(summary)))
        : String(linked);
    const source = "notification";
    const { changed } = recordDeclaration([{ summary, shipmentId, observedAt, source }]);
    writeHistory(declaration);
    return changed.length > 0 || (linked === null && shipmentId !== null);
  };

  const versionsOf = connection.prepare<
    [number, string],
    { readonly versionId: number; readonly shipmentId: number }
  >(
    `SELECT version_id AS versionId, shipment_id AS shipmentId FROM versions
     WHERE books_id = ? AND reference_id = ?`,
  );
  const fail = processingFailure(connection);
  const markMessagesBehind = markRunsOfMessages(connection);

  /** The versions that failed by what its events say. */
  const mergeMessage = (referenceId: string, rules: MergeRules): readonly number[] => {
    const versions = versionsOf.all(booksId, referenceId);
    if (versions.length === 0) return [];
    const events = eventsAbout(ofMessage, referenceId, rules);
    const problem = rules.problemOf(events);
    const failedAt = events.findLast(({ failures }) => failures !== null)?.eventTime;
    if (problem === null || failedAt === undefined) return [];
    const text = JSON.stringify(problem);
    return versions.flatMap(({ versionId }) =>
      fail(versionId, new Date(failedAt).toISOString(), text) ? [versionId] : [],
    );
  };

  const standingOf = (
    event: NotifiedEvent,
    rules: MergeRules,
  ): { readonly standing: NotificationStanding; readonly shipmentId: number | null } => {
    const { declarationId, messageReferences } = event;
    if (messageReferences.length > 0) {
      const [version] = messageReferences.flatMap((reference) =>
        versionsOf.all(booksId, reference),
      );
      const standing = version === undefined ? "unmatched" : "matched";
      return { standing, shipmentId: version?.shipmentId ?? null };
    }
    const references = referencesOf(event);
    if (declarationId === null && references.length === 0) {
      return { standing: "noted", shipmentId: null };
    }
    const linked = declarationId === null ? null : linkedShipment(declarationId);
    const named = { ...event, declarationId: declarationId ?? "" };
    // Of a declaration's status it was asked already.
    const shipment =
      linked ?? (event.status === null ? rules.shipmentOf(named, findShipments(references)) : null);
    if (shipment === null) return { standing: "unmatched", shipmentId: null };
    return { standing: "matched", shipmentId: Number(shipment) };
  };

  return (selection: MergeSelection, rules: MergeRules) => {
    const { rows, last } = takeStep(selection);
    const events: { readonly no: number; readonly event: NotifiedEvent }[] = [];
    for (const { no, receivedAt, body } of rows) {
      const event = rules.read(body, new Date(receivedAt));
      if ("fault" in event) {
        setStanding.run("unreadable", null, event.fault, no);
        continue;
      }
      const { eventType, eventSubType, eventTime, declarationId } = event;
      const { customsShipmentReference, traderReference, externalReference } = event;
      const columns = { no, eventType, eventSubType, eventTime, declarationId };
      const shown = customsShipmentReference ?? externalReference;
      note.run({ ...columns, customsShipmentReference: shown, traderReference });
      for (const reference of event.messageReferences) noteMessage.run(reference, no);
      events.push({ no, event });
    }
    const declarationIds = new Set(events.map(({ event }) => event.declarationId));
    const changed = [...declarationIds].filter(
      (id): id is string => id !== null && mergeDeclaration(id, rules),
    );
    const owners = changed.map(linkedShipment).filter((owner) => owner !== null);
    markDeclarationsBehind(new Set(owners));
    for (const { event } of events) {
      const { document, declarationId } = event;
      if (document !== null && declarationId !== null) {
        listDocumentsAgain.run(booksId, declarationId);
      }
    }
    const references = new Set(events.flatMap(({ event }) => event.messageReferences));
    const failed = [...references].flatMap((reference) => mergeMessage(reference, rules));
    markMessagesBehind(failed);
    let matched = 0;
    let unmatchedCount = 0;
    for (const { no, event } of events) {
      const { standing, shipmentId } = standingOf(event, rules);
      setStanding.run(standing, shipmentId, null, no);
      if (standing === "matched") matched += 1;
      if (standing === "unmatched") unmatchedCount += 1;
    }
    return {
      merged: events.length,
      matched,
      unmatched: unmatchedCount,
      failedMessages: failed.length,
      changedDeclarations: changed.length,
      last,
    };
  };
}

interface Step {
  readonly rows: readonly KeptRow[];
  readonly last: number | null;
}
