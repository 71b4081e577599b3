// Field references in all spellings, led through path, aliases, item numbers and profile to file, sheet, cell and
// value, or to the line of the profile: a real file, read by a real profile.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeclarationError } from "../../src/core/declaration.ts";
import { profileLineText } from "../../src/core/profile-line.ts";
import { loadProfile } from "../../src/intake/profiles/load-profile.ts";
import type { ShipmentLine } from "../../src/intake/sinks/batch-sink.ts";
import { stageFile } from "../../src/intake/stage-file.ts";
import type { FieldPlace } from "../../src/trace/field-locator.ts";
import { errorTracer, refusalTracer, type AcceptedSources } from "../../src/trace/trace-error.ts";

const PROFILE = `version: 1
messageType: Upsert
groupBy: [Order, Part]
constants:
  Direction: IN
  Declaration type: IM
  Invoice currency: EUR
  Customs value currency: EUR
  singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].customsValue.rate: 1.5
  singleAdministrativeDocument.declarant.name: Haven Customs
  singleAdministrativeDocument.declarant.address.city: Antwerpen
columns:
  Item: Item number
  Goods: Goods description
  Article:
    to: Commodity code
    lookup: { file: codes.csv, from: Article, to: Code }
  Gross: Gross mass (kg)
  Net: Net mass (kg)
  Currency: Customs value currency
  Value: Customs value
  Package:
    - to: Package type
      transforms: [upper]
      values:
        BOX: BX
        CARTON: CT
  Count: Package quantity
  Consignee: Consignee EORI
  Country:
    - to: singleAdministrativeDocument.goodsShipment.exportCountry
      values: { Belgien: BE }
    - to: singleAdministrativeDocument.goodsShipment.tradeTerms.place
`;
// A: Order, B: Part, C: Item, D: Goods, E: Article, F: Gross, G: Net, H: Currency, I: Value, J: Package, K: Count,
// L: Consignee, M: Country
const CSV = [
  "Order,Part,Item,Goods,Article,Gross,Net,Currency,Value,Package,Count,Consignee,Country",
  "PO,1,1,Bolts,A1,12.50,,USD,310.25,box,2,BE0123456789,Belgien",
  "PO,1,1,Bolts,A1,12.50,,USD,310.25,carton,20,BE0123456789,Belgien",
  "PO,1,2,Nuts,A2,7,6.5,,44,box,1,BE0123456789,Belgien",
].join("\n");

let folder = "";
let sent: AcceptedSources;

async function stage(name: string, content: string, profile: string): Promise<AcceptedSources> {
  writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "night.yaml"), profile);
  const lines: ShipmentLine[] = [];
  const findings: string[] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  const end = await stageFile(
    join(folder, name),
    {
      open: nothing,
      addRows: nothing,
      addFindings: (found) => {
        for (const { severity, message } of found) if (severity === "error") findings.push(message);
        return Promise.resolve();
      },
      addLines: (added) => {
        const all = [...added];
        lines.push(...all);
        return Promise.resolve(all.map(() => "unsent"));
      },
      seal: nothing,
    },
    {
      ...{ name, reading: {}, onInvalid: "skip", onProgress: () => undefined },
      profile: await loadProfile(join(folder, "night.yaml")),
      signal: new AbortController().signal,
    },
  );
  expect(findings).toEqual([]);
  const [line] = lines;
  if (line?.message == null) throw new Error("No message was made");
  return {
    payload: JSON.stringify(line.message.body),
    sources: line.message.sources,
    ...{ sheet: line.rows[0]?.sheet ?? null, fileName: name, profile: end.profile ?? null },
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "field-references-"));
  writeFileSync(join(folder, "codes.csv"), "Article,Code\nA1,73181500\nA2,73181600\n");
  sent = await stage("night.csv", CSV, PROFILE);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function shown({ cell, row, value, profile, notInMessage }: FieldPlace): readonly unknown[] {
  const line = profile === undefined ? null : profileLineText(profile, null);
  return [cell ?? (row === undefined ? null : `row ${row}`), value, line, notInMessage ?? null];
}

function traced(
  fieldReference: DeclarationError["fieldReference"],
  description: string | null = null,
): readonly (readonly unknown[])[] {
  const error = { errorCode: "E1", message: "Wrong", description, fieldReference };
  return errorTracer(sent)(error).map(shown);
}

const SAD = "SingleAdministrativeDocument";
const ITEM = (number: number): string =>
  `${SAD}.GoodsShipment.GovernmentAgencyGoodsItems[${number}]`;

describe("an error on a declaration", () => {
  it.each([
    // Cells; numbers of elements begin at 1.
    [`${ITEM(1)}.Commodity`, "Description", "D2", "Bolts", null],
    [`${ITEM(2)}.Commodity`, "Description", "D4", "Nuts", null],
    [`${ITEM(2)}.GoodsMeasure`, "Gmass", "F4", "7", null],
    [`${ITEM(2)}.goodsmeasure`, "NMASS", "G4", "6.5", null],
    [`${ITEM(1)}.Packaging[2]`, "Quantity", "K3", "20", null],
    [`${ITEM(1)}.CustomsValue`, "Amount", "I2", "310.25", null],
    // In the names of earlier years, and of the schemas of customs.
    [`${ITEM(1)}.Commodity.InvoiceLine`, "ItemAmount", "I2", "310.25", null],
    [`${SAD}.GoodsShipment.GovernmentAgencyGoodsItem[2]`, "GoodsMeasure.Gmass", "F4", "7", null],
    [`${SAD}.GoodsShipment.Consignee`, "Code", "L2", "BE0123456789", null],
    [
      `${SAD}.GoodsShipment.Consignee.BusinessPartnerReferences[1]`,
      "Code",
      "L2",
      "BE0123456789",
      null,
    ],
    // Without the document, without the path, with everything in one of the two.
    ["GoodsShipment.GovernmentAgencyGoodsItems[2].Commodity", "Description", "D4", "Nuts", null],
    [null, `${ITEM(2)}.Commodity.Description`, "D4", "Nuts", null],
    [`${ITEM(2)}.Commodity.Description`, null, "D4", "Nuts", null],
    [`  ${ITEM(2)}.Commodity.Description `, "", "D4", "Nuts", null],
    // A blank cell that could have said it.
    [`${ITEM(1)}.GoodsMeasure`, "Nmass", "G2", null, null],
    // Of several columns, the first one.
    ["", "ExternalReference", "A2", "PO-1", null],
    // Constants: of the message, of a goods item, of an object that has nothing else.
    ["", "Direction", "row 2", "IN", "night.yaml:5 (constant)"],
    [SAD, "DeclType", "row 2", "IM", "night.yaml:6 (constant)"],
    [SAD, "InvoiceCurrency", "row 2", "EUR", "night.yaml:7 (constant)"],
    [`${ITEM(2)}.CustomsValue`, "Rate", "row 4", "1.5", "night.yaml:9 (constant)"],
    [`${SAD}.Declarant`, "Name", "row 2", "Haven Customs", "night.yaml:10 (constant)"],
    [`${SAD}.Declarant`, null, "row 2", "Antwerpen", "night.yaml:11 (constant)"],
    [`${SAD}.Declarant.Address`, "City", "row 2", "Antwerpen", "night.yaml:11 (constant)"],
    ["", "MessageType", "row 2", "Upsert", "night.yaml:2 (constant)"],
    // A constant where the column is blank, and the cell where it is not.
    [`${ITEM(1)}.CustomsValue`, "Currency", "H2", "USD", null],
    [`${ITEM(2)}.CustomsValue`, "Currency", "row 4", "EUR", "night.yaml:8 (default)"],
    // Tables: the cell, and the line of the table.
    [`${ITEM(2)}.Commodity.Classification`, "Id", "E4", "73181600", "night.yaml:17 (lookup)"],
    [`${ITEM(2)}.Commodity.Classifications[1]`, "Code", "E4", "73181600", "night.yaml:17 (lookup)"],
    [`${ITEM(1)}.Packaging[2]`, "Type", "J3", "CT", "night.yaml:25 (values)"],
    // One column that fills two members, one of them through a table.
    [`${SAD}.GoodsShipment`, "ExportCountry", "M2", "BE", "night.yaml:32 (values)"],
    [`${SAD}.GoodsShipment.TradeTerms`, "Place", "M2", "Belgien", null],
    // The program's own: the code that it is about.
    [`${SAD}.GoodsShipment.Consignee.BusinessPartnerReference[1]`, "Type", "L2", "Eori", null],
  ])("at %j, %j", (path, fieldName, ...expected) => {
    expect(traced([{ path, fieldName }])).toEqual([[...expected, null]]);
  });

  it.each([
    // The nearest cell, and what CAS calls it.
    [`${ITEM(2)}.GoodsMeasure`, "SupplementaryUnits", "F4"],
    [ITEM(2), "ValuationMethod", "J4"],
    [`${ITEM(9)}.GoodsMeasure`, "Gmass", "A2"],
    [`${ITEM(1)}.Packaging[7]`, "Type", "J2"],
    ["Consignment.Itinerary", "Country", "A2"],
    [`${SAD}.Declarant`, "Telephone", "A2"],
    ["Not a path, but words", "", "A2"],
  ])("says that our message has no field %j, %j", (path, fieldName, cell) => {
    const named = [path, fieldName].filter((part) => part !== "").join(".");
    expect(traced([{ path, fieldName }])).toEqual([[cell, null, null, named]]);
  });

  it("is led to each of several fields", () => {
    const references = [
      { path: `${ITEM(1)}.GoodsMeasure`, fieldName: "Gmass" },
      { path: SAD, fieldName: "DeclType" },
      { path: null, fieldName: null },
    ];
    expect(traced(references)).toEqual([
      ["F2", "12.5", null, null],
      ["row 2", "IM", "night.yaml:6 (constant)", null],
    ]);
  });

  it("is led by the path that its description begins with, and by no other words", () => {
    expect(traced([], `${ITEM(2)}.GoodsMeasure.Gmass must not be 7`)).toEqual([
      ["F4", "7", null, null],
    ]);
    expect(traced([], `${SAD}.DeclType must be 'EX'`)).toEqual([
      ["row 2", "IM", "night.yaml:6 (constant)", null],
    ]);
    expect(traced([], "Www.Example.Org says otherwise")).toEqual([["A2", null, null, null]]);
  });
});

describe("a refusal", () => {
  const items = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems";
  it.each([
    // Numbers of elements begin at 0.
    [`$.${items}[1].goodsMeasure.gmass`, "F4", "7", null],
    [`$.${items}[1].customsValue.currency`, "row 4", "EUR", "night.yaml:8 (default)"],
    [
      `/${items.replaceAll(".", "/")}/1/customsValue/rate`,
      "row 4",
      "1.5",
      "night.yaml:9 (constant)",
    ],
    [`#/${items.replaceAll(".", "/")}/0/packaging/1/type`, "J3", "CT", "night.yaml:25 (values)"],
    ["direction", "row 2", "IN", "night.yaml:5 (constant)"],
  ])("at %j", (path, ...expected) => {
    expect(shown(refusalTracer(sent)({ path, message: "No" }))).toEqual([...expected, null]);
  });

  it("of a field that the message lacks says so", () => {
    const path = `$.${items}[0].quotaOrder`;
    expect(shown(refusalTracer(sent)({ path, message: "No" }))).toEqual(["J2", null, null, path]);
  });
});

it("a message of another kind is led to the lines of its profile", async () => {
  const order = await stage(
    "orders.csv",
    "No,Article,Pieces\nMO-1,A1,5\nMO-1,A2,7\n",
    `version: 1
kind: MovementOrder
constants:
  type: RFFC
columns:
  No: externalReference
  Article:
    to: lines[].commodityCode
    lookup: { file: codes.csv, from: Article, to: Code }
  Pieces: lines[].pieces
`,
  );
  const at = (path: string): readonly unknown[] =>
    shown(refusalTracer(order)({ path, message: "No" }));
  expect(at("type")).toEqual(["row 2", "RFFC", "night.yaml:4 (constant)", null]);
  expect(at("lines[1].commodityCode")).toEqual([
    ...["B3", "73181600", "night.yaml:9 (lookup)", null],
  ]);
  expect(at("lines[1].pieces")).toEqual(["C3", expect.anything(), null, null]);
});

it("without what the ledger of an earlier version lacks, the nearest cell is named", () => {
  const { profile: _, ...earlier } = sent;
  const [place] = errorTracer(earlier)({
    ...{ errorCode: "E1", message: "Wrong", description: null },
    fieldReference: [{ path: `${ITEM(2)}.CustomsValue`, fieldName: "Currency" }],
  });
  expect(place && shown(place)).toEqual(["I4", "EUR", null, null]);
});
