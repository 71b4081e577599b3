import { expect, test } from "vitest";
import { compareContent } from "../../../src/submit/settle/compare-content.ts";

type Kind = ReturnType<typeof compareContent>["kind"];

const message = (document: unknown): string =>
  JSON.stringify({ externalReference: "S-1", singleAdministrativeDocument: document });

/** @param earlier newest first */
function compare(
  ours: unknown,
  earlier: readonly unknown[],
  declared: unknown,
  arraysCorrespond = true,
): Kind {
  return compareContent({
    declaration: message(declared),
    payload: message(ours),
    earlierPayloads: earlier.map(message),
    arraysCorrespond,
  }).kind;
}

test.each<[what: string, ours: unknown, earlier: unknown, declared: unknown, Kind]>([
  ["shows every changed value", { a: 2, b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }, "ours"],
  ["spells members in other letters", { grossMass: 2 }, { grossMass: 1 }, { GrossMass: 2 }, "ours"],
  ["has members that CAS added", { a: 2 }, { a: 1 }, { a: 2, deduced: "x" }, "ours"],
  ["writes a number with more zeros", { a: "7.5" }, { a: "8" }, { a: 7.5 }, "ours"],
  ["shows the old value", { a: 2 }, { a: 1 }, { a: 1 }, "other"],
  ["shows some new and some old", { a: 2, b: 2 }, { a: 1, b: 1 }, { a: 2, b: 1 }, "other"],
  ["shows a third value", { a: 2 }, { a: 1 }, { a: 3 }, "other"],
  ["leaves a changed member out", { a: 2, b: 2 }, { a: 1, b: 1 }, { a: 2 }, "unclear"],
  ["shows nothing of it", { a: 2 }, { a: 1 }, {}, "unclear"],
  ["has only what CAS may have deduced", { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1 }, "unclear"],
  ["still shows what the message left out", { a: 1 }, { a: 1, b: 1 }, { a: 1, b: 1 }, "unclear"],
  [
    "shows another value that did not change",
    { a: 2, b: 1 },
    { a: 1, b: 1 },
    { a: 2, b: 9 },
    "other",
  ],
  [
    "shows what changed and little else",
    { a: 2, b: 1, c: 1 },
    { a: 1, b: 1, c: 1 },
    { a: 2 },
    "unclear",
  ],
  [
    "has an element more",
    { i: [{ m: 1 }, { m: 2 }] },
    { i: [{ m: 1 }] },
    { i: [{ m: 1 }, { m: 2 }] },
    "ours",
  ],
  [
    "lacks that element",
    { i: [{ m: 1 }, { m: 2 }] },
    { i: [{ m: 1 }] },
    { i: [{ m: 1 }] },
    "unclear",
  ],
  [
    "shows the changed item",
    { i: [{ m: 1 }, { m: 3 }] },
    { i: [{ m: 1 }, { m: 2 }] },
    { i: [{ m: 1 }, { m: 3 }] },
    "ours",
  ],
])(
  "compareContent() with an earlier version: a declaration that %s is %j → %j, shown %j: %s",
  (_what, ours, earlier, declared, match) => {
    expect(compare(ours, [earlier], declared)).toBe(match);
  },
);

test("compareContent() does not compare lists of which the declaration may hold a part", () => {
  const ours = { i: [{ m: 2 }] };
  const earlier = { i: [{ m: 1 }] };
  expect(compare(ours, [earlier], ours)).toBe("ours");
  expect(compare(ours, [earlier], ours, false)).toBe("unclear");
  expect(compare(ours, [], { i: [{ m: 9 }] }, false)).toBe("unclear");
});

test("compareContent() takes content that an older version said, too, for no proof", () => {
  // The newest was taken, and CAS may not have come to it yet.
  expect(compare({ a: 1 }, [{ a: 2 }, { a: 1 }], { a: 1 })).toBe("unclear");
  expect(compare({ a: 3 }, [{ a: 2 }, { a: 1 }], { a: 3 })).toBe("ours");
});

test("compareContent() proves nothing where an earlier version's content is gone", () => {
  const payload = message({ items: [{ mass: 2 }] });
  const comparison = { declaration: payload, payload, arraysCorrespond: true };
  const earlier = message({ items: [{ mass: 1 }] });
  expect(compareContent({ ...comparison, earlierPayloads: [earlier] }).kind).toBe("ours");
  expect(compareContent({ ...comparison, earlierPayloads: ["{}"] }).kind).toBe("unclear");
  expect(compareContent({ ...comparison, earlierPayloads: [earlier, "{}"] }).kind).toBe("unclear");
});

test("compareContent() keeps numbers apart that a JavaScript number cannot", () => {
  const payload = '{"singleAdministrativeDocument":{"a":90071992547409930001}}';
  const earlier = '{"singleAdministrativeDocument":{"a":90071992547409930002}}';
  const comparison = { payload, earlierPayloads: [earlier], arraysCorrespond: true };
  expect(compareContent({ ...comparison, declaration: payload }).kind).toBe("ours");
  expect(compareContent({ ...comparison, declaration: earlier }).kind).toBe("other");
});

test.each<[what: string, declared: unknown, Kind]>([
  ["the same", { a: 1, b: "x" }, "ours"],
  ["the same with spaces and in capitals", { a: 1, b: " X " }, "ours"],
  ["half of it", { a: 1 }, "ours"],
  ["nothing of it", {}, "unclear"],
  ["another value", { a: 2, b: "x" }, "other"],
])(
  "compareContent() of a first version with a declaration that shows %s (%j): %s",
  (_what, declared, match) => {
    expect(compare({ a: 1, b: "x" }, [], declared)).toBe(match);
  },
);

test("compareContent() takes one value of many for no proof of a first version", () => {
  const ours = {
    invoiceCurrency: "EUR",
    goodsShipment: { exportCountry: "BE", items: [{ m: 7 }] },
  };
  expect(compare(ours, [], { invoiceCurrency: "EUR" })).toBe("unclear");
  expect(compare(ours, [], ours)).toBe("ours");
});

test.each(["", "<html>", "[]", '{"declarationId":"D"}'])(
  "compareContent() makes nothing of an answer that shows no document: %j",
  (declaration) => {
    const payload = message({ a: 2 });
    const earlierPayloads = [message({ a: 1 })];
    expect(
      compareContent({ declaration, payload, earlierPayloads, arraysCorrespond: true }).kind,
    ).toBe("unclear");
  },
);
