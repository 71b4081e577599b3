// Reads a view page by page, each page in one transaction, so that no view is ever held in memory.
import type { Connection } from "../file/connection.ts";

export const PAGE_SIZE = 250;

/** Yields the views of all rows, a page at a time; a page without views is left out. */
export async function* pagesOf<Row, View>(
  connection: Connection,
  /** Gives the next `PAGE_SIZE` rows whose number is higher than `after`. */
  select: (after: number) => readonly Row[],
  numberOf: (row: Row) => number,
  toViews: (rows: readonly Row[]) => readonly View[],
): AsyncIterable<readonly View[]> {
  for (let after = 0, more = true; more;) {
    const { rows, views } = await connection.read(() => {
      const page = select(after);
      return { rows: page, views: toViews(page) };
    });
    if (views.length > 0) yield views;
    const last = rows.at(-1);
    if (last !== undefined) after = numberOf(last);
    more = rows.length === PAGE_SIZE;
  }
}
