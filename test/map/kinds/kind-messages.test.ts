// Messages of the kinds whose headers are JSON paths: what a sheet becomes, and what of its headers is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OtherKind } from "../../../src/core/shipment.ts";
import { kindProfile } from "../../../src/map/profile/parse-profile.ts";
import { bodyOf, codesAndCells, mapSheets, type CellText, type Mapped } from "../sheets.ts";

function mapKind(
  kind: OtherKind,
  rows: readonly (readonly CellText[])[],
  key: string | null = null,
): Mapped {
  return mapSheets([{ name: "Data", rows }], ".", kindProfile(kind, key));
}

function formula(...rows: readonly (readonly CellText[])[]): Mapped {
  return mapKind("Formula", rows);
}

const truth: CellText = { type: "boolean", value: "true", raw: "1", format: "General" };
const day: CellText = {
  type: "date",
  value: "2026-03-01",
  raw: "46082",
  format: "yyyy-mm-dd",
};

describe("a message of paths", () => {
  test("has values as their cells are: text stays text, numbers are exact", () => {
    const mapped = mapKind("ArticleDataItem", [
      ["itemId", "uom", "versions[0].activeFrom", "isActive", "price", "types[0]", "types[1]"],
      ["007", "01", day, truth, { n: "0.1000000000000000055" }, "A", "B"],
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([]);
    expect(bodyOf(mapped)).toMatchObject({
      itemId: "007",
      uom: "01",
      versions: [{ activeFrom: "2026-03-01" }],
      isActive: true,
      types: ["A", "B"],
    });
    expect(JSON.stringify(mapped.shipments[0]?.message?.body)).toContain(
      '"price":0.1000000000000000055',
    );
    expect(mapped.shipments[0]?.key).toEqual({
      kind: "ArticleDataItem",
      direction: null,
      externalReference: "007",
    });
  });

  test("knows the cell of every value", () => {
    const mapped = formula(["externalReference", "lines[].code"], ["F-1", "A"], ["F-1", "B"]);
    expect(mapped.shipments[0]?.message?.sources).toEqual({
      externalReference: "A2",
      lines: [{ code: "B2" }, { code: "B3" }],
    });
  });

  test("reads a typed header: number, date, true or false", () => {
    const mapped = formula(
      ["externalReference", "a (number)", "b (true/false)", "c (date)", "d (text)"],
      ["F-1", "-1.50", "TRUE", "31.12.2026", { n: "5" }],
    );
    expect(bodyOf(mapped)).toEqual({
      externalReference: "F-1",
      a: -1.5,
      b: true,
      c: "2026-12-31",
      d: "5",
    });
  });

  test("gathers the elements of a list, and of a list in it, from its rows", () => {
    const mapped = formula(
      ["externalReference", "name", "steps[].code", "steps[].parts[].id"],
      ["F-1", "One", "S1", "P1"],
      ["F-1", null, null, "P2"],
      [null, null, "S2", "P1"],
    );
    expect(bodyOf(mapped)).toEqual({
      externalReference: "F-1",
      name: "One",
      steps: [
        { code: "S1", parts: [{ id: "P1" }, { id: "P2" }] },
        { code: "S2", parts: [{ id: "P1" }] },
      ],
    });
  });

  test("gathers a list of values", () => {
    const mapped = formula(["externalReference", "tags[]"], ["F-1", "x"], ["F-1", "y"]);
    expect(bodyOf(mapped)).toEqual({ externalReference: "F-1", tags: ["x", "y"] });
    expect(mapped.shipments[0]?.message?.sources).toMatchObject({ tags: ["B2", "B3"] });
  });

  test("is not made when rows contradict each other, or repeat an element", () => {
    const contradiction = formula(["externalReference", "name"], ["F-1", "a"], ["F-1", "b"]);
    expect(codesAndCells(contradiction.findings)).toEqual(["shipment-contradiction B3"]);
    expect(contradiction.findings[0]?.message).toContain("name of the formula cannot be both");
    const repeat = formula(["externalReference", "lines[].code"], ["F-1", "A"], ["F-1", "A"]);
    expect(codesAndCells(repeat.findings)).toEqual(["list-element-repeated B3"]);
    expect(repeat.findings[0]?.path).toBe("lines[1].code");
    expect(repeat.shipments[0]?.message).toBeNull();
  });

  test("has the key that is named, with its leading zeros", () => {
    const rows = [
      ["head.id", "name"],
      ["0042", "x"],
    ];
    const mapped = mapKind("Formula", rows, "head.id");
    expect(mapped.shipments[0]?.key?.externalReference).toBe("0042");
    expect(bodyOf(mapped)).toEqual({ head: { id: "0042" }, name: "x" });
    // Negative control: without the name there is no key.
    expect(codesAndCells(mapKind("Formula", rows).findings)).toEqual(["key-column-missing"]);
  });
});

test("a movement order is read by its own columns, its write-off rules in their order", () => {
  const mapped = mapKind("MovementOrder", [
    ["Movement orders of March"],
    ["External reference *", "Timestamp", "Type", "Customs destination"].concat([
      "Write-off customs status",
      "Write-off preferential origin",
      "plant.code",
    ]),
    ["MO-1", "2026-03-02T08:30:00Z", "RFFC", "HomeUse", "Bonded", truth, "P1"],
    ["MO-1", null, null, null, "Free", null, null],
  ]);
  expect(codesAndCells(mapped.findings)).toEqual([]);
  expect(bodyOf(mapped)).toEqual({
    externalReference: "MO-1",
    timestamp: "2026-03-02T08:30:00Z",
    type: "RFFC",
    customsDestination: "HomeUse",
    plant: { code: "P1" },
    writeOffRules: [
      { customsStatus: "Bonded", isOfPreferentialOrigin: true },
      { customsStatus: "Free" },
    ],
  });
});

describe("headers that cannot be filled", () => {
  const KEY = "externalReference";
  test.each([
    [[KEY, "Name"], "header-no-path B1"],
    [[KEY, "my field"], "header-no-path B1"],
    [[KEY, "a[0][1]"], "header-no-path B1"],
    [[KEY, "__proto__.a"], "header-name-forbidden B1"],
    [[KEY, "a.constructor"], "header-name-forbidden B1"],
    [[KEY, "a", "a"], "header-doubled C1"],
    [[KEY, "a", "a (number)"], "path-conflict C1"],
    [[KEY, "a", "a.b"], "path-value-and-object C1"],
    [[KEY, "a.b", "a[0]"], "path-value-and-object C1"],
    [[KEY, "a[]", "a[].b"], "path-value-and-object C1"],
    [[KEY, "a[].b", "a[0].c"], "list-in-two-forms C1"],
    [[KEY, "a[0]", "a[2]"], "list-with-gap C1"],
    [[KEY, "a[1].b"], "list-with-gap B1"],
    [[KEY, "a[].b", "c[].d"], "lists-multiply C1"],
    [[KEY, "a[].b[].c[].d"], "lists-multiply B1"],
    [["key", "a"], "key-column-missing"],
    [["x[].externalReference", "a"], "key-column-missing"],
  ])("%j: %s", (headers, expected) => {
    const mapped = formula(
      headers,
      headers.map((_header, at) => `v${String(at)}`),
    );
    expect(codesAndCells(mapped.findings)).toEqual([expected]);
    expect(mapped.plan.isRefused).toBe(true);
    expect(mapped.shipments).toEqual([]);
  });
});

/** JSON whose leaves are text, as headers can say it: no empty objects or lists. */
const leaf = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
const name = fc.constantFrom("a", "b", "c", "dName", "e1");
const value = fc.letrec<{ readonly node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.dictionary(name, tie("node"), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    fc.array(
      fc.oneof(
        leaf,
        fc.dictionary(name, tie("node"), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  ),
})).node;

function* leavesOf(node: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof node === "string") yield [path, node];
  else if (Array.isArray(node)) {
    for (const [at, element] of node.entries()) yield* leavesOf(element, `${path}[${String(at)}]`);
  } else {
    for (const [member, below] of Object.entries(node ?? {})) {
      yield* leavesOf(below, path === "" ? member : `${path}.${member}`);
    }
  }
}

test("every message that paths can say comes out as it went in, in any order of its columns", () => {
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
      fc.infiniteStream(fc.nat()),
      (message, order) => {
        const whole = { externalReference: "F-1", ...message };
        const columns = [...leavesOf(whole, "")]
          .map((column) => [order.next().value ?? 0, column] as const)
          .sort(([left], [right]) => left - right)
          .map(([, column]) => column);
        const mapped = formula(
          columns.map(([path]) => path),
          columns.map(([, text]) => text),
        );
        expect(bodyOf(mapped)).toEqual(whole);
      },
    ),
  );
});
