// Records on their way: what is written is read back, and what stands together is told from what
// does not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRow, encodeRow, type RowRecord } from "../../src/map/model/row-record.ts";
import { createAdjacentGroups } from "../../src/intake/records/adjacent-groups.ts";
import {
  joinRecords,
  splitRecords,
  type KeyedRecord,
} from "../../src/intake/records/record-batch.ts";
import { createSeenKeys } from "../../src/core/key-table.ts";

/** Text with everything that could be taken for a mark, and halves of pairs. */
const oddText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "\u0001", "\u0002t", "\u0003", "\u001e", "\u001f", "\ud800", "\udc00x", "\0"),
);

const record: fc.Arbitrary<RowRecord> = fc.record({
  sheetIndex: fc.nat(3),
  rowNumber: fc.integer({ min: 1, max: 1_048_576 }),
  direction: fc.constantFrom("IN", "OUT", null),
  values: fc.array(
    fc.oneof(
      fc.constant(null),
      oddText,
      fc.boolean(),
      fc.tuple(fc.constantFrom("0", "-1", "12.5")),
    ),
    { minLength: 1, maxLength: 5 },
  ),
  faults: fc.array(
    fc.record({
      code: fc.constantFrom("value-missing", "number-invalid"),
      column: fc.nat(4),
      value: fc.option(oddText),
      message: oddText,
      hint: fc.option(oddText),
    }),
    { maxLength: 2 },
  ),
});

test("decodeRow() gives back what encodeRow() was given", () => {
  fc.assert(
    fc.property(record, (row) => {
      expect(decodeRow(encodeRow(row))).toEqual(row);
    }),
  );
});

test("splitRecords() gives back what joinRecords() was given", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ groupKey: oddText, content: record.map(encodeRow) }), { maxLength: 5 }),
      (records) => {
        expect(splitRecords(joinRecords(records))).toEqual(records);
      },
    ),
  );
});

test("createSeenKeys() knows every key again, and no other", () => {
  const seen = createSeenKeys();
  const keys = Array.from({ length: 200_000 }, (_, index) => `PO-${String(index)}`);
  expect(keys.some((key) => seen.add(key))).toBe(false);
  expect(keys.every((key) => seen.add(key))).toBe(true);
  expect(seen.add("")).toBe(false);
});

function recordsOf(keys: string): readonly KeyedRecord[] {
  return Array.from(keys, (groupKey, index) => ({ groupKey, content: String(index) }));
}

test("createAdjacentGroups() hands on a group when the next one begins, across batches", () => {
  const groups = createAdjacentGroups();
  expect(groups.add(recordsOf("AAB"))).toEqual([{ groupKey: "A", contents: ["0", "1"] }]);
  expect(groups.add(recordsOf("B"))).toEqual([]);
  expect(groups.add(recordsOf("C"))).toEqual([{ groupKey: "B", contents: ["2", "0"] }]);
  expect(groups.finish()).toEqual([{ groupKey: "C", contents: ["0"] }]);
});

test("createAdjacentGroups() says when a group comes again", () => {
  const groups = createAdjacentGroups();
  expect(groups.add(recordsOf("AAB"))).not.toBeNull();
  expect(groups.add(recordsOf("CA"))).toBeNull();
});

test("createAdjacentGroups() has nothing at the end of nothing", () => {
  expect(createAdjacentGroups().finish()).toEqual([]);
});
