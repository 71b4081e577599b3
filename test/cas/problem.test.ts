import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProblem, problemText } from "../../src/cas/problem.ts";

describe("parseProblem()", () => {
  test.each<[string, unknown, unknown]>([
    [
      "an object of arrays",
      { direction: ["must be IN or OUT", "is required"], lines: ["x"] },
      [
        { path: "direction", message: "must be IN or OUT" },
        { path: "direction", message: "is required" },
        { path: "lines", message: "x" },
      ],
    ],
    ["an object of texts", { direction: "wrong" }, [{ path: "direction", message: "wrong" }]],
    [
      "an array of objects",
      [
        { path: "direction", message: "wrong" },
        { field: "mrn", detail: "too long" },
        { pointer: "/a/b", description: "no" },
      ],
      [
        { path: "direction", message: "wrong" },
        { path: "mrn", message: "too long" },
        { path: "/a/b", message: "no" },
      ],
    ],
    ["an array of texts", ["wrong"], [{ path: "", message: "wrong" }]],
    ["something of its own", [{ odd: 1 }], [{ path: "", message: '{"odd":1}' }]],
    ["absent", undefined, []],
    ["a text", "wrong", []],
  ])("reads `errors` that is %s", (_case, errors, expected) => {
    const rawBody = JSON.stringify({ title: "Invalid", detail: "See errors", status: 400, errors });
    expect(parseProblem(400, rawBody)).toEqual({
      status: 400,
      title: "Invalid",
      detail: "See errors",
      errors: expected,
      rawBody,
    });
  });

  test("keeps a body that is no JSON", () => {
    const rawBody = "<html>blocked</html>";
    expect(parseProblem(403, rawBody)).toEqual({
      status: 403,
      title: null,
      detail: null,
      errors: [],
      rawBody,
    });
  });

  test("never throws and always keeps the body", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (rawBody) => {
        expect(parseProblem(400, rawBody).rawBody).toBe(rawBody);
      }),
    );
  });
});

test("problemText() says how many of the errors it shows", () => {
  const errors = ["a", "b", "c", "d", "e"].map((path) => ({ path, message: "wrong" }));
  const problem = { status: 400, title: "Invalid", detail: null, errors, rawBody: "" };
  expect(problemText(problem)).toBe("Invalid; a: wrong; b: wrong; c: wrong; 3 of 5 errors shown");
});
