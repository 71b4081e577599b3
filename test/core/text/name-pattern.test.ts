import { describe, expect, test } from "vitest";
import { fitsPattern } from "../../../src/core/text/name-pattern.ts";

describe("fitsPattern()", () => {
  test.each([
    ["SAP_1.csv", "SAP_*.csv", true],
    [" sap_1.CSV ", "SAP_*.csv", true],
    ["SAP_.csv", "SAP_*.csv", true],
    ["SAP.csv", "SAP_*.csv", false],
    ["x SAP_1.csv", "SAP_*.csv", false],
    ["a", "a", true],
    ["ab", "a", false],
    ["aba", "ab*ba", false],
    ["abba", "ab*ba", true],
    ["a.b", "a?b", false],
    ["abcabd", "*ab*d", true],
    ["", "*", true],
  ])("%s by %s: %s", (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  test("does not go back and forth", () => {
    expect(fitsPattern("a".repeat(200), `${"*a".repeat(100)}*b`)).toBe(false);
  });
});
