import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonNumber, type JsonValue } from "../../src/core/json.ts";
import type { SourceNode } from "../../src/core/shipment.ts";
import { mapCell, mapFlat, type CellText, type Mapped } from "./sheets.ts";

const HEADER = [
  "External reference",
  "Direction",
  "Item number",
  "Goods description",
  "Gross mass (kg)",
  "Agent EORI",
  "Package type",
  "Package quantity",
  "Document type",
  "Document reference",
  "tenant.notes[1].text",
];

/** Decimals with at most 16 digits before and 4 after the point, not ending in zero. */
const decimalText = fc
  .tuple(fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }), fc.integer({ min: 0, max: 9999 }))
  .map(([whole, fraction]) => {
    const digits = String(fraction).padStart(4, "0").replace(/0+$/, "");
    return digits === "" ? String(whole) : `${whole}.${digits}`;
  });

test("every decimal survives from the cell to the text of the body", () => {
  fc.assert(
    fc.property(decimalText, fc.constantFrom("number", "point", "comma"), (text, how) => {
      const mapped =
        how === "number"
          ? mapCell("Customs value", { n: text })
          : mapCell(
              "Customs value",
              how === "comma" ? text.replace(".", ",") : text,
              how === "comma" ? "," : ".",
            );
      const body = JSON.stringify(mapped.shipments[0]?.message?.body);
      expect(body).toContain(`"customsValue":{"amount":${text}}`);
    }),
  );
});

const itemRow = fc.record({
  description: fc.constantFrom("Bolts", "Nuts", "Screws"),
  mass: fc.constantFrom("", "1.5", "20"),
  eori: fc.constantFrom("", "BE0123456789"),
  packageType: fc.constantFrom("", "CT"),
  packages: fc.constantFrom("", "3"),
  documentType: fc.constantFrom("", "380"),
  documentReference: fc.constantFrom("", "INV-1", "INV-2"),
  note: fc.constantFrom("", "n"),
});

/** Shipments of one to three rows each. */
const shipmentRows = fc
  .array(fc.array(itemRow, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 })
  .map((shipments) =>
    shipments.map((rows, shipment) =>
      rows.map((row, item): readonly CellText[] => [
        `PO-${shipment}`,
        shipment % 2 === 0 ? "IN" : "OUT",
        String(item + 1),
        row.description,
        row.mass,
        rows[0]?.eori ?? "",
        row.packageType,
        row.packages,
        row.documentType,
        row.documentReference,
        rows[0]?.note ?? "",
      ]),
    ),
  );

function bodies(mapped: Mapped): readonly string[] {
  return mapped.shipments.map(({ message }) => JSON.stringify(message?.body)).toSorted();
}

test("rows of different shipments may be shuffled into each other", () => {
  fc.assert(
    fc.property(shipmentRows, fc.infiniteStream(fc.nat()), (shipments, picks) => {
      const waiting = shipments.map((rows) => [...rows]);
      const shuffled: (readonly CellText[])[] = [];
      for (const pick of picks) {
        const open = waiting.filter((rows) => rows.length > 0);
        const row = open[pick % Math.max(open.length, 1)]?.shift();
        if (row === undefined) break;
        shuffled.push(row);
      }
      const inOrder = bodies(mapFlat(HEADER, shipments.flat()));
      expect(inOrder).not.toContain(undefined);
      expect(bodies(mapFlat(HEADER, shuffled))).toEqual(inOrder);
    }),
  );
});

/** The paths of the leaves, those of constants and defaults left out. */
function leaves(node: JsonValue | SourceNode | null, path: string): readonly string[] {
  if (Array.isArray(node)) {
    return (node as readonly (JsonValue | SourceNode)[]).flatMap((element, index) =>
      leaves(element, `${path}[${index}]`),
    );
  }
  if (typeof node === "object" && node !== null && !isJsonNumber(node)) {
    return Object.entries(node).flatMap(([name, member]: [string, JsonValue | SourceNode]) =>
      leaves(member, `${path}.${name}`),
    );
  }
  return path === ".messageType" || path.endsWith("businessPartnerReference[0].type") ? [] : [path];
}

/** What stands at a path of `leaves`. */
function at(tree: SourceNode, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .reduce<unknown>(
      (node, step) =>
        typeof node === "object" && node !== null
          ? Object.entries(node).find(([name]) => name === step)?.[1]
          : undefined,
      tree,
    );
}

test("every value has its source, and every other source is that of a blank cell", () => {
  fc.assert(
    fc.property(shipmentRows, (shipments) => {
      const rows = shipments.flat();
      for (const { message } of mapFlat(HEADER, rows).shipments) {
        if (message === null) throw new Error("A shipment is invalid");
        const named = leaves(message.sources, "");
        expect(named).toEqual(expect.arrayContaining([...leaves(message.body, "")]));
        const cells = new Map(named.map((path) => [path, at(message.sources, path)]));
        const said = new Set(leaves(message.body, ""));
        for (const [path, cell] of cells) {
          const [, letters = "", row = ""] = /^([A-Z]+)(\d+)$/.exec(String(cell)) ?? [];
          const written = rows[Number(row) - 2]?.[letters.charCodeAt(0) - "A".charCodeAt(0)];
          expect(written === "", `${path} ${String(cell)}`).toBe(!said.has(path));
        }
      }
    }),
  );
});
