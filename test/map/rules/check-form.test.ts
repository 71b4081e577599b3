import fc from "fast-check";
import { expect, test } from "vitest";
import { hasForm } from "../../../src/map/rules/check-form.ts";
import { customsShipmentSchema } from "../../../src/map/catalogue/customs-shipment-schema.ts";
import { drawMessage } from "../../../src/map/shipment/draw-message.ts";
import { createRowReader } from "../../../src/map/read-row.ts";
import { decodeRow, type RowRecord } from "../../../src/map/model/row-record.ts";
import { draftShipment } from "../../../src/map/shipment/shipment-draft.ts";
import { planOf, sheetRows, type CellText } from "../sheets.ts";

const SAD = "singleAdministrativeDocument";
const ITEM = `${SAD}.goodsShipment.governmentAgencyGoodsItems[]`;

/** Columns whose readers make what the schema wants, and paths that make what it does not. */
const HEADERS = [
  "External reference",
  "Direction",
  "Message type",
  "Storage location",
  "Declaration type",
  "Agent EORI",
  "Item number",
  "Goods description",
  "Commodity code",
  "Gross mass (kg)",
  "Package type",
  "Package quantity",
  "Customs value",
  "Document type",
  `${SAD}.agent.businessPartnerReference[0].type`,
  `${SAD}.agent.businessPartnerReference[1].code`,
  `${SAD}.agent.businessPartnerReference[1].type`,
  `${SAD}.goodsShipment.consignor.businessPartnerReference`,
  `${SAD}.goodsShipment.consignee`,
  `${SAD}.goodsShipment.exportCountry`,
  `${SAD}.additionalDocuments[].extra.note`,
  `${ITEM}.commodity.classification`,
  `${ITEM}.goodsMeasure`,
  `${ITEM}.customsValue.amount[0]`,
  `${ITEM}.packaging[].extra`,
  `${ITEM}.tenantField`,
  "tenant.notes[1].text",
];
const CELLS: readonly CellText[] = [
  "",
  "x",
  "\u200b\u200b",
  "PO-1",
  "IN",
  "Upsert",
  "IM",
  "BE0123456789",
  "1",
  "2",
  { n: "1" },
  { n: "12.5" },
  { type: "boolean", value: "true", raw: "1", format: "General" },
];

const sheetArbitrary = fc.subarray(HEADERS, { minLength: 2 }).chain((headers) =>
  fc.record({
    headers: fc.constant(headers),
    rows: fc.array(
      fc.array(fc.constantFrom(...CELLS), {
        minLength: headers.length,
        maxLength: headers.length,
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

/** How often each answer was given, so that neither side of the property is empty. */
function compare(runs: number): Readonly<Record<"fits" | "doesNotFit", number>> {
  const told = { fits: 0, doesNotFit: 0 };
  fc.assert(
    fc.property(sheetArbitrary, ({ headers, rows }) => {
      // With the three that a file cannot be without, and a shipment that has them.
      const needed = ["External reference", "Direction", "Goods description"];
      const missing = needed.filter((header) => !headers.includes(header));
      const example: Readonly<Record<string, string>> = {
        "External reference": "PO-1",
        Direction: "IN",
        "Goods description": "Bolts",
      };
      const sheet = {
        name: "Shipments",
        rows: [
          [...headers, ...missing],
          ...rows.map((row) => [...row, ...missing.map((header) => example[header] ?? null)]),
        ],
      };
      const plan = planOf([sheet]);
      const [sheetPlan] = plan.sheets;
      if (sheetPlan === undefined) return;
      const readRow = createRowReader(plan, sheetPlan);
      const records: RowRecord[] = [];
      for (const row of sheetRows(sheet).slice(1)) {
        const read = readRow(row);
        if (read.kind === "record") records.push(decodeRow(read.content));
      }
      const draft = draftShipment(plan, records);
      const { body } = drawMessage(plan, draft);
      const fits = customsShipmentSchema.safeParse(body).success;
      told[fits ? "fits" : "doesNotFit"] += 1;
      expect({ body, fits: hasForm(plan, draft) }).toEqual({ body, fits });
    }),
    { numRuns: runs },
  );
  return told;
}

test("hasForm() says what the schema says of the message drawn", () => {
  const told = compare(2_000);
  expect(told.fits).toBeGreaterThan(50);
  expect(told.doesNotFit).toBeGreaterThan(50);
});
