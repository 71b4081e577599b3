// A template's model by hand: every type of column, with and without a list.
import type { TemplateColumn, TemplateModel } from "../../src/core/template.ts";
import { templateTexts } from "../../src/map/template-texts.ts";

export function column(header: string, changes: Partial<TemplateColumn> = {}): TemplateColumn {
  return {
    header,
    note: `What belongs in ${header}`,
    required: false,
    about: "shipment",
    type: "text",
    allowedValues: [],
    example: "",
    ...changes,
  };
}

const direction = column("Direction", {
  required: true,
  carriedAs: "direction",
  type: "code",
  allowedValues: ["IN", "OUT"],
  note: "IN for goods that come in, OUT for goods that leave",
  example: "OUT",
});
const reference = column("External reference", {
  required: true,
  carriedAs: "reference",
  type: "code",
  note: "Your own number of the shipment; CAS knows the shipment by it",
  example: "EXAMPLE-1",
});

const goodsColumns = [
  reference,
  direction,
  column("Goods description", { required: true, example: "Steel bolts, M8" }),
  column("Commodity code", { type: "code", example: "0101210000" }),
  column("Gross mass (kg)", { type: "decimal", example: "12.5" }),
  column("Package quantity", { type: "integer", example: "4" }),
  column("Package type", {
    type: "code",
    allowedValues: Array.from(
      { length: 60 },
      (_, index) => `P${String(index)}, kind ${String(index)}`,
    ),
  }),
  column("Arrival", { type: "date", example: "2026-03-01" }),
];

function exampleOf(columns: readonly TemplateColumn[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ header, example }) => [header, example]));
}

export const sampleTemplate: TemplateModel = {
  title: "Customs shipments for CAS",
  words: templateTexts(null).words,
  instructions: [
    "Fill in one row for each shipment on the sheet Shipments, and one row for each goods item on the sheet Goods items. The two belong together by External reference and Direction.",
    "Columns with a * must be filled in; a required cell that is still empty turns red. Do not rename the headers.",
    "Run `cas-batch check FILE` to see every mistake before anything is sent.",
  ],
  sheets: [
    {
      name: "Shipments",
      columns: [reference, direction],
      examples: [exampleOf([reference, direction])],
    },
    { name: "Goods items", columns: goodsColumns, examples: [exampleOf(goodsColumns)] },
  ],
};

export const flatTemplate: TemplateModel = {
  ...sampleTemplate,
  sheets: [{ name: "Shipments", columns: goodsColumns, examples: [exampleOf(goodsColumns)] }],
};
