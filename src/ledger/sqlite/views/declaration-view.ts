// Declarations as reports show them, with history and errors, and their documents. Loaded for many shipments at once.
import type { HistoryBooks } from "../../contract/history.ts";
import type { DeclarationView, DocumentView, ViewBooks, ViewFilter } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import {
  dateOrNull,
  readDeclarationErrors,
  readSummary,
  type Stored,
} from "../file/stored-json.ts";
import { keyOf, keySql, sameKeySql, type StoredKey } from "../file/stored-key.ts";
import { PAGE_SIZE, pagesOf } from "./pages.ts";
import { selectedBatches, selectedLines } from "./selected-lines.ts";

type DeclarationRow = Stored<DeclarationView, "key" | "history"> & {
  readonly declarationNo: number;
} & (StoredKey | { readonly keyKind: null });

interface StatusRow {
  readonly declarationNo: number;
  readonly status: string;
  readonly observedAt: string;
}

type DocumentRow = Stored<DocumentView, "key" | "file"> &
  StoredKey & {
    readonly documentNo: number;
    readonly path: string | null;
    readonly sha256: string | null;
    readonly bytes: number | null;
    readonly fetchedAt: string | null;
  };

const DOCUMENT_ROWS = `
  SELECT a.attachment_no AS documentNo, d.declaration_id AS declarationId, ${keySql("s")},
    a.attachment_id AS attachmentId, a.document_type AS documentType, a.file_name AS fileName,
    a.first_seen_at AS firstSeenAt, a.path, a.sha256, a.bytes, a.fetched_at AS fetchedAt
  FROM attachments a JOIN declarations d
    ON d.books_id = a.books_id AND d.declaration_id = a.owner_id JOIN shipments s USING (shipment_id)
  WHERE a.books_id = ? AND a.owner_kind = 'declaration'`;

const HAS_ERRORS = "d.errors <> '[]'";
const DECLARATION_ROWS = `
  SELECT d.declaration_no AS declarationNo, d.declaration_id AS declarationId,
    CAST(d.shipment_id AS TEXT) AS shipmentId, ${keySql("s")}, d.summary, d.first_seen_at AS firstSeenAt,
    d.last_seen_at AS lastSeenAt, d.errors
  FROM declarations d LEFT JOIN shipments s USING (shipment_id)`;

export function declarationViews(
  connection: Connection,
  booksId: number,
): Pick<
  ViewBooks,
  "declarations" | "declarationStatuses" | "unexplainedDeclarations" | "documents"
> &
  Pick<HistoryBooks, "declaration"> {
  const loadOfShipments = {
    all: declarationsOfShipments(connection),
    "with-errors": declarationsOfShipments(connection, HAS_ERRORS),
  };
  const toViews = viewsOfRows(connection);
  const batchNumbers = selectedBatches(connection, booksId);
  const pageOfLines = selectedLines(connection);

  async function* ofRun<View>(
    filter: ViewFilter,
    load: (shipmentIds: readonly number[]) => readonly View[],
  ): AsyncIterable<readonly View[]> {
    // A shipment may stand in several files of a run; what belongs to it is shown once.
    const seen = new Set<number>();
    for (const batchNo of await connection.read(() => batchNumbers(filter))) {
      yield* pagesOf(
        connection,
        (after) => pageOfLines(filter, batchNo, after, PAGE_SIZE),
        (line) => line.lineNumber,
        (lines) => {
          const ids = lines.map((line) => line.shipmentNo).filter((id) => id !== null);
          const fresh = new Set(ids.filter((id) => !seen.has(id)));
          for (const id of fresh) seen.add(id);
          return load([...fresh]);
        },
      );
    }
  }

  const select = (books: string, condition: string) =>
    connection.prepare<[number, number, number], DeclarationRow>(
      `${DECLARATION_ROWS}
       WHERE ${books} = ? AND d.shipment_id ${condition} AND d.declaration_no > ?
       ORDER BY d.declaration_no LIMIT ?`,
    );
  // Without the plus SQLite takes an index of the tenant and sorts all its declarations for every page.
  const explained = {
    all: select("+d.books_id", "IS NOT NULL"),
    "with-errors": select("+d.books_id", `IS NOT NULL AND ${HAS_ERRORS}`),
  };
  const unexplained = select("d.books_id", "IS NULL");
  const paged = (statement: typeof unexplained): AsyncIterable<readonly DeclarationView[]> =>
    pagesOf(
      connection,
      (after) => statement.all(booksId, after, PAGE_SIZE),
      (row) => row.declarationNo,
      toViews,
    );

  const count = (condition: string) =>
    connection.prepare<[object], { readonly status: string; readonly count: number }>(
      `SELECT d.current_status AS status, count(*) AS count FROM declarations d
       WHERE ${condition} GROUP BY d.current_status`,
    );
  const countExplained = count("+d.books_id = @booksId AND d.shipment_id IS NOT NULL");
  const countOfRun = count(
    `d.shipment_id IN (
       SELECT s.shipment_id FROM runs r JOIN batches b USING (run_no) JOIN lines l USING (batch_no)
         JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}
       WHERE r.books_id = @booksId AND r.run_id = @runId AND b.sealed_at IS NOT NULL)`,
  );

  const hasDocuments = connection
    .prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM attachments WHERE books_id = ?)")
    .pluck();
  const documentsPage = connection.prepare<[number, number, number], DocumentRow>(
    `${DOCUMENT_ROWS} AND a.attachment_no > ? ORDER BY a.attachment_no LIMIT ?`,
  );
  const documentsOfShipments = connection.prepare<[number, string], DocumentRow>(
    `${DOCUMENT_ROWS} AND d.shipment_id IN (SELECT value FROM json_each(?))
     ORDER BY d.declaration_no, a.attachment_no`,
  );
  async function* documents(filter: ViewFilter): AsyncIterable<readonly DocumentView[]> {
    if ((await connection.read(() => hasDocuments.get(booksId))) !== 1) return;
    yield* "runId" in filter
      ? ofRun(filter, (ids) =>
          documentsOfShipments.all(booksId, JSON.stringify(ids)).map(toDocument),
        )
      : pagesOf(
          connection,
          (after) => documentsPage.all(booksId, after, PAGE_SIZE),
          (row) => row.documentNo,
          (rows) => rows.map(toDocument),
        );
  }

  const selectOne = connection.prepare<[number, string], DeclarationRow>(
    `${DECLARATION_ROWS} WHERE d.books_id = ? AND d.declaration_id = ?`,
  );

  return {
    declaration: (declarationId) =>
      connection.read(() => toViews(selectOne.all(booksId, declarationId))[0] ?? null),
    declarations: (filter, which) =>
      "runId" in filter
        ? ofRun(filter, (ids) => [...loadOfShipments[which ?? "all"](ids).values()].flat())
        : paged(explained[which ?? "all"]),
    declarationStatuses: (filter) =>
      connection.read(() => {
        const query = "runId" in filter ? countOfRun : countExplained;
        const rows = query.all({ booksId, ...filter });
        return new Map(rows.map(({ status, count }) => [status, count]));
      }),
    unexplainedDeclarations: () => paged(unexplained),
    documents,
  };
}

function toDocument(row: DocumentRow): DocumentView {
  const { declarationId, attachmentId, documentType, fileName, path, sha256, bytes } = row;
  const fetchedAt = dateOrNull(row.fetchedAt);
  const isFetched = path !== null && sha256 !== null && bytes !== null && fetchedAt !== null;
  return {
    ...{ declarationId, key: keyOf(row), attachmentId, documentType, fileName },
    firstSeenAt: new Date(row.firstSeenAt),
    file: isFetched ? { path, sha256, bytes, fetchedAt } : null,
  };
}

/**
 * By shipment, in the order of the ids given; to be called inside a transaction.
 * @param condition that a row of `declarations d` must meet
 */
export function declarationsOfShipments(
  connection: Connection,
  condition = "true",
): (shipmentIds: readonly number[]) => ReadonlyMap<number, readonly DeclarationView[]> {
  const select = connection.prepare<[string], DeclarationRow>(
    `${DECLARATION_ROWS}
     WHERE d.shipment_id IN (SELECT value FROM json_each(?)) AND ${condition}
     ORDER BY d.declaration_no`,
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
    `SELECT declaration_no AS declarationNo, status, observed_at AS observedAt
     FROM declaration_statuses
     WHERE declaration_no IN (SELECT value FROM json_each(?)) ORDER BY declaration_no, sequence`,
  );
  return (rows) => {
    const numbers = rows.map((row) => row.declarationNo);
    const statuses = Map.groupBy(
      selectStatuses.all(JSON.stringify(numbers)),
      (status) => status.declarationNo,
    );
    return rows.map((row) => toView(row, statuses.get(row.declarationNo) ?? []));
  };
}

function toView(row: DeclarationRow, statuses: readonly StatusRow[]): DeclarationView {
  const { declarationId, shipmentId } = row;
  return {
    declarationId,
    shipmentId,
    key: row.keyKind === null ? null : keyOf(row),
    summary: readSummary(row.summary),
    firstSeenAt: new Date(row.firstSeenAt),
    lastSeenAt: new Date(row.lastSeenAt),
    history: statuses.map((one) => ({ status: one.status, observedAt: new Date(one.observedAt) })),
    errors: readDeclarationErrors(row.errors),
  };
}
