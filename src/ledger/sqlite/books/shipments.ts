// Shipments as reconciliation sees them: which go by a reference, and which still wait for customs.
import type { MatchableShipment } from "../../../core/match-declaration.ts";
import { DEFAULT_KIND } from "../../../core/message-kind.ts";
import { messageKey, type Direction } from "../../../core/shipment.ts";
import type {
  DeclarationBooks,
  OpenShipmentOptions,
  ShipmentRef,
} from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";
import { OPEN_SHIPMENTS } from "../file/open-shipment.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import {
  dateOrNull,
  profileLinesSql,
  readProfileLines,
  readRows,
  readSources,
  readTexts,
  type Stored,
} from "../file/stored-json.ts";

interface MatchableRow {
  readonly shipment_id: number;
  readonly direction: Direction | null;
  readonly external_reference: string;
}

type ShipmentRow = Stored<ShipmentRef, "key"> & StoredKey;

const SHIPMENT_REFS = `
  SELECT CAST(s.shipment_id AS TEXT) AS shipmentId, ${keySql("s")}, s.accepted_at AS acceptedAt,
    (SELECT v.reference_id FROM versions v
     WHERE v.shipment_id = s.shipment_id AND v.state = 'accepted'
     ORDER BY v.version_number DESC LIMIT 1) AS referenceId,
    (SELECT json_group_array(d.declaration_id ORDER BY d.declaration_no) FROM declarations d
     WHERE d.shipment_id = s.shipment_id) AS declarationIds
  FROM shipments s`;

/**
 * A shipment with a declaration is due a day after it was asked last. One without is due sooner, after a tenth of its
 * age, so that however often a reconcile runs, one shipment costs few questions. A time that is still to come was
 * written by a clock that was ahead.
 */
const IS_DUE = `
  (s.asked_at > @now OR s.asked_at IS NULL AND s.has_declaration = 0
   OR unixepoch(@now) - unixepoch(coalesce(s.asked_at, s.accepted_at))
      >= iif(s.has_declaration, 86400, min(86400, (unixepoch(@now) - unixepoch(s.accepted_at)) / 10)))`;

type Parameters = Readonly<Record<string, string | number | null>>;

export function shipments(
  connection: Connection,
  booksId: number,
): Pick<
  DeclarationBooks,
  | "findShipments"
  | "matchableShipments"
  | "ownersOf"
  | "countOpenShipments"
  | "firstAcceptedAt"
  | "shipmentsToAsk"
  | "recordAsked"
  | "acceptedSources"
> {
  const byReference = shipmentsByReference(connection, booksId);
  const findShipments = (references: readonly string[]): Promise<readonly ShipmentRef[]> =>
    connection.read(() => byReference(references));

  const selectMatchable = connection.prepare<[string, number], MatchableRow>(
    `SELECT s.shipment_id, nullif(s.direction, '') AS direction, s.external_reference
     FROM json_each(?) asked CROSS JOIN shipments s
       ON s.books_id = ? AND s.external_reference = asked.value AND s.message_kind = '${DEFAULT_KIND}'`,
  );
  const selectOwners = connection
    .prepare<[string, number], readonly [declarationId: string, shipmentId: string]>(
      `SELECT d.declaration_id, CAST(d.shipment_id AS TEXT)
       FROM json_each(?) asked CROSS JOIN declarations d
         ON d.books_id = ? AND d.declaration_id = asked.value
       WHERE d.shipment_id IS NOT NULL`,
    )
    .raw();
  const matchableShipments: DeclarationBooks["matchableShipments"] = (references) =>
    connection.read(() =>
      selectMatchable.all(JSON.stringify(references), booksId).map(toMatchable),
    );
  const ownersOf: DeclarationBooks["ownersOf"] = (declarationIds) =>
    connection.read(() => new Map(selectOwners.all(JSON.stringify(declarationIds), booksId)));

  const openParameters = ({ restingStatuses, changedSince }: OpenShipmentOptions) => ({
    booksId,
    resting: JSON.stringify(restingStatuses),
    changedSince: changedSince.toISOString(),
  });
  const countOpen = connection.prepare<
    [Parameters],
    { readonly count: number; readonly askedSince: string | null }
  >(
    `${OPEN_SHIPMENTS}
     SELECT count(*) AS count, min(coalesce(s.asked_at, s.accepted_at)) AS askedSince
     FROM open_shipments CROSS JOIN shipments s USING (shipment_id)`,
  );
  const countOpenShipments: DeclarationBooks["countOpenShipments"] = (options) =>
    connection.read(() => {
      const { count = 0, askedSince = null } = countOpen.get(openParameters(options)) ?? {};
      return { count, askedSince: dateOrNull(askedSince) };
    });

  // A later version takes the time of the shipment with it, so that of the versions counts.
  const selectFirstAccepted = connection
    .prepare<[number], string | null>(
      `SELECT min(accepted_at) FROM versions
       WHERE books_id = ? AND message_kind = '${DEFAULT_KIND}'`,
    )
    .pluck();
  const firstAcceptedAt: DeclarationBooks["firstAcceptedAt"] = () =>
    connection.read(() => dateOrNull(selectFirstAccepted.get(booksId) ?? null));

  const selectDue = connection
    .prepare<[Parameters], number>(
      `${OPEN_SHIPMENTS}
       SELECT s.shipment_id FROM open_shipments CROSS JOIN shipments s USING (shipment_id)
       WHERE ${IS_DUE} OR @unseenSince IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM declarations d
         WHERE d.shipment_id = s.shipment_id AND d.last_seen_at >= @unseenSince)
       ORDER BY s.asked_at, s.shipment_id`,
    )
    .pluck();
  const selectByNumber = connection.prepare<[string], ShipmentRow>(
    `${SHIPMENT_REFS} JOIN json_each(?) asked ON s.shipment_id = asked.value ORDER BY asked.key`,
  );
  const shipmentsToAsk: DeclarationBooks["shipmentsToAsk"] = ({
    now,
    unseenSince,
    limit,
    ...options
  }) =>
    connection.read(() => {
      const due = selectDue.all({
        ...openParameters(options),
        now: now.toISOString(),
        unseenSince: unseenSince?.toISOString() ?? null,
      });
      const wanted = selectByNumber.all(JSON.stringify(due.slice(0, limit))).map(toShipmentRef);
      return { shipments: wanted, left: due.length - wanted.length };
    });

  const setAsked = connection.prepare<[string, string]>(
    `UPDATE shipments SET asked_at = ? WHERE shipment_id IN (SELECT value FROM json_each(?))`,
  );
  const recordAsked: DeclarationBooks["recordAsked"] = (shipmentIds, at) =>
    connection.write(() => {
      setAsked.run(at.toISOString(), JSON.stringify(shipmentIds.map(Number)));
    });

  const selectSources = connection.prepare<
    [number, string],
    {
      readonly file_name: string;
      readonly sources: string;
      readonly payload: string;
      readonly rows: string | null;
      readonly profile: string | null;
    }
  >(
    `SELECT b.file_name, v.sources, v.payload, ${profileLinesSql("b")} AS profile,
       (SELECT l.rows FROM lines l INDEXED BY lines_of_version
        WHERE l.version_id = v.version_id AND l.batch_no = v.batch_no
        ORDER BY l.line_id LIMIT 1) AS rows
     FROM versions v JOIN batches b USING (batch_no)
     WHERE v.books_id = ? AND v.shipment_id = ? AND v.state = 'accepted'
     ORDER BY v.version_number DESC LIMIT 1`,
  );
  const acceptedSources = (shipmentId: string): ReturnType<DeclarationBooks["acceptedSources"]> =>
    connection.read(() => {
      const row = selectSources.get(booksId, shipmentId);
      if (row === undefined) return null;
      return {
        fileName: row.file_name,
        payload: row.payload,
        sources: readSources(row.sources),
        profile: readProfileLines(row.profile),
        sheet: row.rows === null ? null : (readRows(row.rows)[0]?.sheet ?? null),
      };
    });

  return {
    ...{ findShipments, matchableShipments, ownersOf, countOpenShipments },
    ...{ firstAcceptedAt, shipmentsToAsk, recordAsked, acceptedSources },
  };
}

/** Customs shipments, the kind that declarations are made of. To be called inside a transaction. */
export function shipmentsByReference(
  connection: Connection,
  booksId: number,
): (references: readonly string[]) => readonly ShipmentRef[] {
  const select = connection.prepare<[number, string], ShipmentRow>(
    `${SHIPMENT_REFS}
     WHERE s.books_id = ? AND s.external_reference IN (SELECT value FROM json_each(?))
       AND s.message_kind = '${DEFAULT_KIND}'
     ORDER BY s.shipment_id`,
  );
  return (references) => select.all(booksId, JSON.stringify(references)).map(toShipmentRef);
}

function toMatchable({
  shipment_id,
  direction,
  external_reference,
}: MatchableRow): MatchableShipment {
  const key = messageKey(DEFAULT_KIND, direction, external_reference);
  return { shipmentId: String(shipment_id), key, declarationIds: [] };
}

function toShipmentRef({
  keyKind,
  direction,
  externalReference,
  ...row
}: ShipmentRow): ShipmentRef {
  return {
    ...row,
    key: keyOf({ keyKind, direction, externalReference }),
    acceptedAt: dateOrNull(row.acceptedAt),
    declarationIds: readTexts(row.declarationIds),
  };
}
