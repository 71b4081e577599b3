import { describe, expect, test } from "vitest";
import { formatFieldPath, parseFieldPath } from "../../src/trace/field-path.ts";

const ITEM = "goodsShipment.governmentAgencyGoodsItems";

describe("parseFieldPath()", () => {
  test.each([
    [`${ITEM}[1].goodsMeasure.gmass`],
    [`$.${ITEM}[1].goodsMeasure.gmass`],
    ["/goodsShipment/governmentAgencyGoodsItems/1/goodsMeasure/gmass"],
    ["#/goodsShipment/governmentAgencyGoodsItems/1/goodsMeasure/gmass"],
    [` ${ITEM}[1] . goodsMeasure..gmass `],
  ])("reads %j as our own path", (path) => {
    expect(formatFieldPath(parseFieldPath(path, 0))).toBe(`${ITEM}[1].goodsMeasure.gmass`);
  });

  test.each(["", "$", "$.", "/", "#", "#/"])("reads %j as the whole message", (path) => {
    expect(parseFieldPath(path, 0)).toEqual([]);
  });

  test("counts from the first index of the path's kind", () => {
    expect(parseFieldPath("Packaging[2]", 1)).toEqual([{ name: "Packaging", index: 1 }]);
    expect(parseFieldPath("/packaging/2", 1)).toEqual([{ name: "packaging", index: 1 }]);
  });

  test("keeps an index before the first one in the name, where it names no element", () => {
    expect(parseFieldPath("Packaging[0]", 1)).toEqual([{ name: "Packaging[0]", index: null }]);
  });

  test("keeps what is no step of such a form as it is", () => {
    expect(parseFieldPath("items[a].x[1][2]", 0)).toEqual([
      { name: "items[a]", index: null },
      { name: "x[1][2]", index: null },
    ]);
    expect(parseFieldPath("/0/a~1b/~01", 0)).toEqual([
      { name: "0", index: null },
      { name: "a/b", index: null },
      { name: "~1", index: null },
    ]);
  });
});
