// Characters that no declaration can hold are told at their cell, and the rest of the file is read.
import { describe, expect, test } from "vitest";
import {} from "../../../src/map/cells/unsendable-characters.ts";
import { findingsOf } from "../../support/check-files.ts";
import { bodyOf, codesAndCells, mapCell, mapFlat } from "../sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];

describe("a control character", () => {
  test.each([
    ["\0", "U+0000"],
    ["\u0001", "U+0001"],
    ["\u000b", "U+000B"],
    ["\u001d", "U+001D"],
    ["\u007f", "U+007F"],
    ["\u0080", "U+0080"],
    ["\u0085", "U+0085"],
    ["\u009f", "U+009F"],
    ["\ud800", "U+D800"],
    ["\udc00", "U+DC00"],
    ["\ufffe", "U+FFFE"],
    ["\uffff", "U+FFFF"],
    ["\ufdd0", "U+FDD0"],
    ["\u{1fffe}", "U+1FFFE"],
  ])("stops its shipment, and is named (%j)", (character, name) => {
    for (const header of [
      ...["Shipping marks", "Storage location", "Document reference", "Consignee EORI"],
      ...["Commodity code", "Gross mass (kg)", "Message type", "tenant.anything"],
    ]) {
      const mapped = mapCell(header, `12${character}34`);
      expect(codesAndCells(mapped.findings)).toContain("control-character D2");
      const [finding] = mapped.findings.filter(({ code }) => code === "control-character");
      expect(finding?.message).toContain(`the character ${name}, which stands behind "12"`);
      expect(JSON.stringify(finding)).not.toContain(character);
      expect(mapped.shipments[0]?.message).toBeNull();
    }
  });

  test("in a reference leaves the row without a shipment, and the others are sent", () => {
    const rows = [
      ["PO\u001d1", "IN", "Bolts"],
      ["PO-2", "IN", "Nuts"],
    ];
    const mapped = mapFlat(HEADER, rows);
    expect(codesAndCells(mapped.findings)).toEqual(["control-character A2"]);
    expect(mapped.invalidRows).toHaveLength(1);
    expect(mapped.shipments.map(({ key }) => key?.externalReference)).toEqual(["PO-2"]);
  });

  test.each(["\t", "\n", "\r\n"])("is none in a description (%j)", (breaks) => {
    const mapped = mapCell("Shipping marks", `A${breaks}B`);
    expect(mapped.findings).toEqual([]);
    expect(JSON.stringify(bodyOf(mapped))).toContain(JSON.stringify(`A${breaks}B`));
  });

  test.each(["\t", "\n", "\r"])("is a line break or a tab in a reference (%j)", (breaks) => {
    for (const header of ["Document reference", "Storage location", "Consignee EORI"]) {
      expect(codesAndCells(mapCell(header, `BE${breaks}B1`).findings)).toEqual([
        "control-character D2",
      ]);
    }
  });

  test.each(["😀", "Größe", "żółw", "日本語", "é", "a\u00a0b", "\u2028"])(
    "is none of the others (%j)",
    (text) => {
      expect(mapCell("Shipping marks", text).findings).toEqual([]);
    },
  );

  test("behind a text is padding of a database when it is zero bytes, and is told", () => {
    const mapped = mapCell("Consignee EORI", "BE0123456789\0\0\0");
    expect(codesAndCells(mapped.findings)).toEqual(["value-repaired D2"]);
    expect(mapped.findings[0]?.message).toContain("without the 3 × U+0000 behind it");
    expect(JSON.stringify(bodyOf(mapped))).toContain('"BE0123456789"');
    expect(JSON.stringify(mapped.findings)).not.toContain("\\u0000");
  });

  test("of a value that the profile does not know is shown in words", async () => {
    const profile = [
      ...["version: 1", "columns:", "  Ref: External reference", "  Dir: Direction"],
      "  Text: { to: Goods description, values: { a: Bolts } }\n",
    ].join("\n");
    const content = "Ref;Dir;Text\nPO-1;IN;b\u009fc\n";
    const [finding] = await findingsOf([{ name: "a.csv", content }], { profile });
    expect(finding?.code).toBe("value-not-allowed");
    expect(finding?.message).toContain('"b<U+009F>c"');
  });
});

describe("a character that was lost", () => {
  test("stops its shipment unless a profile says that it may go", () => {
    const mapped = mapCell("Shipping marks", "M\ufffdller");
    expect(codesAndCells(mapped.findings)).toEqual(["character-lost D2"]);
    expect(mapped.findings[0]?.message).toContain('behind "M"');
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test("leaves no code to be sent", () => {
    expect(codesAndCells(mapCell("Commodity code", "8542\ufffd3190").findings)).toEqual([
      "character-lost D2",
    ]);
  });
});
