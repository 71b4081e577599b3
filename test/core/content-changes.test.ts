import { describe, expect, test } from "vitest";
import { contentChanges } from "../../src/core/content-changes.ts";
import type { SourceTree } from "../../src/core/shipment.ts";

function changesOf(before: object, after: object, sources: SourceTree = {}) {
  const changes = contentChanges(JSON.stringify(before), JSON.stringify(after), sources);
  return changes?.shown.map(({ path, cell, before: old, after: now }) => [path, cell, old, now]);
}

describe("contentChanges()", () => {
  test("names each value that differs, with its cell", () => {
    const sources = { mass: "F2", items: [{ code: "Goods!B3" }], gone: "G2" };
    expect(
      changesOf(
        { mass: 100, items: [{ code: "7318" }], gone: "x", same: 1 },
        { mass: 120, items: [{ code: "7319" }], same: 1, added: true },
        sources,
      ),
    ).toEqual([
      ["mass", "F2", "100", "120"],
      ["items[0].code", "Goods!B3", "7318", "7319"],
      ["added", null, null, "true"],
      ["gone", "G2", "x", null],
    ]);
  });

  test("finds nothing where only the writing of numbers, the order of members or the type differ", () => {
    const before = '{"messageType":"New","a":1.50,"b":{"c":"x","d":2}}';
    const after = '{"messageType":"Upsert","b":{"d":2.0,"c":"x"},"a":1.5}';
    expect(contentChanges(before, after, {})).toBeNull();
  });

  test.each([
    ["in front", [0, 1, 2, 3], 0],
    ["in the middle", [1, 2, 0, 3], 2],
    ["at the end", [1, 2, 3, 0], 3],
  ])("calls one element more %s one change", (_where, after, at) => {
    expect(changesOf({ items: [1, 2, 3] }, { items: after })).toEqual([
      [`items[${String(at)}]`, null, null, "0"],
    ]);
  });

  test("shows a long value around its first difference", () => {
    const text = "x".repeat(500);
    const [[, , before = "", after = ""] = []] =
      changesOf({ a: `${text}A${text}` }, { a: `${text}B${text}` }) ?? [];
    expect(before).toContain("A");
    expect(after).toContain("B");
    expect(String(after).length).toBeLessThan(90);
  });

  test("keeps the first twenty, and counts all", () => {
    const before = Object.fromEntries(Array.from({ length: 50 }, (_unused, at) => [`m${at}`, at]));
    const changes = contentChanges(JSON.stringify(before), '{"other":1}', {});
    expect(changes?.count).toBe(51);
    expect(changes?.shown).toHaveLength(20);
  });

  test("says nothing of content that retention has removed", () => {
    expect(contentChanges("{}", '{"a":1}', {})).toBeNull();
  });
});
