// External references. Some are texts with leading zeros and others shorter numbers: the numbers may have
// lost zeros of their own, which the cells do not show. And some look alike and are written differently:
// a few are read as one, so that their rows make one shipment, the others are shipments of their own.
// Neither is certainly meant, so all of them are sent with a finding. Of each reference a few bytes are
// kept, however many there are.
import type { Cell } from "../../core/cell.ts";
import { createKeyTable, hashOf } from "../../core/key-table.ts";
import type { ReportColumn, Watcher } from "./column-watcher.ts";
import type { PlanColumn } from "../model/mapping-plan.ts";
import { withoutOddBlanks, withoutOddCharacters } from "../cells/read-code.ts";
import { withoutPadding } from "../cells/unsendable-characters.ts";

const LEADING_ZERO = /^0\d+$/;

/** @param nouns What the messages are called. */
export function watchReferences(column: PlanColumn, nouns: string): Watcher {
  const { header, letters } = column;
  let zeros: { readonly text: string; readonly rowNumber: number } | null = null;
  let zerosLength = 0;
  let numbers = 0;
  let shortest = Infinity;
  let first: { readonly text: string; readonly rowNumber: number } | null = null;
  const twins = createReferenceTwins(column, nouns);
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

const TWINS_SHOWN_MAX = 5;
/** Hash of the cell, hash of the reference, row. */
const WORDS_PER_REFERENCE = 3;
/** Capitals, digits and signs: nothing that could be written in another way. */
const PLAIN = /^[!-`{-~]*[!-\-/-`{-~]$/;
const BLANKS = /\s/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const DOTS_BEHIND = /(?<!\.)\.+$/;

interface Twins {
  count: number;
  readonly shown: string[];
  first: { readonly text: string; readonly rowNumber: number } | null;
}

interface ReferenceTwins {
  readonly see: (cell: Cell, rowNumber: number, reference: string) => void;
  readonly atEnd: (report: ReportColumn) => void;
}

function createReferenceTwins({ header, letters }: PlanColumn, nouns: string): ReferenceTwins {
  const known = createKeyTable(WORDS_PER_REFERENCE);
  const merged: Twins = { count: 0, shown: [], first: null };
  const alike: Twins = { count: 0, shown: [], first: null };
  let lastCell = "";

  return {
    see: (cell, rowNumber, reference) => {
      // The rows of a shipment mostly stand together.
      if (cell.value === lastCell) return;
      lastCell = cell.value;
      const isPlain = cell.value === reference && PLAIN.test(reference);
      const written = isPlain ? reference : spelling(cell, reference);
      const key = isPlain ? reference : sameWhenAlike(reference);
      const cellHash = hashOf(written);
      const referenceHash = written === reference ? cellHash : hashOf(reference);
      const before = known.remember(key, [cellHash, referenceHash, rowNumber]);
      if (before === null || before[0] === cellHash) return;
      const twins = before[1] === referenceHash ? merged : alike;
      twins.count += 1;
      twins.first ??= { text: reference, rowNumber };
      if (twins.shown.length < TWINS_SHOWN_MAX) {
        const [here, there] = [`${letters}${rowNumber}`, `${letters}${before[2] ?? 0}`];
        // Of an earlier one only its hash is kept, so its own spelling is not shown.
        twins.shown.push(
          twins === merged
            ? `"${reference}" in ${there} and ${here}`
            : `"${reference}" in ${here}, like the one in ${there}`,
        );
      }
    },
    atEnd: (report) => {
      const column = `Column ${letters} \`${header}\``;
      if (merged.first !== null) {
        const message = `${column} has references that differ only in blanks or in what is not seen, and were read as one: ${shownOf(merged)}`;
        report("references-merged", merged.first.rowNumber, message, merged.first.text);
      }
      if (alike.first !== null) {
        const message = `${column} has references that look alike and are ${nouns} of their own: ${shownOf(alike)}`;
        report("references-alike", alike.first.rowNumber, message, alike.first.text);
      }
    },
  };
}

function shownOf({ shown, count }: Twins): string {
  const more = count > shown.length ? ` (${shown.length} of ${count} shown)` : "";
  return `${shown.join(", ")}${more}`;
}

/** The cell as it is written, where a profile has made nothing else of it. */
function spelling({ type, value }: Cell, reference: string): string {
  return type === "string" && withoutOddBlanks(withoutPadding(value)) === reference
    ? value
    : reference;
}

/** The same for references that a person takes for the same. */
function sameWhenAlike(reference: string): string {
  return withoutOddCharacters(reference)
    .replace(BLANKS, "")
    .replace(DASHES, "-")
    .replace(DOTS_BEHIND, "");
}
