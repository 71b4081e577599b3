import { describe, expect, test } from "vitest";
import type { Cell } from "../../src/core/cell.ts";
import { bodyOf, codesAndCells, mapCell, type CellText, type Mapped } from "./sheets.ts";

const ITEM = ["singleAdministrativeDocument", "goodsShipment", "governmentAgencyGoodsItems", 0];
const SAD = ["singleAdministrativeDocument"];

/** The exact JSON text of a member of the only message. */
function memberText(mapped: Mapped, path: readonly (string | number)[]): string | undefined {
  bodyOf(mapped);
  let node: unknown = mapped.shipments[0]?.message?.body;
  for (const step of path) node = (node as Record<string | number, unknown> | undefined)?.[step];
  return JSON.stringify(node);
}

function typed(type: Cell["type"], value: string, more: Partial<Cell> = {}): Cell {
  return { type, value, raw: value, format: "General", ...more };
}

describe("amounts and masses", () => {
  const amount = [...ITEM, "customsValue", "amount"];

  test.each<[CellText, "." | ",", string]>([
    ["25000.00", ".", "25000"],
    ["12,5", ",", "12.5"],
    [{ n: "0.3" }, ",", "0.3"],
    [{ n: "1234567890123.4567" }, ".", "1234567890123.4567"],
    ["1234567890123456.7891", ".", "1234567890123456.7891"],
    ["0", ".", "0"],
  ])("reads %j in a file with the mark %s as %s", (cell, mark, text) => {
    const mapped = mapCell("Customs value", cell, mark);
    expect(memberText(mapped, amount)).toBe(text);
    expect(mapped.findings).toEqual([]);
  });

  test.each<[string, "." | ",", string]>([
    ["1.234,56", ",", "1234.56"],
    ["1.234.567", ",", "1234567"],
    ["1,234.56", ".", "1234.56"],
    ["1 234.56", ".", "1234.56"],
    ["1'234'567", ".", "1234567"],
    ["1\u00a0234,5", ",", "1234.5"],
  ])("reads %j in a file with the mark %s as %s and says so", (text, mark, expected) => {
    const mapped = mapCell("Customs value", text, mark);
    expect(memberText(mapped, amount)).toBe(expected);
    expect(codesAndCells(mapped.findings)).toEqual(["value-repaired D2"]);
  });

  test.each<[string, CellText, "." | ","]>([
    ["number-ambiguous", "1.234,56", "."],
    ["number-ambiguous", "1.234", ","],
    ["number-ambiguous", "1,234", "."],
    ["number-ambiguous", "12.5", ","],
    ["number-ambiguous", "1 23", "."],
    ["number-exponent", "1e3", "."],
    ["number-exponent", "1,5E+3", ","],
    ["number-exponent", { n: "1e21" }, "."],
    ["number-too-precise", "1.00001", "."],
    ["number-too-precise", { n: "0.12345" }, "."],
    ["number-too-large", "123456789012345678901", "."],
    ["number-negative", "-1", "."],
    ["number-invalid", "12 kg", "."],
    ["number-invalid", "abc", "."],
    ["number-invalid", typed("boolean", "true"), "."],
    ["number-invalid", typed("date", "2026-03-01"), "."],
    ["number-invalid", typed("time", "12:30:00"), "."],
    ["number-invalid", typed("duration", "PT36H"), "."],
  ])("says %s for %j in a file with the mark %s", (code, cell, mark) => {
    const mapped = mapCell("Customs value", cell, mark);
    expect(codesAndCells(mapped.findings)).toEqual([`${code} D2`]);
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test("a package quantity is a whole number", () => {
    expect(codesAndCells(mapCell("Package quantity", "1.5").findings)).toEqual([
      "number-not-whole D2",
    ]);
    expect(codesAndCells(mapCell("Package quantity", "123456789").findings)).toEqual([
      "number-too-large D2",
    ]);
    expect(memberText(mapCell("Package quantity", { n: "5" }), [...ITEM, "packaging"])).toBe(
      '[{"quantity":5}]',
    );
  });

  test("an item number starts with 1", () => {
    expect(codesAndCells(mapCell("Item number", "0").findings)).toEqual(["value-not-allowed D2"]);
  });
});

describe("codes", () => {
  const commodity = [...ITEM, "commodity", "classification", "id"];

  test.each<[string, CellText, string]>([
    ["Commodity code", "85423190", "code"],
    ["Commodity code", "854231", "code"],
    ["Commodity code", "0102210000", "code"],
  ])("%s takes %j without a word", (header, cell) => {
    const mapped = mapCell(header, cell);
    expect(mapped.findings).toEqual([]);
    expect(memberText(mapped, commodity)).toBe(JSON.stringify(cell));
  });

  test("blanks and dots inside a commodity code are taken out and told", () => {
    const mapped = mapCell("Commodity code", "8542.31 90");
    expect(memberText(mapped, commodity)).toBe('"85423190"');
    expect(codesAndCells(mapped.findings)).toEqual(["value-repaired D2"]);
  });

  test("a commodity code stored as a whole number is taken with a warning", () => {
    const mapped = mapCell("Commodity code", { n: "85423190" });
    expect(memberText(mapped, commodity)).toBe('"85423190"');
    expect(codesAndCells(mapped.findings)).toEqual(["code-as-number D2"]);
  });

  test.each(["1022100", "102210000", "10221"])(
    "a commodity code stored as the number %s has lost a zero",
    (n) => {
      expect(codesAndCells(mapCell("Commodity code", { n }).findings)).toEqual([
        "code-lost-zeros D2",
      ]);
    },
  );

  test("a number that its format shows with its zeros is read as shown", () => {
    const mapped = mapCell("Commodity code", { n: "1022100", format: "00000000" });
    expect(memberText(mapped, commodity)).toBe('"01022100"');
    expect(codesAndCells(mapped.findings)).toEqual(["value-repaired D2"]);
  });

  test.each<[string, CellText, string]>([
    ["Commodity code", "1022100", "code-format"],
    ["Commodity code", "8.54E+07", "number-exponent"],
    ["Commodity code", { n: "8542319.5" }, "code-format"],
    ["Declaration type", "IMP", "code-format"],
    ["Additional declaration type", "AB", "code-format"],
    ["Invoice currency", "EURO", "code-format"],
    ["Invoice currency", "QQQ", "value-not-allowed"],
    ["Declaration office", "BE21200", "code-format"],
    ["Declaration office", typed("date", "2026-03-01"), "code-format"],
    ["Agent EORI", "0123456789", "code-format"],
    ["Agent EORI", "BE01234567890123456", "code-format"],
    ["Package type", "CTN", "code-format"],
    ["Package type", { n: "4" }, "code-lost-zeros"],
    ["Message type", "Insert", "value-not-allowed"],
    ["Document reference", "x".repeat(71), "text-too-long"],
    ["Storage location", { n: "1234567890123456" }, "code-lost-digits"],
    ["Storage location", typed("boolean", "true"), "code-format"],
    ["Shipping marks", typed("boolean", "true"), "value-not-allowed"],
  ])("%s %j is refused with %s", (header, cell, code) => {
    const mapped = mapCell(header, cell);
    expect(codesAndCells(mapped.findings)).toEqual([`${code} D2`]);
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test.each([
    ["a no-break blank", "BE\u00a0212000"],
    ["a zero-width blank", "BE21\u200b2000"],
    ["a Cyrillic letter", "ВE212000"],
  ])("%s in a code is replaced with a warning", (_what, text) => {
    const mapped = mapCell("Declaration office", text);
    expect(memberText(mapped, [...SAD, "declarationOfficeCode"])).toBe('"BE212000"');
    expect(codesAndCells(mapped.findings)).toEqual(["text-with-odd-characters D2"]);
  });

  test("small letters are made capitals and told", () => {
    const mapped = mapCell("Invoice currency", "eur");
    expect(memberText(mapped, [...SAD, "invoiceCurrency"])).toBe('"EUR"');
    expect(codesAndCells(mapped.findings)).toEqual(["value-repaired D2"]);
  });

  test("an EORI becomes a partner reference with its type", () => {
    const mapped = mapCell("Consignee EORI", "BE0123456789");
    expect(memberText(mapped, [...SAD, "goodsShipment", "consignee"])).toBe(
      '{"businessPartnerReference":[{"code":"BE0123456789","type":"Eori"}]}',
    );
  });

  test("texts are trimmed and numbers taken as their text", () => {
    expect(memberText(mapCell("Storage location", "  W 1 "), ["storageLocationReference"])).toBe(
      '"W 1"',
    );
    expect(memberText(mapCell("Storage location", { n: "17" }), ["storageLocationReference"])).toBe(
      '"17"',
    );
  });
});

describe("damaged cells", () => {
  test("an error value is a formula-error", () => {
    const mapped = mapCell("Storage location", typed("error", "#N/A"));
    expect(codesAndCells(mapped.findings)).toEqual(["formula-error D2"]);
    expect(mapped.findings[0]?.value).toBe("#N/A");
  });

  test("a formula without its result is told, though the cell looks blank", () => {
    const mapped = mapCell("Storage location", typed("blank", "", { formula: "missing" }));
    expect(codesAndCells(mapped.findings)).toEqual(["formula-without-value D2"]);
  });

  test("a formula with its result is a value", () => {
    const mapped = mapCell("Gross mass (kg)", typed("number", "7.5", { formula: "cached" }));
    expect(memberText(mapped, [...ITEM, "goodsMeasure", "gmass"])).toBe("7.5");
  });

  test("a finding says everything about its place", () => {
    expect(mapCell("Gross mass (kg)", "heavy").findings).toEqual([
      {
        code: "number-invalid",
        severity: "error",
        file: "night.xlsx",
        sheet: "Shipments",
        row: 2,
        cell: "D2",
        header: "Gross mass (kg)",
        path: "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure.gmass",
        value: "heavy",
        message: 'Gross mass (kg) cannot be "heavy": a number with the decimal mark "." is needed',
        hint: "Write digits and one decimal mark, without units",
      },
    ]);
  });
});

describe("columns named by a path", () => {
  const header = "singleAdministrativeDocument.goodsShipment.trxNatCode";
  const path = [...SAD, "goodsShipment", "trxNatCode"];

  test.each<[string, CellText, string]>([
    ["text", "11", '"11"'],
    ["a number", { n: "11" }, "11"],
    ["a long decimal", { n: "12345678901234567890.1234" }, "12345678901234567890.1234"],
    ["a boolean", typed("boolean", "true"), "true"],
    ["a date", typed("date", "2026-03-01T12:30:00"), '"2026-03-01T12:30:00"'],
    ["a date with its zone", typed("date", "2026-03-01T12:30:00Z"), '"2026-03-01T12:30:00Z"'],
    ["a time of day", typed("time", "12:30:00"), '"12:30:00"'],
  ])("pass %s through", (_what, cell, expected) => {
    const mapped = mapCell(header, cell);
    expect(memberText(mapped, path)).toBe(expected);
    expect(mapped.findings).toEqual([]);
  });

  test("with [] on the goods items belong to the row's item", () => {
    const mapped = mapCell(
      "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].ucr.traderReference",
      "U1",
    );
    expect(memberText(mapped, [...ITEM, "ucr"])).toBe('{"traderReference":"U1"}');
  });

  test("with [] and [1] elsewhere name elements, and those without values are left out", () => {
    const mapped = mapCell("tenant.notes[1].text", "second only");
    expect(memberText(mapped, ["tenant"])).toBe('{"notes":[{"text":"second only"}]}');
    const first = mapCell("tenant.notes[].text", "first");
    expect(memberText(first, ["tenant"])).toBe('{"notes":[{"text":"first"}]}');
  });

  test("refuse a duration: nobody knows in which form it is wanted", () => {
    const { findings } = mapCell(header, typed("duration", "PT36H"));
    expect(codesAndCells(findings)).toEqual(["value-not-allowed D2"]);
    expect(findings[0]?.message).toContain("cannot be PT36H: it is a duration, and");
  });

  describe("ending in Timestamp", () => {
    const timestampHeader = "singleAdministrativeDocument.loadingTimestamp";
    const timestampPath = [...SAD, "loadingTimestamp"];

    test.each([
      ["2026-03-01T23:30:00Z", "2026-03-01T23:30:00Z"],
      ["2026-03-01T23:30:00+02:00", "2026-03-01T23:30:00+02:00"],
      ["2026-03-01Z", "2026-03-01T00:00:00Z"],
    ])("keep the zone of a date cell: %s", (value, expected) => {
      const mapped = mapCell(timestampHeader, typed("date", value));
      expect(memberText(mapped, timestampPath)).toBe(JSON.stringify(expected));
      expect(mapped.findings).toEqual([]);
    });

    test.each<[CellText, string]>([
      [typed("date", "2026-03-01T23:30:00"), "timestamp-without-zone"],
      [typed("time", "12:30:00"), "date-invalid"],
      [typed("time", "12:30:00Z"), "date-invalid"],
      [typed("duration", "PT36H"), "date-invalid"],
    ])("refuse %j with %s", (cell, code) => {
      expect(codesAndCells(mapCell(timestampHeader, cell).findings)).toEqual([`${code} D2`]);
    });
  });

  describe("ending in date", () => {
    const dateHeader = "singleAdministrativeDocument.acceptanceDate";
    const datePath = [...SAD, "acceptanceDate"];

    test.each<[CellText, string, readonly string[]]>([
      ["2026-03-01", "2026-03-01", []],
      ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z", []],
      [typed("date", "2026-03-01"), "2026-03-01", []],
      [typed("date", "2026-03-01T00:00:00"), "2026-03-01", []],
      [typed("date", "2026-03-01Z"), "2026-03-01Z", []],
      [typed("date", "2026-03-01T00:00:00Z"), "2026-03-01T00:00:00Z", []],
      [typed("date", "2026-03-01T23:30:00+02:00"), "2026-03-01T23:30:00+02:00", []],
      ["25/12/2026", "2026-12-25", ["value-repaired D2"]],
      ["12/25/2026", "2026-12-25", ["value-repaired D2"]],
      ["03.03.2026", "2026-03-03", ["value-repaired D2"]],
      ["20260301", "2026-03-01", ["value-repaired D2"]],
    ])("read %j as %s", (cell, expected, codes) => {
      const mapped = mapCell(dateHeader, cell);
      expect(memberText(mapped, datePath)).toBe(JSON.stringify(expected));
      expect(codesAndCells(mapped.findings)).toEqual(codes);
    });

    test.each<[CellText, string]>([
      ["03/04/2026", "date-ambiguous"],
      ["31/02/2026", "date-invalid"],
      ["2026-02-31", "date-invalid"],
      ["13/13/2026", "date-invalid"],
      ["tomorrow", "date-invalid"],
      [{ n: "46082" }, "date-invalid"],
      [typed("date", "2026-03-01T12:30:00"), "date-invalid"],
      [typed("time", "12:30:00"), "date-invalid"],
      [typed("time", "00:00:00"), "date-invalid"],
      [typed("duration", "PT36H"), "date-invalid"],
    ])("refuse %j with %s", (cell, code) => {
      expect(codesAndCells(mapCell(dateHeader, cell).findings)).toEqual([`${code} D2`]);
    });
  });
});
