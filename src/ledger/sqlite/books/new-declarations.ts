// Declarations that the books see for the first time. A page of them is recorded together: a reconcile of a large
// tenant spends its time here.
import type { DeclarationObservation } from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";

/** An observation as it is stored. */
export interface Observed {
  readonly observation: DeclarationObservation;
  /** Shape: ISO 8601. */
  readonly observedAt: string;
  /** The summary as JSON. */
  readonly text: string;
  /** The number of the shipment that it names; null for none of ours. */
  readonly shipmentNo: number | null;
}

/**
 * Records those that the books do not have, each with its first status, and that they were learned now; returns the
 * others. To be called inside a transaction, with each declaration once.
 */
export function newDeclarations(
  connection: Connection,
  booksId: number,
): (observed: readonly Observed[]) => readonly Observed[] {
  const insert = connection.prepare<(string | number | null)[]>(
    `INSERT INTO declarations (books_id, declaration_id, shipment_id, current_status, observed_at,
                               first_seen_at, last_seen_at, summary)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (books_id, declaration_id) DO NOTHING`,
  );
  const addFirstStatuses = connection.prepare<[string, number, number]>(
    `INSERT INTO declaration_statuses (declaration_no, sequence, status, observed_at, source)
     SELECT declaration_no, 1, current_status, observed_at, ? FROM declarations
     WHERE declaration_no BETWEEN ? AND ?`,
  );
  const learnNew = connection.prepare<[number, number, string]>(
    "INSERT INTO learned (books_id, kind, subject_no, after) VALUES (?, 'declarations', ?, ?)",
  );
  const begin = (firstNo: number, added: readonly DeclarationObservation[]): void => {
    for (const [source, first, count] of stretches(added)) {
      const from = firstNo + first;
      const { changes } = addFirstStatuses.run(source, from, from + count - 1);
      if (changes !== count) throw new Error(`New declarations have no number after ${from}`);
    }
    const statuses = added.map(({ summary }) => summary.currentStatus);
    learnNew.run(booksId, firstNo, JSON.stringify(statuses));
  };
  return (observed) => {
    const added: DeclarationObservation[] = [];
    const known: Observed[] = [];
    let lastNo = 0;
    for (const one of observed) {
      const { observation, observedAt, text, shipmentNo } = one;
      const { declarationId, currentStatus } = observation.summary;
      const { changes, lastInsertRowid } = insert.run(
        ...[booksId, declarationId, shipmentNo, currentStatus],
        ...[observedAt, observedAt, observedAt, text],
      );
      if (changes === 0) known.push(one);
      else {
        lastNo = Number(lastInsertRowid);
        added.push(observation);
      }
    }
    // Their numbers follow each other, as nobody else writes meanwhile.
    if (added.length > 0) begin(lastNo - added.length + 1, added);
    return known;
  };
}

type Stretch = readonly [source: DeclarationObservation["source"], first: number, count: number];

/** Those of one source that follow each other: mostly all of a page. */
function stretches(added: readonly DeclarationObservation[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [at, { source }] of added.entries()) {
    const last = found.at(-1);
    if (last?.[0] === source) found[found.length - 1] = [source, last[1], last[2] + 1];
    else found.push([source, at, 1]);
  }
  return found;
}
