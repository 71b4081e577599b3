// What an earlier run had left unsent and this one sent: it stands in no file of this run, and its
// outcome must be told all the same.
import type { LineView, ViewFilter } from "../../ledger/ledger.ts";
import type { ReportBooks } from "./report-input.ts";

/** None when the report is about no single run: then every shipment is in it anyway. */
export async function* leftoversOf(
  books: ReportBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  if ("runId" in filter) yield* books.leftovers(filter.runId);
}

/** The lines of a report and then its leftovers. */
export async function* withLeftovers(
  books: ReportBooks,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  yield* books.lines(filter);
  yield* leftoversOf(books, filter);
}
