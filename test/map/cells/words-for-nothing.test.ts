// Words for "there is none" are no codes and no references.
import { describe, expect, test } from "vitest";
import { findingsOf } from "../../support/check-files.ts";
import { codesAndCells, mapCell, mapFlat } from "../sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const WORDS = [
  ...["NULL", "null", "(null)", "<null>", "\\N", "nan", "NaN", "None", "nil", "undefined"],
  ...["n/a", "N/A", "-", "--", "?", ".", "TBD", "unknown", "onbekend", "inconnu", "unbekannt"],
  ...["k.A.", "n.v.t.", "keine", "Ohne", "geen", "AUCUN"],
];

describe.each(WORDS)("%s", (word) => {
  test("is no reference, code or location", () => {
    for (const header of [
      ...["Document reference", "Storage location", "Consignee EORI", "Declaration office"],
      ...["Commodity code", "Document type", "Invoice currency", "Package type"],
    ]) {
      const mapped = mapCell(header, word);
      expect(codesAndCells(mapped.findings)).toEqual(["value-says-nothing D2"]);
      expect(mapped.findings[0]?.hint).toContain("values:");
      expect(mapped.shipments[0]?.message).toBeNull();
    }
  });

  test("is no shipment", () => {
    const mapped = mapFlat(HEADER, [
      [word, "IN", "Bolts"],
      [word, "IN", "Nuts"],
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "value-says-nothing A2",
      "value-says-nothing A3",
    ]);
    expect(mapped.shipments).toEqual([]);
    expect(mapped.invalidRows).toHaveLength(2);
  });

  test("is no number, date or choice", () => {
    for (const header of ["Gross mass (kg)", "Package quantity", "Message type"]) {
      const [finding] = mapCell(header, word).findings;
      expect(finding?.severity).toBe("error");
    }
  });
});

test.each(["NA", "NO", "NE"])("%s is a country", (code) => {
  const header = "singleAdministrativeDocument.goodsShipment.exportCountry";
  expect(mapCell(header, code).findings).toEqual([]);
});

test.each(["NO-1", "NULL-1", "0", "00", "NONESUCH", "X", "A-B"])("%s is a reference", (text) => {
  expect(mapCell("Document reference", text).findings).toEqual([]);
});

describe("a text", () => {
  const file = (header: string, ...values: readonly string[]) => {
    const rows = values.map((value, at) => `PO-${at};IN;${value}`);
    return [
      { name: "a.csv", content: `External reference;Direction;${header}\n${rows.join("\n")}\n` },
    ];
  };

  test("that says nothing is told once for its column and sent", async () => {
    const findings = await findingsOf(file("Goods description", "NULL", "Bolts", "null", "TBD"));
    expect(codesAndCells(findings)).toEqual(["values-say-nothing C2"]);
    expect(findings[0]?.message).toContain("3 cells");
    expect(findings[0]?.severity).toBe("warning");
  });

  test("of a member that we do not know is told as well", async () => {
    const files = file("Goods description;tenant.costCenter", "Bolts;NULL", "Nuts;7");
    const codes = codesAndCells(await findingsOf(files));
    expect(codes).toEqual(["header-unchecked D1", "values-say-nothing D2"]);
  });

  test("may be a dash where none is needed, and N/M is the mark of goods without marks", () => {
    expect(mapCell("Shipping marks", "-").findings).toEqual([]);
    expect(mapCell("Shipping marks", "N/M").findings).toEqual([]);
  });
});

describe("a profile", () => {
  const profile = (office: string, ...more: readonly string[]) =>
    [
      ...["version: 1", "columns:", "  Ref: External reference", "  Dir: Direction"],
      ...["  Text: Goods description", `  Eori: { to: Consignee EORI${office} }`, ...more, ""],
    ].join("\n");
  const files = [{ name: "a.csv", content: "Ref;Dir;Text;Eori\nPO-1;IN;Bolts;NULL\n" }];

  test("says that the word means a blank", async () => {
    const blank = profile(', values: { "NULL": "" }, otherValues: keep');
    expect(await findingsOf(files, { profile: blank })).toEqual([]);
  });

  test("says that the word is meant", async () => {
    const meant = profile("", "severities: { value-says-nothing: warning }");
    const findings = await findingsOf(files, { profile: meant });
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning value-says-nothing",
    ]);
  });
});
