// Shipments that an earlier run queued and this one sent. They stand in no file of this run; their
// outcome belongs in its report all the same.
import type { LineView, ViewFilter } from "../../ledger/ledger.ts";
import type { ReportBooks } from "./report-input.ts";

/** None when the report is about no single run: it has every shipment anyway. */
export async function* leftoversOf(
  books: ReportBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  if ("runId" in filter) yield* books.leftovers(filter.runId);
}

export async function* withLeftovers(
  books: ReportBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  yield* books.lines(filter);
  yield* leftoversOf(books, filter);
}
