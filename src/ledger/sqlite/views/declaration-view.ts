// Declarations as reports show them, with history and errors. Loaded for many shipments at once.
import type { Direction } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import type { DeclarationView, LedgerBooks, ViewFilter } from "../../ledger.ts";
import { selectedBatches, selectedLines } from "./selected-lines.ts";
import { readDeclarationErrors, readSummary } from "../file/stored-json.ts";

type DeclarationViews = Pick<LedgerBooks, "declarations" | "unexplainedDeclarations">;

const PAGE_SIZE = 500;

interface DeclarationRow {
  readonly declaration_no: number;
  readonly declaration_id: string;
  readonly shipment_id: number | null;
  readonly direction: Direction | null;
  readonly external_reference: string | null;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly summary: string;
  readonly errors: string;
}

interface StatusRow {
  readonly declaration_no: number;
  readonly status: string;
  readonly observed_at: string;
}

const DECLARATION_ROWS = `
  SELECT d.declaration_no, d.declaration_id, d.shipment_id, s.direction, s.external_reference,
         d.first_seen_at, d.last_seen_at, d.summary, d.errors
  FROM declarations d LEFT JOIN shipments s USING (shipment_id)`;

/**
 * For a run, the declarations of the shipments in its files; for the latest state, all that are
 * linked to a shipment. The others are in `unexplainedDeclarations`.
 */
export function declarationViews(connection: Connection, booksId: number): DeclarationViews {
  const loadOfShipments = declarationsOfShipments(connection);
  const toViews = viewsOfRows(connection);
  const batchNumbers = selectedBatches(connection, booksId);
  const pageOfLines = selectedLines(connection);

  async function* ofRun(filter: ViewFilter): AsyncIterable<readonly DeclarationView[]> {
    // A shipment may stand in several files of a run; its declarations are shown once.
    const seen = new Set<number>();
    for (const batchNo of await connection.read(() => batchNumbers(filter))) {
      for (let after = 0, more = true; more;) {
        const page = await connection.read(() => {
          const lines = pageOfLines(filter, batchNo, after, PAGE_SIZE);
          const ids = lines.map((line) => line.shipment_id).filter((id) => id !== null);
          const fresh = new Set(ids.filter((id) => !seen.has(id)));
          return { lines, fresh, views: loadOfShipments([...fresh]) };
        });
        for (const id of page.fresh) seen.add(id);
        const views = [...page.views.values()].flat();
        if (views.length > 0) yield views;
        after = page.lines.at(-1)?.line_number ?? after;
        more = page.lines.length === PAGE_SIZE;
      }
    }
  }

  const selectExplained = connection.prepare<[number, number, number], DeclarationRow>(
    `${DECLARATION_ROWS}
     WHERE d.books_id = ? AND d.shipment_id IS NOT NULL AND d.declaration_no > ?
     ORDER BY d.declaration_no LIMIT ?`,
  );
  const selectUnexplained = connection.prepare<[number, number, number], DeclarationRow>(
    `${DECLARATION_ROWS}
     WHERE d.books_id = ? AND d.shipment_id IS NULL AND d.declaration_no > ?
     ORDER BY d.declaration_no LIMIT ?`,
  );
  async function* paged(select: typeof selectExplained): AsyncIterable<readonly DeclarationView[]> {
    for (let after = 0, more = true; more;) {
      const page = await connection.read(() => {
        const rows = select.all(booksId, after, PAGE_SIZE);
        return { rows, views: toViews(rows) };
      });
      if (page.views.length > 0) yield page.views;
      after = page.rows.at(-1)?.declaration_no ?? after;
      more = page.rows.length === PAGE_SIZE;
    }
  }

  return {
    declarations: (filter) => ("runId" in filter ? ofRun(filter) : paged(selectExplained)),
    unexplainedDeclarations: () => paged(selectUnexplained),
  };
}

/** By shipment, in the order of the ids given; to be called inside a transaction. */
export function declarationsOfShipments(
  connection: Connection,
): (shipmentIds: readonly number[]) => ReadonlyMap<number, readonly DeclarationView[]> {
  const select = connection.prepare<[string], DeclarationRow>(
    `${DECLARATION_ROWS}
     WHERE d.shipment_id IN (SELECT value FROM json_each(?)) ORDER BY d.declaration_no`,
  );
  const toViews = viewsOfRows(connection);
  return (shipmentIds) => {
    const byShipment = new Map<number, DeclarationView[]>(shipmentIds.map((id) => [id, []]));
    for (const view of toViews(select.all(JSON.stringify(shipmentIds)))) {
      byShipment.get(Number(view.shipmentId))?.push(view);
    }
    return byShipment;
  };
}

function viewsOfRows(
  connection: Connection,
): (rows: readonly DeclarationRow[]) => readonly DeclarationView[] {
  const selectStatuses = connection.prepare<[string], StatusRow>(
    `SELECT declaration_no, status, observed_at FROM declaration_statuses
     WHERE declaration_no IN (SELECT value FROM json_each(?)) ORDER BY declaration_no, sequence`,
  );
  return (rows) => {
    const numbers = rows.map((row) => row.declaration_no);
    const statuses = Map.groupBy(
      selectStatuses.all(JSON.stringify(numbers)),
      (status) => status.declaration_no,
    );
    return rows.map((row) => toView(row, statuses.get(row.declaration_no) ?? []));
  };
}

function toView(row: DeclarationRow, statuses: readonly StatusRow[]): DeclarationView {
  const { direction, external_reference: externalReference } = row;
  return {
    declarationId: row.declaration_id,
    shipmentId: row.shipment_id === null ? null : String(row.shipment_id),
    key: direction === null || externalReference === null ? null : { direction, externalReference },
    summary: readSummary(row.summary),
    firstSeenAt: new Date(row.first_seen_at),
    lastSeenAt: new Date(row.last_seen_at),
    history: statuses.map(({ status, observed_at: observedAt }) => ({
      status,
      observedAt: new Date(observedAt),
    })),
    errors: readDeclarationErrors(row.errors),
  };
}
