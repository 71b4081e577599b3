// What an earlier run had left unsent and this one sent: it stands in no file of this run, and its
// outcome must be told all the same.
import type { LineView, ViewBooks, ViewFilter } from "../../ledger/contract/views.ts";

/** None when the report is about no single run: then every shipment is in it anyway. */
export async function* leftoversOf(
  books: ViewBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  if ("runId" in filter) yield* books.leftovers(filter.runId);
}

/** The lines of a report and then its leftovers. */
export async function* withLeftovers(
  books: ViewBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  yield* books.lines(filter);
  yield* leftoversOf(books, filter);
}
