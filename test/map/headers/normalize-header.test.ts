import { describe, expect, test } from "vitest";
import { normalizeHeader } from "../../../src/map/headers/normalize-header.ts";
import { toDecimal } from "../../../src/core/decimal.ts";

describe("normalizeHeader()", () => {
  test.each([
    [" * Gross mass (kg) * ", "gross mass"],
    ["**", ""],
    ["Value *(EUR)", "value"],
  ])('makes "%s" "%s"', (header, normalized) => {
    expect(normalizeHeader(header)).toBe(normalized);
  });

  // The time must grow with the length, not with its square: headers are compared before any limit on time.
  test.each([" ", "\u00a0", "\t", "*"])("reads 200,000 times %j within a header", (character) => {
    expect(normalizeHeader(`a${character.repeat(200_000)}b`).at(-1)).toBe("b");
  });
});

test("toDecimal() reads 400,000 zeros within a number", () => {
  const text = `1.1${"0".repeat(400_000)}1`;
  expect(toDecimal(`${text}0`)).toBe(text);
});
