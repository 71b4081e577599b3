import { expect, test } from "vitest";
import { messageText, shortened } from "../../../src/core/text/quoted-text.ts";
import { findingsOf } from "../../support/check-files.ts";

const LONG = "9".repeat(100_000);

test("shortened() says how long the text is, and cuts no pair of surrogates", () => {
  expect(shortened("x".repeat(100_000))).toBe(`${"x".repeat(80)} … (100,000 characters)`);
  expect(shortened("x".repeat(80))).toBe("x".repeat(80));
  expect(shortened(`${"x".repeat(79)}😀y`)).toBe(`${"x".repeat(79)} … (82 characters)`);
});

test("messageText() cuts what is quoted, and keeps what is said of it", () => {
  const message = `Gross mass cannot be ${LONG}: it differs from "${LONG}x" in row 3, write at most 12 digits`;
  expect(messageText(message, LONG)).toBe(
    `Gross mass cannot be ${"9".repeat(80)} … (100,000 characters): it differs from "${"9".repeat(80)} … (100,000 characters)x" in row 3, write at most 12 digits`,
  );
  const short = 'Incoterms cannot be "XXX": one of "EXW" and "DAP" is needed';
  expect(messageText(short, "XXX")).toBe(short);
});

test.each([
  ["a number", "Gross mass (kg)", LONG],
  ["a text", "Goods description", "x".repeat(100_000)],
  ["a code", "Commodity code", `"${LONG}`],
  ["a header", LONG, "1"],
  ["a reference", "External reference", LONG],
  ["a direction", "Direction", LONG],
])(
  "A finding about %s of 100,000 characters has a message that can be read",
  async (_, header, value) => {
    const other = header === "External reference" ? "Reference" : "External reference";
    const content = `${other};Direction;${header}\nA-1;IN;${value}\n`;
    const findings = await findingsOf([{ name: "a.csv", content }]);
    expect(findings).not.toEqual([]);
    for (const { message, hint } of findings) {
      expect(`${message}${hint ?? ""}`.length).toBeLessThan(1_500);
    }
  },
);
