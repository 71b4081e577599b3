import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyOfEdits } from "../../src/change/body-of-edits.ts";
import { patched, replacedLists } from "../../src/change/selective-model.ts";
import { canonicalJson, parseJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const leaf = fc.oneof(fc.string({ maxLength: 4 }), fc.boolean(), fc.constant(null));

/** Objects whose lists have elements with a casReference each, as CAS shows them. */
const { tree } = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
  tree: fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("tree"),
    fc
      .array(tie("tree"), { minLength: 1, maxLength: 3 })
      .map((list) => list.map((one, at) => ({ ...one, casReference: `r${at}` }))),
  ),
}));

function json(value: unknown): JsonValue {
  return parseJson(JSON.stringify(value));
}

interface Place {
  readonly path: string;
  readonly value: JsonValue;
}

/** Every single value of a declaration, by index. */
function placesOf(value: JsonValue, path = ""): readonly Place[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((one, at) => placesOf(one, `${path}[${at}]`));
  }
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value as JsonObject).flatMap(([key, one]) =>
    key === "casReference" ? [] : placesOf(one, path === "" ? key : `${path}.${key}`),
  );
}

describe("the selective model", () => {
  test("a value set by its path changes that value and nothing else, in any order of the paths", () => {
    fc.assert(
      fc.property(tree, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (start, picks) => {
        const before = json(start);
        const places = placesOf(before);
        if (places.length === 0) return;
        const chosen = new Set(picks.map((pick) => places[pick % places.length]));
        const edits = [...chosen].flatMap((place) =>
          place === undefined
            ? []
            : [{ path: place.path, value: '"new"', isJson: true, place: "" }],
        );
        const body = bodyOfEdits(before, edits, () => false);
        const after = patched(before, body);
        const paths = edits.map(({ path }) => path);
        expect(placesOf(after)).toEqual(
          places.map(({ path, value }) => ({ path, value: paths.includes(path) ? "new" : value })),
        );
        expect(replacedLists(before, body)).toEqual([]);
        const reversed = patched(
          before,
          bodyOfEdits(before, edits.toReversed(), () => false),
        );
        expect(canonicalJson(reversed)).toBe(canonicalJson(after));
        // Seen afterwards, it is done: the same body changes nothing any more.
        expect(canonicalJson(patched(after, body, true))).toBe(canonicalJson(after));
      }),
    );
  });

  test("a list without casReference is told as replaced, wherever it stands", () => {
    fc.assert(
      fc.property(tree, (start) => {
        const before = json({ list: [{ casReference: "x" }], inside: start });
        const [replaced] = replacedLists(before, json({ list: [{ a: "1" }, { a: "2" }] }));
        expect(replaced).toEqual({ path: "list", countBefore: 1, countAfter: 2 });
      }),
    );
  });

  test.each([
    ["null over the list", '{"sad":{"docs":null}}', ["sad.docs"]],
    ["null over what holds it", '{"sad":null}', ["sad.docs", "sad.docs2"]],
    ["a text over the list", '{"sad":{"docs":"none"}}', ["sad.docs"]],
    ["an object over the list", '{"sad":{"docs":{"0":{"type":"1"}}}}', ["sad.docs"]],
    ["a list over what holds it", '{"sad":[]}', ["sad.docs", "sad.docs2"]],
    [
      "null within an element",
      '{"sad":{"docs":[{"casReference":"d1","in":null}]}}',
      ["sad.docs[casReference=d1].in"],
    ],
    ["a reference that is none", '{"sad":{"docs":[{"CasReference":"d1"}]}}', ["sad.docs"]],
  ])("%s is told as losing its elements", (_what, patch, paths) => {
    const docs = '[{"casReference":"d1","in":[{"a":"1"}]}]';
    const before = parseJson(`{"sad":{"docs":${docs},"docs2":["a"],"empty":[],"text":"x"}}`);
    expect(replacedLists(before, parseJson(patch)).map(({ path }) => path)).toEqual(paths);
    expect(replacedLists(before, parseJson('{"sad":{"text":null,"empty":null}}'))).toEqual([]);
  });

  test("what CAS deduces in the elements of a new list does not tell against it", () => {
    const body = json({ list: [{ a: "1" }] });
    const now = json({ list: [{ a: "1", casReference: "r1", deduced: "d" }] });
    expect(patched(now, body, true)).toEqual(now);
    expect(patched(now, body)).toEqual(body);
  });
});
