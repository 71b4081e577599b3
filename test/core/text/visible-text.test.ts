import { expect, test } from "vitest";
import { visibleText } from "../../../src/core/text/visible-text.ts";
import { findingsOf } from "../../support/check-files.ts";

test("visibleText() leaves line breaks and sound texts as they are", () => {
  expect(visibleText("a\nb\tc 😀 \ufffd")).toBe("a\nb\tc 😀 \ufffd");
  expect(visibleText("a\u001db\ud800")).toBe("aU+001DbU+D800");
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
