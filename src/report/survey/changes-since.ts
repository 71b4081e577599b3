import type { ChangeView } from "../../ledger/contract/learned.ts";
import type { ReportInput } from "./report-input.ts";

/** Nothing where there is nothing to compare with. */
export async function* changesSince({
  books,
  since = null,
  learnedUpTo = 0,
}: Pick<ReportInput, "books" | "since" | "learnedUpTo">): AsyncIterable<readonly ChangeView[]> {
  if (since !== null) yield* books.changesBetween(since.learnedUpTo, learnedUpTo);
}
