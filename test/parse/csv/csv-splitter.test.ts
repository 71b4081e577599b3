// The splitter held to csv-parse, which is another's: what csv-parse reads it reads alike, however the
// text comes in pieces.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCsvSplitter, type QuoteFault } from "../../../src/parse/csv/csv-splitter.ts";

interface Split {
  readonly records: readonly (readonly string[])[];
  readonly faults: readonly QuoteFault[];
  readonly isClosed: boolean;
}

function split(pieces: readonly string[], delimiter: string, quote: string): Split {
  const records: (readonly string[])[] = [];
  const faults: QuoteFault[] = [];
  const splitter = createCsvSplitter({ delimiter, quote }, ({ fields, fault }) => {
    records.push(fields);
    if (fault !== null) faults.push(fault);
  });
  for (const piece of pieces) splitter.write(piece);
  return { isClosed: splitter.end(), records, faults };
}

/** Null when csv-parse refuses the text. */
function theirs(text: string, delimiter: string, quote: string): readonly string[][] | null {
  try {
    return parse(text, {
      delimiter,
      ...(quote === "" ? { quote: null } : { quote, escape: quote }),
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
    });
  } catch {
    return null;
  }
}

const character = fc.constantFrom(
  ...['"', '"', '"', "'", "'", ",", ";", ";", "\r", "\n", "\r\n"],
  ...[" ", "a", "b", "=", "ä", "😀"],
);
const text = fc.array(character, { maxLength: 40 }).map((characters) => characters.join(""));
const marks = fc.tuple(fc.constantFrom(";", ","), fc.constantFrom('"', "'", ""));

test("createCsvSplitter() reads what csv-parse reads, and closes what it closes", () => {
  let read = 0;
  fc.assert(
    fc.property(text, marks, (content, [delimiter, quote]) => {
      const expected = theirs(content, delimiter, quote);
      if (expected === null) return;
      // After blanks csv-parse refuses a mark, and so no text that it reads has one there.
      read += 1;
      const ours = split([content], delimiter, quote);
      expect(ours).toEqual({ records: expected, faults: [], isClosed: true });
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(5_000);
});

test("createCsvSplitter() gives the same however the text is cut", () => {
  fc.assert(
    fc.property(text, marks, fc.array(fc.nat(40)), (content, [delimiter, quote], cuts) => {
      const places = [0, ...cuts.toSorted((left, right) => left - right), content.length];
      const pieces = places.slice(1).map((end, at) => content.slice(places[at], end));
      const whole = split([content], delimiter, quote);
      expect(split(pieces, delimiter, quote)).toEqual(whole);
    }),
    { numRuns: 5_000 },
  );
});

test("createCsvSplitter() loses no character of a text with faults", () => {
  fc.assert(
    fc.property(text, (content) => {
      const { records, faults, isClosed } = split([content], ";", '"');
      if (!isClosed) return;
      const letters = (some: string): string => some.replaceAll(/[^ab😀ä',]/gu, "");
      expect(letters(records.flat().join(""))).toBe(letters(content));
      for (const { column } of faults) expect(column).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 5_000 },
  );
});
