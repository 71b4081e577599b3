// What was observed of declarations, written: new ones, known ones that were seen again, and what both mean for their
// shipments. What many need is asked and written once for all of them.
import type { DeclarationSummary } from "../../../core/declaration.ts";
import type { DeclarationObservation } from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";
import { declarationsSeenAgain, timeOf, type KnownRow } from "./declarations-seen-again.ts";
import { newDeclarations, type Observed } from "./new-declarations.ts";
import { updateRecord } from "./shipment-acceptance.ts";

interface DeclarationChanges {
  /** The ids of those that are new or changed. */
  readonly changed: readonly string[];
  /** The shipments of these. */
  readonly shipmentNumbers: ReadonlySet<number>;
}

/** To be called inside a transaction. */
export function declarationRecord(
  connection: Connection,
  booksId: number,
): (observations: readonly DeclarationObservation[]) => DeclarationChanges {
  const select = connection.prepare<[string, number], KnownRow>(
    `SELECT d.declaration_id, d.declaration_no, d.shipment_id, d.observed_at, d.summary, d.differs
     FROM json_each(?) asked CROSS JOIN declarations d
       ON d.books_id = ? AND d.declaration_id = asked.value`,
  );
  const link = connection.prepare<[number, number]>(
    "UPDATE declarations SET shipment_id = ? WHERE declaration_no = ?",
  );
  const addNew = newDeclarations(connection, booksId);
  const seeAgain = declarationsSeenAgain(connection);
  const markDeclared = declaredShipments(connection, booksId);
  const shipmentUpdates = updateRecord(connection, booksId);

  const knownRows = (known: readonly Observed[]): ReadonlyMap<string, KnownRow> => {
    if (known.length === 0) return new Map();
    const ids = JSON.stringify(known.map(({ observation }) => observation.summary.declarationId));
    return new Map(select.all(ids, booksId).map((row) => [row.declaration_id, row]));
  };

  /** Of declarations that are seen once each. */
  const recordSome = (
    observations: readonly DeclarationObservation[],
    changed: Set<string>,
    shipmentNumbers: Set<number>,
  ): void => {
    const observed = observations.map(asStored);
    const known = knownRows(addNew(observed));
    const isUpdateWaited = shipmentUpdates.isWaiting();
    const updates: [shipmentNo: number, updatedAt: string][] = [];
    const declared = new Set<number>();
    for (const one of observed) {
      const { summary } = one.observation;
      const row = known.get(summary.declarationId);
      const linkedTo = row?.shipment_id ?? null;
      const owner = linkedTo ?? one.shipmentNo;
      if (owner !== null && linkedTo === null) {
        declared.add(owner);
        // Linked once and for good, by an observation of any age.
        if (row !== undefined) link.run(owner, row.declaration_no);
      }
      const news = row === undefined ? ALL_NEW : seeAgain(one, row);
      if (news.changed) changed.add(summary.declarationId);
      if (owner === null) continue;
      if (news.changed) shipmentNumbers.add(owner);
      if (!isUpdateWaited) continue;
      const updatedAt = updateTime(summary, news.hasNewStatus ? one.observedAt : null);
      if (updatedAt !== null) updates.push([owner, updatedAt]);
    }
    markDeclared(declared);
    shipmentUpdates.record(updates);
  };

  return (observations) => {
    const changed = new Set<string>();
    const shipmentNumbers = new Set<number>();
    for (const some of withoutRepeats(observations)) recordSome(some, changed, shipmentNumbers);
    return { changed: [...changed], shipmentNumbers };
  };
}

const ALL_NEW = { changed: true, hasNewStatus: true } as const;

function asStored(observation: DeclarationObservation): Observed {
  const { summary, shipmentId, observedAt } = observation;
  return {
    observation,
    observedAt: observedAt.toISOString(),
    text: JSON.stringify(summary),
    shipmentNo: shipmentId === null ? null : Number(shipmentId),
  };
}

/** Marks shipments as having a declaration. */
function declaredShipments(
  connection: Connection,
  booksId: number,
): (shipmentNumbers: ReadonlySet<number>) => void {
  const mark = connection.prepare<[number, string]>(
    `UPDATE shipments SET has_declaration = 1
     WHERE +books_id = ? AND shipment_id IN (SELECT value FROM json_each(?))`,
  );
  return (shipmentNumbers) => {
    if (shipmentNumbers.size === 0) return;
    const numbers = JSON.stringify([...shipmentNumbers]);
    if (mark.run(booksId, numbers).changes !== shipmentNumbers.size) {
      throw new Error(`There is no shipment to link a declaration to: one of ${numbers}`);
    }
  };
}

/** In parts in which each declaration is seen once, in the same order. */
function withoutRepeats(
  observations: readonly DeclarationObservation[],
): readonly (readonly DeclarationObservation[])[] {
  const parts: DeclarationObservation[][] = [];
  let ids = new Set<string>();
  for (const observation of observations) {
    const { declarationId } = observation.summary;
    const part = parts.at(-1);
    if (part === undefined || ids.has(declarationId)) {
      parts.push([observation]);
      ids = new Set([declarationId]);
    } else {
      part.push(observation);
      ids.add(declarationId);
    }
  }
  return parts;
}

/** Where CAS gives no time, a status that is new was given since the last observation. */
function updateTime(
  { lastUpdated }: DeclarationSummary,
  newStatusAt: string | null,
): string | null {
  const updatedMs = timeOf(lastUpdated);
  return updatedMs === null ? newStatusAt : new Date(updatedMs).toISOString();
}
