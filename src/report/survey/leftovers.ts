// Shipments that an earlier run queued and this one sent. They stand in no file of this run; their
// outcome belongs in its report all the same.
import type { LineView, ViewFilter, ViewBooks } from "../../ledger/contract/views.ts";

/** None when the report is about no single run: it has every shipment anyway. */
export async function* leftoversOf(
  books: ViewBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  if ("runId" in filter) yield* books.leftovers(filter.runId);
}

export async function* withLeftovers(
  books: ViewBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  yield* books.lines(filter);
  yield* leftoversOf(books, filter);
}
