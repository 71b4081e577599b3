// What a cell shows of a number, in the number formats that people give to codes.
import { describe, expect, test } from "vitest";
import { shownText } from "../../../src/map/cells/shown-text.ts";
import { findingsOf } from "../../support/check-files.ts";

describe("shownText()", () => {
  test.each([
    ["77", '"DO-"00000', "DO-00077"],
    ["20260301", "0000-00-00", "2026-03-01"],
    ["1234567", '"DO-"00-00', "DO-12345-67"],
    ["77", "00000", "00077"],
    ["77", "General", "77"],
    ["-5", "General", "-5"],
    ["77", "0.00", "77"],
    ["1234", "#,##0", "1234"],
  ])("%s in the format %s is %s", (value, format, shown) => {
    expect(shownText(value, format)).toBe(shown);
  });

  test.each([
    ["0.5", "0%"],
    ["0.5", "0"],
    ["-5", '"DO-"00000'],
    ["77", "0.00E+00"],
    ["77", '0;"x"0;"none"'.replace("0;", '"a"0;')],
  ])("%s in the format %s is not known", (value, format) => {
    expect(shownText(value, format)).toBeNull();
  });
});

describe("a decimal mark that nothing in the head tells", () => {
  const csv = (...masses: readonly string[]) => [
    {
      name: "a.csv",
      content: [
        "External reference;Direction;Goods description;Gross mass (kg)",
        ...masses.map((mass, at) => `PO-${at};IN;Bolts;${mass}`),
      ].join("\n"),
    },
  ];

  test("is told once for its column", async () => {
    const findings = await findingsOf(csv("1,234", "12,345", "123"));
    expect(findings.map(({ code, cell }) => `${code} ${cell ?? ""}`)).toEqual([
      "numbers-ambiguous D2",
    ]);
  });

  test("is settled by one number that can be read in one way", async () => {
    expect(await findingsOf(csv("1,234", "12,5"))).toEqual([]);
  });

  test("is settled by the user", async () => {
    expect(await findingsOf(csv("1,234"), { reading: { decimalMark: "," } })).toEqual([]);
  });
});
