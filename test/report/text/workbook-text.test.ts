import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workbookText } from "../../../src/report/text/workbook-text.ts";

/** What Excel allows. */
const CELL_TEXT_MAX = 32_767;

describe("workbookText()", () => {
  it("shows control characters instead of losing them", () => {
    expect(workbookText("a\u0000b\u0007c\u007f")).toBe("a<U+0000>b<U+0007>c<U+007F>");
  });

  it("names half a surrogate pair, which no file can hold", () => {
    expect(workbookText("a\ud800b")).toBe("a<U+D800>b");
  });

  it("keeps what Excel would read as an escaped character", () => {
    expect(workbookText("_x0041_")).toBe("_x005F_x0041_");
    expect(workbookText("_xyz_")).toBe("_xyz_");
  });

  it("cuts a text that is too long where one sees it, with its length", () => {
    const cut = workbookText("x".repeat(40_000));
    expect(cut).toHaveLength(CELL_TEXT_MAX);
    expect(cut.endsWith("… [cut: the text has 40000 characters]")).toBe(true);
  });

  it("always gives text that XML and Excel can hold", () => {
    const codeUnit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = fc.string({ unit: codeUnit, maxLength: 60 });
    fc.assert(
      fc.property(text, (input) => {
        const output = workbookText(input);
        const holdable = !/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/.test(output);
        return holdable && output.isWellFormed() && output.length <= CELL_TEXT_MAX;
      }),
    );
  });
});
