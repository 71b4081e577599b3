// Numbers that a workbook holds as text: sums in the workbook leave them out, and their decimal mark is
// a matter of reading. In CSV everything is text, so there is nothing to tell.
import type { PlanColumn } from "../model/mapping-plan.ts";
import type { Watcher } from "./column-watcher.ts";

export function watchNumbersAsText({ header, letters }: PlanColumn): Watcher {
  let texts = 0;
  let numbers = 0;
  let first: { readonly text: string; readonly rowNumber: number } | null = null;
  return {
    see: (cell, rowNumber, value) => {
      if (value === null) return;
      if (cell.type === "number") numbers += 1;
      // Cells of a workbook have a format, if only "General".
      if (cell.type !== "string" || cell.format === "") return;
      texts += 1;
      first ??= { text: cell.value, rowNumber };
    },
    atEnd: (tell) => {
      if (first === null) return;
      tell(
        "numbers-as-text",
        first.rowNumber,
        `Column ${letters} \`${header}\` holds ${texts} of ${texts + numbers} numbers as text, such as "${first.text}" in row ${first.rowNumber}`,
        first.text,
      );
    },
  };
}
