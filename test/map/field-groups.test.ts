// The columns that a template has on demand: read back without a profile, their values checked, and traced.
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/core/json.ts";
import { allFields, groupFields, groupNames } from "../../src/map/catalogue/field-groups.ts";
import { templateModel } from "../../src/map/template-model.ts";
import { errorTracer } from "../../src/trace/trace-error.ts";
import { profileOf } from "./profile/profiles.ts";
import { mapSheets, type Mapped, type TestSheet } from "./sheets.ts";

const exampleSheets = (
  layout: "flat" | "workbook",
  change: Readonly<Record<string, string>> = {},
): readonly TestSheet[] =>
  templateModel(layout, { groups: groupNames }).sheets.map(({ name, columns, examples }) => ({
    name,
    rows: [
      columns.map(({ header }) => header),
      ...examples
        .slice(0, 1)
        .map((row) => columns.map(({ header }) => change[header] ?? row[header] ?? "")),
    ],
  }));

const faults = ({ findings }: Mapped): readonly string[] =>
  findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);

describe("templateModel() with groups", () => {
  it("has the columns of the groups asked for behind its own, and the same without any", () => {
    const headers = (groups: readonly string[]): readonly string[] =>
      templateModel("flat", { groups }).sheets.flatMap(({ columns }) =>
        columns.map(({ header }) => header),
      );
    expect(headers(["invoice", "origin"])).toEqual([
      ...headers([]),
      ...["Item origin country", "Shipment invoice number", "Shipment invoice date"],
    ]);
    expect(templateModel("flat", { groups: [] })).toEqual(templateModel("flat"));
    expect(headers(groupNames)).toEqual(allFields.map(({ header }) => header));
  });

  it("puts each column on the sheet of its level, and says that its path is assumed", () => {
    const { sheets, instructions } = templateModel("workbook", { groups: groupNames });
    for (const { header, level, path } of groupFields) {
      const holding = sheets.filter(({ columns }) => columns.some((one) => one.header === header));
      expect(holding.map(({ name }) => name)).toEqual([
        level === "shipment" ? "Shipments" : "Goods items",
      ]);
      const column = holding[0]?.columns.find((one) => one.header === header);
      expect(column?.note).toContain(`Assumed: ${path ?? ""}`);
      expect(instructions.at(-1)).toContain(header);
    }
  });

  it.each(["flat", "workbook"] as const)("is read back without a profile, %s", (layout) => {
    const mapped = mapSheets(exampleSheets(layout));
    expect(faults(mapped)).toEqual([]);
    const assumed = mapped.findings.filter(({ code }) => code === "header-path-assumed");
    expect(assumed).toHaveLength(groupFields.length);
    const body = canonicalJson(mapped.shipments[0]?.message?.body ?? null);
    expect(JSON.parse(body)).toMatchObject({
      singleAdministrativeDocument: {
        goodsShipment: {
          exportCountry: "CN",
          tradeTerms: { termsCode: "DAP", place: "Antwerpen" },
          invoice: { number: "INV-2026-001", date: "2026-03-01" },
          governmentAgencyGoodsItems: [
            {
              origin: { country: "CN" },
              governmentProcedure: { proc: "40", prevProc: "00", procEU: "000" },
              previousDocuments: [{ category: "N", type: "337", refNum: "TST-2026-0001" }],
              statValue: 25500,
              goodsMeasure: { supQty: 1200, supQtyUoM: "NAR" },
              commodity: { dutyTaxFees: [{ preference1: "100" }] },
            },
          ],
        },
      },
    });
  });

  it.each([
    ["Item origin country", "China", "code-format"],
    ["Item origin country", "QA", null],
    ["Item requested procedure", "4000", "code-format"],
    ["Item previous procedure", "0", "code-format"],
    ["Item additional procedure", "C07", null],
    ["Shipment Incoterms code", "free", "code-format"],
    ["Shipment Incoterms code", "DAT", "code-not-in-list"],
    ["Border transport mode", "6", "code-not-in-list"],
    ["Border transport country", "Poland", "code-format"],
    ["Item statistical value", "1.23456", "number-too-precise"],
    ["Item supplementary quantity", "12.123456", null],
    ["Item supplementary unit", "pieces", "code-format"],
    ["Item preference code", "1", "code-format"],
    ["Shipment invoice date", "03/04/2026", "date-ambiguous"],
    ["Shipment invoice date", "31.04.2026", "date-invalid"],
  ])("checks %s: %s", (header, value, code) => {
    const mapped = mapSheets(exampleSheets("workbook", { [header]: value }));
    expect(faults(mapped)).toEqual(code === null ? [] : [code]);
  });

  it("leads errors of CAS home to the cells of these columns", () => {
    const mapped = mapSheets(exampleSheets("workbook"));
    const message = mapped.shipments[0]?.message;
    if (message == null) throw new Error("No shipment was read");
    const trace = errorTracer({
      ...{ payload: canonicalJson(message.body), sources: message.sources },
      ...{ sheet: "Shipments", fileName: "night.xlsx" },
    });
    const cellOf = (path: string, fieldName: string): string => {
      const error = { errorCode: "V", message: "m", description: "d" };
      const [traced] = trace({ ...error, fieldReference: [{ path, fieldName }] });
      const sheet = exampleSheets("workbook").find(({ name }) => name === traced?.sheet);
      const letters = traced?.cell?.replace(/\d+$/, "") ?? "";
      const at = Array.from(letters).reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
      const header = sheet?.rows[0]?.[at - 1];
      return typeof header === "string" ? header : "";
    };
    const item = "SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItem[1]";
    expect(cellOf(`${item}.Origin`, "Country")).toBe("Item origin country");
    expect(cellOf(item, "StatValue")).toBe("Item statistical value");
    expect(cellOf(`${item}.PreviousDocument[1]`, "RefNum")).toBe(
      "Item previous document reference",
    );
    expect(cellOf(`${item}.Commodity.DutyTaxFee[1]`, "Preference1")).toBe("Item preference code");
    const goods = "SingleAdministrativeDocument.GoodsShipment";
    expect(cellOf(`${goods}.TradeTerms`, "TermsCode")).toBe("Shipment Incoterms code");
    expect(cellOf(`${goods}.Consignment.BorderTransportMeans`, "Mode")).toBe(
      "Border transport mode",
    );
  });

  it("takes another path from a profile", () => {
    const path =
      "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].originCountry";
    const profile = profileOf(`columns: { Item origin country: "${path}" }\notherColumns: match\n`);
    const mapped = mapSheets(exampleSheets("flat"), ".", profile);
    const body = canonicalJson(mapped.shipments[0]?.message?.body ?? null);
    expect(body).toContain('"originCountry":"CN"');
    expect(body).not.toContain('"origin":');
    expect(body).toContain('"termsCode":"DAP"');
  });

  it("says of a constant too that its path is assumed", () => {
    const profile = profileOf("constants: { Item origin country: CN }\n");
    const [sheet] = templateModel("flat").sheets;
    const rows = [sheet?.columns, sheet?.columns].map((columns = [], at) =>
      columns.map(({ header, example }) => (at === 0 ? header : example)),
    );
    const mapped = mapSheets([{ name: "Shipments", rows }], ".", profile);
    expect(mapped.findings.map(({ code }) => code)).toEqual(["header-path-assumed"]);
  });
});

describe("a column of one's own that is called like one of a group", () => {
  it.each(["Country of origin", "Ursprungsland", "Incoterms", "Factuurnummer", "Régime"])(
    "is not sent, and told: %s",
    (own) => {
      const rows = [
        ["External reference", "Direction", "Goods description", own],
        ["PO-1", "IN", "Bolts", "CN"],
      ];
      const mapped = mapSheets([{ name: "Shipments", rows }]);
      const finding = mapped.plan.findings.find(({ cell }) => cell === "D1");
      expect(finding).toMatchObject({ code: "header-unknown", severity: "warning" });
      expect(finding?.hint).toMatch(/Did you mean .*`(?:Item|Shipment) /);
      expect(canonicalJson(mapped.shipments[0]?.message?.body ?? null)).not.toContain("CN");
    },
  );
});
