// What customs says of codes and values: what is legal is sent without a word, what cannot be right is
// told.
import { describe, expect, test } from "vitest";
import { currencyCodes, withdrawnCurrencyCodes } from "../../src/core/codes/currencies.ts";
import { findingsOf } from "../support/check-files.ts";
import { bodyOf, codesAndCells, mapCell, mapFlat, type CellText, type Mapped } from "./sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const GOODS = "singleAdministrativeDocument.goodsShipment";
const ITEM = `${GOODS}.governmentAgencyGoodsItems[]`;

function map(more: readonly string[], ...rows: readonly (readonly CellText[])[]): Mapped {
  const full = rows.map((row) => ["PO-1", "IN", "Bolts", ...row]);
  return mapFlat([...HEADER, ...more], full);
}

function isSent({ shipments }: Mapped): boolean {
  return shipments.every(({ message }) => message !== null);
}

describe("an EORI number", () => {
  test.each([
    ...["BE0123456789", "FI1234567-8", "GB123456789000", "GB123456789000123", "XI123456789000"],
    ...["US12345678", "CN-SUP-9", "DE1234567", "NL123456789", "JPABCDEF-12"],
  ])("is legal (%s)", (code) => {
    const mapped = mapCell("Consignee EORI", code);
    expect(mapped.findings).toEqual([]);
    expect(JSON.stringify(bodyOf(mapped))).toContain(`"${code}"`);
  });

  test.each([
    ["BE0", "no number"],
    ["BE00000000", "no number"],
    ["NL-", "no number"],
    ["GB123456789", "12 or 15 digits"],
    ["XI1234567890", "12 or 15 digits"],
    ["DE1234567/0000", "branch number"],
    ["FR12*34", "signs other than"],
  ])("is doubtful and sent (%s)", (code, why) => {
    const mapped = mapCell("Consignee EORI", code);
    expect(codesAndCells(mapped.findings)).toEqual(["code-doubtful D2"]);
    expect(mapped.findings[0]?.message).toContain(why);
    expect(mapped.findings[0]?.severity).toBe("warning");
    expect(isSent(mapped)).toBe(true);
  });

  test.each(["1234", "12345678", "BE", "BE1234567890123456"])("is refused (%s)", (code) => {
    expect(codesAndCells(mapCell("Consignee EORI", code).findings)).toEqual(["code-format D2"]);
  });
});

describe("a mass", () => {
  test("may have six decimals, and no more", () => {
    const mapped = mapCell("Gross mass (kg)", "0.123456");
    expect(mapped.findings).toEqual([]);
    expect(JSON.stringify(bodyOf(mapped))).toContain("0.123456");
    expect(codesAndCells(mapCell("Net mass (kg)", "0.1234567").findings)).toEqual([
      "number-too-precise D2",
    ]);
  });

  test("is no money, which has four", () => {
    expect(codesAndCells(mapCell("Customs value", "0.12345").findings)).toEqual([
      "number-too-precise D2",
    ]);
  });
});

describe("a number of packages", () => {
  const PACKAGING = ["Item number", "Package type", "Package quantity", "Shipping marks"];

  test("is 0 for goods that are packed with others of the same marks", () => {
    const mapped = map(PACKAGING, ["1", "CT", "3", "A"], ["2", "CT", "0", "A"]);
    expect(mapped.findings).toEqual([]);
  });

  test("is not 0 where nothing else counts the packages", () => {
    const mapped = map(PACKAGING, ["1", "CT", "3", "A"], ["2", "CT", "0", "B"]);
    expect(codesAndCells(mapped.findings)).toEqual(["packaging-contradiction F3"]);
    expect(isSent(mapped)).toBe(true);
  });
});

describe("a commodity code", () => {
  test.each(["9999999999", "00000000", "111111"])("of one digit is told and sent (%s)", (code) => {
    const mapped = mapCell("Commodity code", code);
    expect(mapped.findings).toHaveLength(1);
    expect(mapped.findings[0]?.severity).toBe("warning");
    expect(isSent(mapped)).toBe(true);
  });

  test.each(["77010000", "00123456"])("of no chapter is told (%s)", (code) => {
    expect(codesAndCells(mapCell("Commodity code", code).findings)).toEqual([
      "code-not-in-list D2",
    ]);
  });

  test.each(["01022100", "99050000", "98800000", "854231"])("is told nothing of (%s)", (code) => {
    expect(mapCell("Commodity code", code).findings).toEqual([]);
  });
});

describe("a declaration type", () => {
  test.each([
    ["IN", "EX"],
    ["OUT", "IM"],
  ])("of the other direction stops the shipment (%s with %s)", (direction, type) => {
    const mapped = mapFlat([...HEADER, "Declaration type"], [["PO-1", direction, "Bolts", type]]);
    expect(codesAndCells(mapped.findings)).toEqual(["declaration-type-contradicts D2"]);
    expect(isSent(mapped)).toBe(false);
  });

  test.each([
    ["IN", "IM"],
    ["OUT", "EX"],
    ["IN", "CO"],
    ["OUT", "CO"],
  ])("is right (%s with %s)", (direction, type) => {
    const rows = [["PO-1", direction, "Bolts", type]];
    expect(mapFlat([...HEADER, "Declaration type"], rows).findings).toEqual([]);
  });

  test("that a profile says for all rows is held against them too", async () => {
    const profile = [
      ...["version: 1", "columns:", "  Ref: External reference", "  Dir: Direction"],
      ...["  Text: Goods description", "constants:", "  Declaration type: IM", ""],
    ].join("\n");
    const content = "Ref;Dir;Text\nPO-1;IN;Bolts\nPO-2;OUT;Nuts\n";
    const findings = await findingsOf([{ name: "a.csv", content }], { profile });
    expect(findings.map(({ code, row }) => [code, row])).toEqual([
      ["declaration-type-contradicts", 3],
    ]);
  });
});

describe("a document", () => {
  const DOCUMENT = ["Document category", "Document type"];

  test.each([
    ["N", "N380"],
    ["Y", "Y022"],
  ])("that says its category twice is told (%s with %s)", (category, type) => {
    const mapped = map(DOCUMENT, [category, type]);
    expect(codesAndCells(mapped.findings)).toEqual(["document-type-doubled E2"]);
    expect(isSent(mapped)).toBe(true);
  });

  test.each([
    ["N", "380"],
    ["N", "740"],
    ["C", "N380"],
    ["1", "1003"],
  ])("is told nothing of (%s with %s)", (category, type) => {
    expect(map(DOCUMENT, [category, type]).findings).toEqual([]);
  });
});

test("NULL as a document's type is told once, not as one that doubles N", () => {
  expect(
    map(["Document category", "Document type"], ["N", "NULL"]).findings.map(({ code }) => code),
  ).toEqual(["value-says-nothing"]);
});

describe("a currency", () => {
  test.each(["EUR", "VED", "XAU", "CHE", "XXX", "XCG", "SLE"])("is one (%s)", (code) => {
    expect(mapCell("Invoice currency", code).findings).toEqual([]);
  });

  test.each(["HRK", "BGN", "ANG", "SLL", "ZWL", "CUC"])("was one (%s)", (code) => {
    const mapped = mapCell("Invoice currency", code);
    expect(codesAndCells(mapped.findings)).toEqual(["code-not-in-list D2"]);
    expect(isSent(mapped)).toBe(true);
  });

  test("is in one of two lists", () => {
    for (const code of withdrawnCurrencyCodes) expect(currencyCodes).not.toContain(code);
    for (const code of [...currencyCodes, ...withdrawnCurrencyCodes]) {
      expect(code).toMatch(/^[A-Z]{3}$/);
    }
  });
});

describe("a country", () => {
  test.each(["XS", "XK", "XI", "QP", "QZ", "BE"])("is one (%s)", (code) => {
    expect(mapCell(`${GOODS}.exportCountry`, code).findings).toEqual([]);
  });

  test.each([
    ["GR000567", []],
    ["XI000014", []],
    ["EL000567", ["code-not-in-list D2"]],
    ["US000567", ["code-not-in-list D2"]],
  ])("of a customs office has such offices (%s)", (code, codes) => {
    expect(codesAndCells(mapCell("Declaration office", code).findings)).toEqual(codes);
  });
});

describe("members that are named by their path", () => {
  const MRN = "singleAdministrativeDocument.docRefNum";
  const CONTAINER = `${ITEM}.containerIdentification`;
  const MODE = `${GOODS}.consignment.borderTransportMeans.mode`;
  const TERMS = `${GOODS}.tradeTerms.termsCode`;

  test.each([
    [CONTAINER, "CSQU3054383"],
    [CONTAINER, "TANK-7"],
    [MRN, "INV-2026-1"],
    [MODE, "3"],
    [TERMS, "DAP"],
  ])("are told nothing of when they are right (%s %s)", (header, text) => {
    expect(mapCell(header, text).findings).toEqual([]);
  });

  test.each([
    [CONTAINER, "CSQU3054384"],
    [MODE, "6"],
    [TERMS, "DAT"],
    [TERMS, "FREE"],
  ])("are doubtful and sent (%s %s)", (header, text) => {
    const mapped = mapCell(header, text);
    expect(codesAndCells(mapped.findings)).toEqual(["code-doubtful D2"]);
    expect(isSent(mapped)).toBe(true);
  });

  test("are MRNs of which one last digit of ten is right", () => {
    const told = Array.from("0123456789", (digit) =>
      mapCell(MRN, `26BE00000000000J0${digit}`.slice(-18)),
    ).filter(({ findings }) => findings.length > 0);
    expect(told).toHaveLength(9);
  });

  test("may be numbers", () => {
    expect(mapCell(MODE, { n: "3" }).findings).toEqual([]);
    expect(codesAndCells(mapCell(MODE, { n: "6" }).findings)).toEqual(["code-doubtful D2"]);
  });
});

describe("what shipments lack", () => {
  const ADVICE = { advice: true } as const;
  const csv = (header: string, ...rows: readonly string[]) => [
    { name: "a.csv", content: `${[header, ...rows].join("\n")}\n` },
  ];
  const ALL = "External reference;Direction;Goods description;Commodity code;Consignee EORI";

  test("is told once for the file when there is no such column", async () => {
    const files = csv(
      HEADER.join(";"),
      ...Array.from({ length: 30 }, (_none, at) => `PO-${at};IN;Bolts`),
    );
    const findings = await findingsOf(files, ADVICE);
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringContaining(
        "Commodity code is missing in all 30 goods items (rows 2, 3, 4, 5, 6",
      ),
      expect.stringContaining("Consignee EORI is missing in all 30 imports"),
    ]);
    expect(findings.every(({ severity }) => severity === "warning")).toBe(true);
  });

  test("is told once with its rows when some have it", async () => {
    const files = csv(
      ALL,
      "PO-1;IN;Bolts;73181500;BE0123456789",
      "PO-2;IN;Bolts;;BE0123456789",
      "PO-3;IN;Bolts;73181500;",
    );
    const findings = await findingsOf(files, ADVICE);
    expect(codesAndCells(findings)).toEqual(["value-advisable D3", "value-advisable E4"]);
    expect(findings[0]?.message).toContain("1 of 3 goods items (row 3)");
  });

  test("is the consignor of an export", async () => {
    const files = csv(ALL, "PO-1;OUT;Bolts;73181500;");
    const findings = await findingsOf(files, ADVICE);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("Consignor EORI is missing in the only export (row 2)"),
    ]);
  });

  test("is nothing in an Update, or where another member says it", async () => {
    const update = csv(`${HEADER.join(";")};Message type`, "PO-1;IN;Bolts;Update");
    expect(await findingsOf(update, ADVICE)).toEqual([]);
    const elsewhere = csv(
      [...HEADER, `${ITEM}.commodity.itemId`, "singleAdministrativeDocument.importer.code"].join(
        ";",
      ),
      "PO-1;IN;Bolts;A-1;BE0123456789",
    );
    expect(await findingsOf(elsewhere, ADVICE)).toEqual([]);
  });

  test("is silenced by a profile", async () => {
    const profile = [
      ...["version: 1", "columns:", "  Ref: External reference", "  Dir: Direction"],
      ...["  Text: Goods description", "severities: { value-advisable: off }", ""],
    ].join("\n");
    const files = csv("Ref;Dir;Text", "PO-1;IN;Bolts");
    expect(await findingsOf(files, { profile, ...ADVICE })).toEqual([]);
  });
});

describe("a zero", () => {
  test("of a mass or a value is told once for its column", async () => {
    const header = [...HEADER, "Gross mass (kg)", "Net mass (kg)", "Customs value"].join(";");
    const content = `${header}\nPO-1;IN;Bolts;0;0;0\nPO-2;IN;Nuts;5;4;0\n`;
    const findings = await findingsOf([{ name: "a.csv", content }]);
    expect(codesAndCells(findings)).toEqual(["value-zero D2", "value-zero E2", "value-zero F2"]);
    expect(findings[2]?.message).toContain("is 0 in all 2 goods items (rows 2, 3)");
  });

  test("of a mass is none of goods that are packed with others", async () => {
    const header = [
      ...[...HEADER, "Item number", "Gross mass (kg)"],
      ...["Package type", "Package quantity", "Shipping marks"],
    ].join(";");
    const content = `${header}\nPO-1;IN;Bolts;1;5;CT;3;A\nPO-1;IN;Nuts;2;0;CT;0;A\n`;
    expect(await findingsOf([{ name: "a.csv", content }])).toEqual([]);
  });
});
