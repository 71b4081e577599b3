import { expect, test } from "vitest";
import { visibleJson, visibleLine, visibleText } from "../../../src/core/text/visible-text.ts";
import { findingsOf } from "../../support/check-files.ts";

test("visibleText() leaves line breaks and sound texts as they are", () => {
  expect(visibleText("a\nb\tc 😀 \ufffd")).toBe("a\nb\tc 😀 \ufffd");
  expect(visibleText("a\u001db\ud800")).toBe("a<U+001D>b<U+D800>");
});

test("visibleText() names what reorders a text or is not seen, and leaves what scripts and emoji need", () => {
  expect(visibleText("a\u202eb\u2066c\u200bd\ufeff")).toBe("a<U+202E>b<U+2066>c<U+200B>d<U+FEFF>");
  const sound = "Müller שלום ‌می‌خواهم 👨‍👩‍👧 ＝ \u00a0 \u00ad";
  expect(visibleText(sound)).toBe(sound);
});

test("visibleLine() makes one line of any text, and keeps its indentation", () => {
  const breaks = ["\n", "\r", "\r\n", "\n\n", "\u2028", "\u0085", "\v", "\f"];
  for (const lineEnd of breaks) {
    expect(visibleLine(`  a ${lineEnd} 5 accepted by CAS`)).toMatch(/^  a ?.*5 accepted by CAS$/);
  }
  expect(visibleLine(" ".repeat(200_000) + "\n")).toBe(" ");
});

test("visibleJson() says the same, with escapes", () => {
  const value = { text: "a\u009b\u202e\u{e0041}b😀\u007f\u0000é" };
  const json = visibleJson(JSON.stringify(value));
  expect(json).toMatch(/^[\x20-\x7e😀é]+$/u);
  expect(JSON.parse(json)).toEqual(value);
});

test("No finding holds a control character, whether it stood in a header, a value or a column without one", async () => {
  const control = "\u001b";
  const own = `External${control} reference;Direction;Own${control}column;Gross mass (kg)`;
  const rows = [
    `A${control}-1;IN;x;1`,
    `A-2;I${control}N;"a${control}b;2`,
    `A-3;IN;x;3;${control}4`,
  ];
  const swallowed = ["A-1;IN;x;1", `A-2;IN;"x;2`, `A${control}-3;IN;y;3`, `A-4;IN;z";4`];
  for (const body of [rows.slice(0, 1), rows, [...rows.slice(0, 1), rows[2] ?? ""], swallowed]) {
    const findings = await findingsOf([
      { name: "a.csv", content: `${[own, ...body].join("\n")}\n` },
    ]);
    expect(findings).not.toEqual([]);
    for (const { message, header, value } of findings) {
      expect(`${message}${header ?? ""}${value ?? ""}`).not.toContain(control);
    }
  }
});
