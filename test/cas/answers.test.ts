import { describe, expect, test } from "vitest";
import { withoutNeedlessEscapes } from "../../src/cas/answer-json.ts";
import {
  readAuthorizationStatus,
  readDeclaration,
  readDeclarationPage,
  readReceipt,
} from "../../src/cas/answers.ts";

const ONE = { declarationId: "987", currentStatus: "Released" };

function idsOf(body: unknown): unknown {
  const reading = readDeclarationPage(JSON.stringify(body));
  return "value" in reading
    ? reading.value.declarations.map(({ declarationId }) => declarationId)
    : reading;
}

describe("readDeclarationPage()", () => {
  test.each<[string, unknown]>([
    ["a bare array", [ONE]],
    ["items with a total", { total: 1, items: [ONE] }],
    ["a list of any name", { whatever: [ONE], paging: { next: null } }],
  ])("takes %s", (_case, body) => {
    expect(idsOf(body)).toEqual(["987"]);
  });

  test.each<[string, unknown, string]>([
    ["no list", { total: 0 }, "it holds 0 lists"],
    ["an empty list that is not the one counted", { total: 7, links: [] }, "but total is 7"],
    ["two lists", { items: [ONE], warnings: [] }, "it holds 2 lists"],
    ["a text", "none", "it is no list"],
    ["items without ids", [{ currentStatus: "Released" }], "declarationId: is missing"],
    ["an item that is a text", ["987"], "expected object"],
  ])("refuses %s", (_case, body, fault) => {
    expect(readDeclarationPage(JSON.stringify(body))).toEqual({
      fault: expect.stringContaining(fault) as string,
    });
  });

  test.each<[unknown, number]>([
    [{ total: 0, items: [] }, 0],
    [{ pageCount: 1, items: [] }, 0],
    // The page after the last one.
    [{ total: 100, items: [] }, 100],
  ])("believes the empty list of %j from offset %d", (body, offset) => {
    expect(readDeclarationPage(JSON.stringify(body), offset)).toEqual({
      value: { declarations: [], unread: [] },
    });
  });

  test("refuses what is no JSON", () => {
    expect(readDeclarationPage("<html>")).toEqual({ fault: "it is no JSON" });
  });

  test("reads ids under either name and as numbers of any length", () => {
    expect(idsOf([{ ...ONE, declarationId: undefined, id: 12 }])).toEqual(["12"]);
    const long = '[{"id":12345678901234567890,"currentStatus":"New"}]';
    expect(readDeclarationPage(long)).toMatchObject({
      value: { declarations: [{ declarationId: "12345678901234567890" }] },
    });
  });

  test("keeps what is stated, passes over the unknown, and leaves the rest null", () => {
    const stated = {
      direction: "IN",
      externalReference: "A1",
      lastUpdated: "2026-03-26T14:30:00.1234567Z",
      mrn: "26BEE0000001234567",
    };
    const body = JSON.stringify([
      { ...ONE, ...stated, storageLocation: { odd: true }, lrn: "", x: 1 },
    ]);
    const declaration = {
      ...ONE,
      ...stated,
      customsShipmentReference: null,
      traderReference: null,
      lrn: null,
      jurisdiction: null,
      customsFlow: null,
      customsFlowStep: null,
      customsFlowStepInstanceCount: null,
      customsFlowStepInstanceSeq: null,
      storageLocation: null,
      creationDate: null,
    };
    expect(readDeclarationPage(body)).toEqual({
      value: { declarations: [declaration], unread: [] },
    });
  });

  test.each<[string, string, readonly [string | null, string]]>([
    [
      "no status",
      '[{"id":"1"},{"id":"2","currentStatus":"New"}]',
      ["1", "currentStatus: is missing"],
    ],
    [
      "a status that is a list",
      '{"items":[{"id":2,"currentStatus":"New"},{"declarationId":"1","currentStatus":["New"]}]}',
      ["1", "currentStatus: is missing"],
    ],
    [
      "no id",
      '[{"currentStatus":"New"},{"id":"2","currentStatus":"New"}]',
      [null, "declarationId: is missing"],
    ],
    ["null", '[null,{"id":"2","currentStatus":"New"}]', [null, "the answer"]],
    [
      "an id that a URL resolves away",
      '[{"id":"..","currentStatus":"New"},{"id":"2","currentStatus":"New"}]',
      [null, "declarationId: is no id"],
    ],
    [
      "two statuses",
      '{"total":2,"items":[{"id":"1","currentStatus":"Invalid","\\u0063urrentStatus":"Released"},{"id":"2","currentStatus":"New"}]}',
      ["1", "currentStatus is named twice"],
    ],
    [
      "the same name twice further down",
      '[{"id":"1","currentStatus":"New","more":[{"a:":1},{"a":"}","b":{"a":1},"a":2}]},{"id":"2","currentStatus":"New"}]',
      ["1", "more.1.a is named twice"],
    ],
  ])("reads the others beside an element with %s", (_case, body, [id, fault]) => {
    expect(readDeclarationPage(body)).toEqual({
      value: {
        declarations: [expect.objectContaining({ declarationId: "2" })],
        unread: [
          expect.objectContaining({
            declarationId: id,
            fault: expect.stringContaining(fault) as string,
          }),
        ],
      },
    });
  });

  test.each<[string, string]>([
    ["two lists of one name", '{"items":[{"id":"1","currentStatus":"New"}],"items":[]}'],
    ["two totals", '{"total":0,"items":[],"total":7}'],
  ])("refuses an envelope with %s", (_case, body) => {
    expect(readDeclarationPage(body)).toHaveProperty("fault");
  });

  test("takes names and colons inside texts for what they are", () => {
    const text = '{"id":"1","currentStatus":"New"},"a":\\ \\\\';
    const body = JSON.stringify([{ ...ONE, lrn: text, x: { id: "1", y: { id: "1" } } }], null, 2);
    expect(readDeclarationPage(body)).toMatchObject({
      value: { declarations: [{ lrn: text }], unread: [] },
    });
  });

  test("refuses nesting that no answer has, before it ends the program", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const body = `[{"id":"1","currentStatus":"New","more":${deep}}]`;
    expect(readDeclarationPage(body)).toHaveProperty("fault");
    expect(readDeclaration(body)).toHaveProperty("fault");
  });
});

describe("readDeclaration()", () => {
  test("reads the errors of the documentation", () => {
    const error = {
      errorCode: "V0010",
      message: "Invalid additional declaration type",
      description: "SingleAdministrativeDocument.AddDeclType must be of type 'D'",
      fieldReference: [{ fieldName: "AddDeclType1", path: "SingleAdministrativeDocument" }],
    };
    const body = JSON.stringify({ ...ONE, errors: [error] });
    expect(readDeclaration(body)).toMatchObject({
      value: { ...ONE, errors: [error], raw: body },
    });
  });

  test.each<[unknown, unknown]>([
    [undefined, []],
    [null, []],
    [
      [{ errorCode: 17 }],
      [{ errorCode: "17", message: null, description: null, fieldReference: [] }],
    ],
    [
      [{ errorCode: "V1", fieldReference: ["AddDeclType1", 7] }, 17, null],
      [
        {
          errorCode: "V1",
          message: null,
          description: null,
          fieldReference: [
            { fieldName: "AddDeclType1", path: null },
            { fieldName: "7", path: null },
          ],
        },
        { errorCode: null, message: "17", description: null, fieldReference: [] },
        { errorCode: null, message: "null", description: null, fieldReference: [] },
      ],
    ],
    [
      ["plain words"],
      [{ errorCode: null, message: "plain words", description: null, fieldReference: [] }],
    ],
    [
      { message: "alone", fieldReference: { path: "A" } },
      [
        {
          errorCode: null,
          message: "alone",
          description: null,
          fieldReference: [{ fieldName: null, path: "A" }],
        },
      ],
    ],
  ])("reads errors %j", (errors, expected) => {
    expect(readDeclaration(JSON.stringify({ ...ONE, errors }))).toMatchObject({
      value: { errors: expected },
    });
  });
});

describe("readAuthorizationStatus()", () => {
  test.each<[unknown, unknown]>([
    [
      { sourceSysRef: "erp-01", tenantIds: "acme", scopes: "create:messages read:declarations" },
      {
        sourceSystem: "erp-01",
        tenant: "acme",
        scopes: ["create:messages", "read:declarations"],
      },
    ],
    [
      { tenantIds: ["acme"], scopes: ["create:messages"] },
      { sourceSystem: "", tenant: "acme", scopes: ["create:messages"] },
    ],
    [{ tenantIds: 7 }, { sourceSystem: "", tenant: "7", scopes: [] }],
  ])("reads %j", (body, value) => {
    expect(readAuthorizationStatus(JSON.stringify(body))).toEqual({ value });
  });

  test("insists on the tenant", () => {
    expect(readAuthorizationStatus("{}")).toEqual({ fault: "tenantIds: is missing" });
  });
});

test("readReceipt() insists on the reference", () => {
  expect(readReceipt('{"referenceId":"a1"}')).toEqual({ value: { referenceId: "a1" } });
  expect(readReceipt('{"referenceId":""}')).toEqual({ fault: "referenceId: is missing" });
  expect(readReceipt("[]")).toHaveProperty("fault");
});

test.each([
  '{"referenceId":"5b1e7f0c-0000-4000-8000-9a0b1c2d3e4f"}',
  '{"referenceId":"REF/2026-0001"}',
  '{"referenceId":"a","other":{"referenceId":"b"}}',
])("readReceipt() takes %s", (body) => {
  expect(readReceipt(body)).toHaveProperty("value");
});

test.each([
  '{"referenceId":null}',
  '{"referenceId":" "}',
  '{"referenceId":"\\u00a0\\u200b\\n"}',
  '{"referenceId":"\\u200b"}',
  '{"referenceId":"---"}',
  '{"referenceId":"null"}',
  '{"referenceId":"00000000-0000-0000-0000-000000000000"}',
  '{"referenceId":17}',
  '{"referenceId":true}',
  '{"referenceId":["a1"]}',
  '{"referenceId":{"id":"a1"}}',
  `{"referenceId":"${"a".repeat(201)}"}`,
  '{"referenceId":"a1\\u0000"}',
  '{"referenceId":"a1","referenceId":"b2"}',
  '{"referenceId":"a1","\\u0072eferenceId":"a1"}',
])("readReceipt() takes no receipt of %s", (body) => {
  expect(readReceipt(body)).toHaveProperty("fault");
});

test("answers that name a member twice are not read", () => {
  const one = '{"id":"1","currentStatus":"New"';
  expect(readDeclaration(`${one},"currentStatus":"Released"}`)).toHaveProperty("fault");
  expect(readDeclaration(`${one},"lines":[{"a":1,"a":2}]}`)).toHaveProperty("fault");
  expect(readDeclaration(`${one},"lines":[{"a":1},{"a":2}]}`)).toHaveProperty("value");
  expect(readAuthorizationStatus('{"tenantIds":"a","tenantIds":"b"}')).toHaveProperty("fault");
});

test.each([
  ['{"a":"\\u002B\\/\\u0041"}', '{"a":"+/A"}'],
  ['{"a":"\\u0022\\u005C\\n\\\\u002B\\u00e4"}', '{"a":"\\u0022\\u005C\\n\\\\u002B\\u00e4"}'],
])("withoutNeedlessEscapes() leaves the same JSON: %s", (json, plain) => {
  expect(withoutNeedlessEscapes(json)).toBe(plain);
  expect(JSON.parse(plain)).toEqual(JSON.parse(json));
});
