// Codes and references that went through a column of numbers.
import { describe, expect, test } from "vitest";
import { findingsOf } from "../support/check-files.ts";
import { bodyOf, codesAndCells, mapCell, mapFlat } from "./sheets.ts";

const CODE = "Commodity code";

function sentCode(text: string): unknown {
  const body = JSON.stringify(bodyOf(mapCell(CODE, text)));
  return /"classification":\{"id":"([^"]*)"\}/.exec(body)?.[1];
}

describe("a commodity code with decimals", () => {
  test.each([
    ["1022100.0", "01022100 or 10221000"],
    ["1022100.00", "01022100 or another code"],
    ["1022100.000", "01022100 or"],
    ["1022100,0", "01022100 or"],
    ["1022100,00", "01022100 or"],
    ["1 022 100.0", "01022100 or"],
    ["10221.0", "010221 or 102210"],
    ["102210000.0", "0102210000 or 1022100000"],
    // A dot may stand between the groups of a code.
    ["854231.00", "854231 or 85423100"],
    ["854231.0000", "854231 or 8542310000"],
    ["85423190.00", "85423190 or 8542319000"],
  ])("is refused where it can be two codes (%s)", (text, readings) => {
    const mapped = mapCell(CODE, text);
    expect(codesAndCells(mapped.findings)).toEqual(["code-with-decimals D2"]);
    expect(mapped.findings[0]?.message).toContain(readings);
    expect(mapped.findings[0]?.hint).toContain("pad:");
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test.each([
    ["85423190.0", "85423190"],
    ["85423190,00", "85423190"],
    ["85423190.000", "85423190"],
    ["854231.0", "854231"],
    ["8542319000.0", "8542319000"],
    ["8542319000.00", "8542319000"],
  ])("is read where it is whole (%s)", (text, code) => {
    expect(codesAndCells(mapCell(CODE, text).findings)).toEqual(["code-as-number D2"]);
    expect(sentCode(text)).toBe(code);
  });

  test.each([
    ["8542.31.90", "85423190"],
    ["0102.21", "010221"],
    ["0102 21 00", "01022100"],
    ["2501.00", "250100"],
    ["8542.3100", "85423100"],
    ["8542.31.00.00", "8542310000"],
    ["010221.00", "01022100"],
  ])("is none where dots and blanks make groups (%s)", (text, code) => {
    expect(codesAndCells(mapCell(CODE, text).findings)).toEqual(["value-repaired D2"]);
    expect(sentCode(text)).toBe(code);
  });

  test.each(["1.0221E+06", "1.0221E06", "1,0221E+6"])("has no exponent (%s)", (text) => {
    expect(codesAndCells(mapCell(CODE, text).findings)).toEqual(["number-exponent D2"]);
  });

  test("cannot be made less of: there is no value to send", async () => {
    const content = `Ref;Dir;Text;Code\nPO-1;IN;Bolts;1022100.0\n`;
    const profile = profileOf("Code: Commodity code", "severities: { code-with-decimals: off }");
    const findings = await findingsOf([{ name: "a.csv", content }], { profile });
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "error code-with-decimals",
    ]);
  });
});

function profileOf(column: string, ...more: readonly string[]): string {
  return [
    ...["version: 1", "columns:", "  Ref: External reference", "  Dir: Direction"],
    ...["  Text: Goods description", `  ${column}`, ...more, ""],
  ].join("\n");
}

describe("a profile", () => {
  const padded = (transforms: string) =>
    profileOf(`Code: { to: Commodity code, transforms: ${transforms} }`);
  const check = (text: string, transforms: string) =>
    findingsOf([{ name: "a.csv", content: `Ref;Dir;Text;Code\nPO-1;IN;Bolts;"${text}"\n` }], {
      profile: padded(transforms),
    });

  test.each(["1022100.0", "1022100.00", "1022100,0", "01022100", "85423190.0", "85423190"])(
    "that pads makes %s certain",
    async (text) => {
      expect(await check(text, "[{ pad: 8 }]")).toEqual([]);
      expect(await check(text, "[digits, { pad: 8 }]")).toEqual([]);
    },
  );

  test.each(["digits", "{ pad: 8 }"])(
    "that says %s does not take a zero for a digit",
    async (of) => {
      expect(codesAndCells(await check("854231.00", `[${of}]`))).toEqual(["code-with-decimals D2"]);
      expect(codesAndCells(await check("85423190.00", `[${of}]`))).toEqual([
        "code-with-decimals D2",
      ]);
    },
  );

  test("that says digits leaves a lost zero to be told", async () => {
    expect(codesAndCells(await check("1022100.0", "[digits]"))).toEqual(["code-format D2"]);
  });
});

describe("another code with decimals", () => {
  test.each([
    ["Document type", "380.0", '"type":"380"', ["code-as-number D2"]],
    ["Package type", "43.0", '"type":"43"', ["code-as-number D2"]],
    ["Agent status", "2.0", '"agentStatus":"2"', ["value-repaired D2"]],
  ])("is read where it is whole (%s %s)", (header, text, sent, codes) => {
    const mapped = mapCell(header, text);
    expect(codesAndCells(mapped.findings)).toEqual(codes);
    expect(JSON.stringify(bodyOf(mapped))).toContain(sent);
  });

  test.each([
    ["Consignee EORI", "BE0123456789.0"],
    ["Consignee EORI", "BE0123456789.00"],
    ["Declaration office", "BE21200.0"],
  ])("is refused (%s %s)", (header, text) => {
    expect(codesAndCells(mapCell(header, text).findings)).toEqual(["code-with-decimals D2"]);
  });

  test("is none where dots make groups", () => {
    expect(codesAndCells(mapCell("Consignee EORI", "BE0123.456.000").findings)).toEqual([
      "value-repaired D2",
    ]);
  });
});

describe("a reference with decimals", () => {
  test.each(["4500012345.0", "4500012345.00", "4500012345,0", "7.0"])("is refused (%s)", (text) => {
    for (const header of ["Document reference", "Storage location"]) {
      const mapped = mapCell(header, text);
      expect(codesAndCells(mapped.findings)).toEqual(["code-with-decimals D2"]);
      expect(mapped.findings[0]?.message).toContain(`may be ${text.replace(/[.,].*/, "")}`);
    }
    const row = [text, "IN", "Bolts"];
    const mapped = mapFlat(["External reference", "Direction", "Goods description"], [row]);
    expect(codesAndCells(mapped.findings)).toEqual(["code-with-decimals A2"]);
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test.each(["4500012345.1", "10.20", "V1.0", "2026-1.0.0", "INV/1.0", "0.5", "100", "1.000.000"])(
    "is none in %s",
    (text) => {
      expect(mapCell("Document reference", text).findings).toEqual([]);
    },
  );

  test("has no exponent of Java", () => {
    expect(codesAndCells(mapCell("Document reference", "4.500012345E9").findings)).toEqual([
      "number-exponent D2",
    ]);
    expect(mapCell("Document reference", "4E9").findings).toEqual([]);
  });

  test("goes out as it is written where a profile says so", async () => {
    const content = `Ref;Dir;Text;Doc\nPO-1;IN;Bolts;4711.0\n`;
    const files = [{ name: "a.csv", content }];
    const more = "severities: { code-with-decimals: warning }";
    const profile = profileOf("Doc: Document reference", more);
    expect((await findingsOf(files, { profile })).map(({ severity }) => severity)).toEqual([
      "warning",
    ]);
    const split = profileOf(
      'Doc: { to: Document reference, transforms: [{ split: { by: ".", part: 1 } }] }',
    );
    expect(await findingsOf(files, { profile: split })).toEqual([]);
  });
});
