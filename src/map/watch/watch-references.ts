// External references of which some are texts with leading zeros and others shorter numbers: the numbers
// may have lost zeros of their own. The cells do not show it, so they are sent with a finding.
// References that look alike are watched as well.
import type { PlanColumn } from "../model/mapping-plan.ts";
import type { Watcher } from "./column-watcher.ts";
import { createReferenceTwins } from "./reference-twins.ts";

const LEADING_ZERO = /^0\d+$/;

export function watchReferences(column: PlanColumn): Watcher {
  const { header, letters } = column;
  let zeros: { readonly text: string; readonly rowNumber: number } | null = null;
  let zerosLength = 0;
  let numbers = 0;
  let shortest = Infinity;
  let first: { readonly text: string; readonly rowNumber: number } | null = null;
  const twins = createReferenceTwins(column);
  return {
    see: (cell, rowNumber, value) => {
      if (typeof value !== "string") return;
      twins.see(cell, rowNumber, value);
      if (cell.type === "string") {
        if (value.charCodeAt(0) !== ZERO || !LEADING_ZERO.test(value)) return;
        zeros ??= { text: value, rowNumber };
        zerosLength = Math.max(zerosLength, value.length);
      } else if (cell.type === "number" && value === cell.value) {
        numbers += 1;
        if (value.length < shortest) first = { text: value, rowNumber };
        shortest = Math.min(shortest, value.length);
      }
    },
    atEnd: (report) => {
      twins.atEnd(report);
      if (zeros === null || first === null || shortest >= zerosLength) return;
      report(
        "references-maybe-without-zeros",
        first.rowNumber,
        `Column ${letters} \`${header}\` holds texts with leading zeros ("${zeros.text}" in row ${zeros.rowNumber}) and ${numbers} numbers, the shortest ${first.text} in row ${first.rowNumber}, that may have lost theirs`,
        first.text,
      );
    },
  };
}

const ZERO = "0".charCodeAt(0);
