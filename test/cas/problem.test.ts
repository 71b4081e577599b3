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

  test.each<[string, string, string | null]>([
    ["text", "direction must be IN or OUT\r\n  on line 2", "direction must be IN or OUT on line 2"],
    [
      "a page",
      "<html><head><style>p { x: 1 }</style><title>Bad Request</title></head><body><!-- id 7 --><p>direction&nbsp;&amp; <b>mrn</b> are wrong &#39;x&#39;</p><script>if (a < b) alert(1)</script></body></html>",
      "Bad Request direction & mrn are wrong 'x'",
    ],
    ["XML", "<problem><title>Invalid</title><detail>no mrn</detail></problem>", "Invalid no mrn"],
    ["a JSON text", '"direction is missing"', "direction is missing"],
    ["JSON of another form", '{"fault":{"string":"no mrn"}}', '{"fault":{"string":"no mrn"}}'],
    ["nothing", "  ", null],
    ["a page without words", "<html><body></body></html>", null],
    ["an empty object", "{}", null],
  ])("keeps the reason in %s", (_case, rawBody, detail) => {
    expect(parseProblem(400, rawBody)).toEqual({
      status: 400,
      title: null,
      detail,
      errors: [],
      rawBody,
    });
  });

  test.each<[string, object]>([
    ["names of .NET", { Title: "Invalid", Detail: "no mrn" }],
    ["a bare list of errors", ["no mrn"]],
  ])("reads %s", (_case, body) => {
    expect(problemText(parseProblem(400, JSON.stringify(body)))).toContain("no mrn");
  });

  test("cuts a reason that is a whole page, and does not take long over it", () => {
    const problem = parseProblem(400, "<script>".repeat(30_000) + "word ".repeat(1_000));
    expect(problem.detail).toBeNull();
    expect(parseProblem(400, "word ".repeat(1_000)).detail).toHaveLength(302);
  });

  test("keeps the body of an answer that is nested too deep to be read", () => {
    const rawBody = `{"errors":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(parseProblem(400, rawBody)).toMatchObject({ errors: [], rawBody });
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
