import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CELL_TEXT_MAX, cellText, joinShown } from "../../../src/report/text/cell-text.ts";

describe("cellText()", () => {
  it("shows control characters instead of losing them", () => {
    expect(cellText("a\u0000b\u0007c\u007f")).toBe("a␀b␇c␡");
  });

  it("replaces half a surrogate pair, which no file can hold", () => {
    expect(cellText("a\ud800b")).toBe("a\ufffdb");
  });

  it("keeps what Excel would read as an escaped character", () => {
    expect(cellText("_x0041_")).toBe("_x005F_x0041_");
    expect(cellText("_xyz_")).toBe("_xyz_");
  });

  it("cuts a text that is too long where one sees it, with its length", () => {
    const cut = cellText("x".repeat(40_000));
    expect(cut).toHaveLength(CELL_TEXT_MAX);
    expect(cut.endsWith("… [cut: the text has 40000 characters]")).toBe(true);
  });

  it("always gives text that XML and Excel can hold", () => {
    const codeUnit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = fc.string({ unit: codeUnit, maxLength: 60 });
    fc.assert(
      fc.property(text, (input) => {
        const output = cellText(input);
        const holdable = !/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/.test(output);
        return holdable && output.isWellFormed() && output.length <= CELL_TEXT_MAX;
      }),
    );
  });
});

describe("joinShown()", () => {
  it("says how much of a list it left out", () => {
    expect(joinShown(["a", "b"], 5, "; ")).toBe("a; b; (2 of 5 shown)");
    expect(joinShown(["a", "b"], 2, "; ")).toBe("a; b");
  });
});
