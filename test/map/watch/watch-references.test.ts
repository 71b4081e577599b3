// References that a person takes for one and a computer for two, or the other way round.
import { describe, expect, test } from "vitest";
import { findingsOf } from "../../support/check-files.ts";
import { workbook } from "../../support/simple-workbook.ts";
import { bodyOf, codesAndCells, mapCell } from "../sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];

async function told(...references: readonly string[]): Promise<readonly string[]> {
  const rows = references.map((reference, at) => [reference, "IN", `Bolts M${at}`]);
  const content = workbook({ Shipments: [HEADER, ...rows] });
  const findings = await findingsOf([{ name: "a.xlsx", content }]);
  return findings.map(({ code, cell, message }) => {
    const cells = message.match(/\bA\d+(?: and|, like the one in) A\d+/g)?.join(", ") ?? cell ?? "";
    return `${code} ${cells}`;
  });
}

describe("references that are read as one", () => {
  test.each([
    ["a blank behind", "PO-1 "],
    ["a blank in front", " PO-1"],
    ["a no-break blank", "PO-1\u00a0"],
    ["a tab", "PO-1\t"],
    ["a narrow no-break blank in front", "\u202fPO-1"],
    ["a mark of byte order", "\ufeffPO-1"],
  ])("are told with their cells (%s)", async (_what, twin) => {
    expect(await told("PO-1", twin)).toEqual(["references-merged A2 and A3"]);
    expect(await told("PO-1", "PO-2", twin)).toEqual(["references-merged A2 and A4"]);
    expect(await told(twin, "PO-2", "PO-1")).toEqual(["references-merged A2 and A4"]);
  });

  test("are told once, with their number", async () => {
    const references = Array.from({ length: 14 }, (_none, at) => `PO-1${" ".repeat(at)}`);
    const content = workbook({
      Shipments: [HEADER, ...references.map((reference) => [reference, "IN", "Bolts"])],
    });
    const findings = await findingsOf([{ name: "a.xlsx", content }]);
    expect(findings.map(({ code }) => code)).toEqual(["references-merged"]);
    expect(findings[0]?.message).toContain("5 of 13 shown");
  });

  test("are none when they are written alike", async () => {
    expect(await told("PO-1 ", "PO-1 ", "PO-2 ", "PO-1 ")).toEqual([]);
    expect(await told("PO-1", "", "PO-2", "PO-1")).toEqual([]);
  });

  test("are none where a profile has made them one", async () => {
    const profile = [
      ...["version: 1", "columns:", "  Ref: { to: External reference, transforms: [upper] }"],
      ...["  Dir: Direction", "  Text: Goods description", ""],
    ].join("\n");
    const content = "Ref;Dir;Text\npo-1;IN;Bolts\nPO-1;IN;Nuts\n";
    expect(await findingsOf([{ name: "a.csv", content }], { profile })).toEqual([]);
  });
});

describe("references of two shipments", () => {
  test.each([
    ["capitals", "po-1"],
    ["a blank", "PO -1"],
    ["a full-width letter", "\uff30O-1"],
    ["a Cyrillic letter", "P\u041e-1"],
    ["a dot at the end", "PO-1."],
    ["another dash", "PO\u20131"],
  ])("that differ in %s are told", async (_what, twin) => {
    const codes = await told("PO-1", "PO-2", twin);
    expect(codes).toContain("references-alike A4, like the one in A2");
  });

  test("that are composed and decomposed Unicode are told", async () => {
    expect(await told("Zürich-1", "Zürich-1".normalize("NFD"))).toEqual([
      "references-alike A3, like the one in A2",
    ]);
  });

  test.each([["PO-10"], ["PO_1"], ["PO-l"], ["P0-1"], ["PO.1"]])(
    "that differ are not told (%s)",
    async (other) => {
      expect(await told("PO-1", other)).toEqual([]);
    },
  );

  test("are found among very many", async () => {
    const rows = Array.from({ length: 20_000 }, (_none, at) => `PO-${at};IN;Bolts`);
    const content = [HEADER.join(";"), ...rows, "po-17;IN;Nuts", ""].join("\n");
    const findings = await findingsOf([{ name: "a.csv", content }]);
    expect(
      findings.map(({ code, message }) => [code, message.includes("A20002, like the one in A19")]),
    ).toEqual([["references-alike", true]]);
  });
});

describe("a character that nobody sees", () => {
  test.each([
    ["zero-width blank", "\u200b"],
    ["zero-width joiner", "\u200d"],
    ["mark for left-to-right text", "\u200e"],
    ["override", "\u202e"],
    ["isolate", "\u2067"],
    ["word joiner", "\u2060"],
    ["soft hyphen", "\u00ad"],
    ["mark of byte order", "\ufeff"],
    ["variation", "\ufe0f"],
    ["separator of lines", "\u2028"],
  ])("stops the shipment when it is in a reference (%s)", (_what, character) => {
    for (const header of ["Document reference", "Storage location"]) {
      const mapped = mapCell(header, `PO${character}1`);
      expect(codesAndCells(mapped.findings)).toEqual(["invisible-characters D2"]);
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
      expect(mapped.findings[0]?.message).toContain(`U+${code}`);
      expect(mapped.shipments[0]?.message).toBeNull();
    }
  });

  test("is nothing in a description", () => {
    const mapped = mapCell("Shipping marks", "co\u00adoperate");
    expect(mapped.findings).toEqual([]);
    expect(JSON.stringify(bodyOf(mapped))).toContain("co\u00adoperate");
  });
});
