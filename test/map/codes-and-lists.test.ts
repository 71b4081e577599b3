// Codes: the lists of the world, and the damage that letters of other alphabets do.
import { describe, expect, test } from "vitest";
import { countryCodes } from "../../src/core/codes/countries.ts";
import { currencyDecimals } from "../../src/core/codes/currencies.ts";
import {
  additionalDeclarationTypes,
  bulkPackageTypes,
  declarationTypes,
  packageTypes,
} from "../../src/map/catalogue/code-lists.ts";
import { bodyOf, codesAndCells, mapCell } from "./sheets.ts";

describe("the lists", () => {
  test("hold the 249 countries of ISO 3166 and the 16 that customs adds", () => {
    expect(countryCodes.size).toBe(249 + 16);
    for (const code of ["BE", "NL", "GB", "XI", "XK", "XS", "QP", "EU"])
      expect(countryCodes).toContain(code);
    for (const code of ["UK", "EL", "SU", "ZZ", "AN"]) expect(countryCodes).not.toContain(code);
  });

  test("hold the package types of Recommendation 21, each of two characters", () => {
    expect(packageTypes.size).toBe(406);
    for (const code of packageTypes) expect(code).toMatch(/^[A-Z0-9]{2}$/);
    for (const code of ["CT", "PX", "BX", "43", "1A", "ZZ"]) expect(packageTypes).toContain(code);
    for (const code of bulkPackageTypes) {
      expect(packageTypes).toContain(code);
    }
  });

  test("hold the declaration types of the samples", () => {
    expect(declarationTypes).toEqual(new Set(["IM", "EX", "CO"]));
    for (const code of ["A", "D", "Z"]) expect(additionalDeclarationTypes).toContain(code);
  });

  test.each([
    ["EUR", 2],
    ["JPY", 0],
    ["KWD", 3],
    ["CLF", 4],
    // Where Intl says how people write amounts, which is not what ISO 4217 says.
    ["HUF", 2],
    ["LAK", 2],
    ["IQD", 3],
  ])("give %s %i decimals", (currency, decimals) => {
    expect(currencyDecimals(currency)).toBe(decimals);
  });
});

describe("a code that is in no list", () => {
  test.each([
    ["Declaration type", "XB"],
    ["Additional declaration type", "Q"],
    ["Package type", "Q1"],
    ["Declaration office", "QQ000567"],
    ["Agent EORI", "ZZ123456"],
    ["singleAdministrativeDocument.goodsShipment.exportCountry", "ZZ"],
  ])("is told and sent (%s %s)", (header, code) => {
    const mapped = mapCell(header, code);
    expect(codesAndCells(mapped.findings)).toEqual(["code-not-in-list D2"]);
    expect(mapped.findings[0]?.severity).toBe("warning");
    expect(JSON.stringify(bodyOf(mapped))).toContain(`"${code}"`);
  });

  test("is refused where there are no others (a currency)", () => {
    const mapped = mapCell("singleAdministrativeDocument.goodsShipment.priceCurrency", "QQQ");
    expect(codesAndCells(mapped.findings)).toEqual(["value-not-allowed D2"]);
    expect(mapped.shipments[0]?.message).toBeNull();
  });
});

describe("letters that look alike", () => {
  test.each([
    ["Cyrillic", "\u0412\u0415212000"],
    ["small Cyrillic", "\u0432\u0435212000"],
    ["Greek", "\u0392\u0395212000"],
    ["full-width", "\uff22\uff25\uff12\uff11\uff12\uff10\uff10\uff10"],
    ["zero-width", "\u200bBE21\u20602000\ufeff"],
    ["no-break blanks", "BE\u00a021\u202f2000"],
    ["marks for right-to-left text", "\u202aBE212000\u202c"],
  ])("are replaced in a code and told (%s)", (_what, text) => {
    const mapped = mapCell("Declaration office", text);
    expect(codesAndCells(mapped.findings)).toEqual(["text-with-odd-characters D2"]);
    expect(JSON.stringify(bodyOf(mapped))).toContain('"declarationOfficeCode":"BE212000"');
  });

  test.each([
    ["8542319O", "85423190"],
    ["8S423190", "85423190"],
    ["85423I9O", "85423190"],
  ])("in place of digits are not guessed (%s)", (text, meant) => {
    const mapped = mapCell("Commodity code", text);
    expect(codesAndCells(mapped.findings)).toEqual(["code-looks-mistyped D2"]);
    expect(mapped.findings[0]?.message).toContain(meant);
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test("in a reference are told, and it is sent as it stands", () => {
    const mapped = mapCell("Document reference", "\u0420\u041e-4711");
    expect(codesAndCells(mapped.findings)).toEqual(["text-mixes-scripts D2"]);
    expect(mapped.findings[0]?.message).toContain('looks like "PO-4711"');
    expect(JSON.stringify(bodyOf(mapped))).toContain("\u0420\u041e-4711");
  });

  test("are nothing odd in a word of their own alphabet", () => {
    expect(mapCell("Document reference", "\u0417\u0430\u043a\u0430\u0437-12").findings).toEqual([]);
  });
});

describe("errors of spreadsheet programs that became text", () => {
  test.each(["#N/A", "#REF!", "#NV", "#WAARDE!", "#valeur!", "########"])(
    "%s is refused",
    (text) => {
      const mapped = mapCell("Shipping marks", text);
      expect(codesAndCells(mapped.findings)).toEqual(["formula-error D2"]);
    },
  );

  test.each(["#", "# 12", "#4711", "N/A"])("%s is a text", (text) => {
    expect(mapCell("Shipping marks", text).findings).toEqual([]);
  });
});

describe("points in time", () => {
  const header = "singleAdministrativeDocument.acceptanceDateTime";

  test.each(["2026-03-01T12:00:00Z", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00.1234567Z"])(
    "%s is taken without a word",
    (text) => {
      const mapped = mapCell(header, text);
      expect(mapped.findings).toEqual([]);
      expect(JSON.stringify(bodyOf(mapped))).toContain(text);
    },
  );

  test.each([
    ["2026-03-01T12:00:00", "timestamp-without-zone"],
    ["2026-02-31T12:00:00Z", "date-invalid"],
    ["2026-03-01T25:00:00Z", "date-invalid"],
    ["2026-03-01", "date-invalid"],
    ["noon", "date-invalid"],
  ])("%s is refused with %s", (text, code) => {
    expect(codesAndCells(mapCell(header, text).findings)).toEqual([`${code} D2`]);
  });

  test("a date cell has no zone", () => {
    const cell = {
      type: "date",
      value: "2026-03-01T12:00:00",
      raw: "46082.5",
      format: "",
    } as const;
    expect(codesAndCells(mapCell(header, cell).findings)).toEqual(["timestamp-without-zone D2"]);
  });
});

describe("a text of exactly 255 characters", () => {
  test.each([254, 256])("may be cut, one of %i is not", (length) => {
    expect(mapCell("Shipping marks", "x".repeat(255)).findings[0]?.code).toBe("text-maybe-cut");
    expect(mapCell("Shipping marks", "x".repeat(length)).findings).toEqual([]);
  });

  test("is sent whole", () => {
    const text = "x".repeat(255);
    expect(JSON.stringify(bodyOf(mapCell("Shipping marks", text)))).toContain(text);
  });
});
