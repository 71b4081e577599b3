import { describe, expect, it } from "vitest";
import { joinShown } from "../../../src/report/text/join-texts.ts";

describe("joinShown()", () => {
  it("says how much of a list it left out", () => {
    expect(joinShown(["a", "b"], 5, "; ")).toBe("a; b; (2 of 5 shown)");
    expect(joinShown(["a", "b"], 2, "; ")).toBe("a; b");
  });
});
