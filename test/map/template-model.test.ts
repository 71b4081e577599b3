import { describe, expect, test } from "vitest";
import { fieldCatalogue } from "../../src/map/catalogue/field-catalogue.ts";
import { templateModel } from "../../src/map/template-model.ts";
import { mapSheets } from "./sheets.ts";

describe("templateModel()", () => {
  test("has every column of the catalogue in the flat layout, in its order", () => {
    const [sheet] = templateModel("flat").sheets;
    expect(sheet?.columns.map(({ header }) => header)).toEqual(
      fieldCatalogue.map(({ header }) => header),
    );
  });

  test("joins the sheets of the workbook layout by reference, direction and item number", () => {
    const heads = templateModel("workbook").sheets.map(({ name, columns }) => [
      name,
      columns.slice(0, 3).map(({ header }) => header),
    ]);
    expect(heads).toEqual([
      ["Shipments", ["External reference", "Direction", "Message type"]],
      ["Goods items", ["External reference", "Direction", "Item number"]],
      ["Packaging", ["External reference", "Direction", "Item number"]],
      ["Documents", ["External reference", "Direction", "Document category"]],
    ]);
  });

  test.each(["flat", "workbook"] as const)(
    "names the shipment of the %s examples so that nobody takes it for one, and leaves to the writer where they stand",
    (layout) => {
      const { sheets, instructions } = templateModel(layout);
      const references = sheets
        .flatMap(({ examples }) => examples)
        .map((example) => example["External reference"]);
      expect(new Set(references)).toEqual(new Set(["EXAMPLE-1"]));
      expect(instructions.join(" ")).not.toMatch(/example row/i);
    },
  );

  test.each(["flat", "workbook"] as const)(
    "describes a %s file whose examples are a valid shipment",
    (layout) => {
      const { sheets } = templateModel(layout);
      const mapped = mapSheets(
        sheets.map(({ name, columns, examples }) => ({
          name,
          rows: [
            columns.map(({ header, required }) => (required ? `${header} *` : header)),
            ...examples.map((example) => columns.map(({ header }) => example[header] ?? "")),
          ],
        })),
      );
      expect(mapped.plan.layout).toBe(layout);
      expect(mapped.findings).toEqual([]);
      expect(mapped.shipments).toHaveLength(1);
      expect(mapped.shipments[0]?.message).not.toBeNull();
    },
  );
});
