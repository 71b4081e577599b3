import { describe, expect, test } from "vitest";
import {
  readAuthorizationStatus,
  readDeclaration,
  readDeclarationPage,
  readReceipt,
} from "../../src/cas/answers.ts";

const ONE = { declarationId: "987", currentStatus: "Released" };

function idsOf(body: unknown): unknown {
  const reading = readDeclarationPage(JSON.stringify(body));
  return "value" in reading ? reading.value.map(({ declarationId }) => declarationId) : reading;
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
    ["a text", "none", "expected array"],
    ["an item without id", [{ currentStatus: "Released" }], "0.declarationId: is missing"],
    ["an item without status", [{ id: "1" }], "0.currentStatus: is missing"],
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
    expect(readDeclarationPage(JSON.stringify(body), offset)).toEqual({ value: [] });
  });

  test("refuses what is no JSON", () => {
    expect(readDeclarationPage("<html>")).toEqual({ fault: "it is no JSON" });
  });

  test("reads ids under either name and as numbers of any length", () => {
    expect(idsOf([{ ...ONE, declarationId: undefined, id: 12 }])).toEqual(["12"]);
    const long = '[{"id":12345678901234567890,"currentStatus":"New"}]';
    expect(readDeclarationPage(long)).toMatchObject({
      value: [{ declarationId: "12345678901234567890" }],
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
    expect(readDeclarationPage(body)).toEqual({
      value: [
        {
          ...ONE,
          ...stated,
          customsShipmentReference: null,
          traderReference: null,
          lrn: null,
          jurisdiction: null,
          customsFlow: null,
          customsFlowStep: null,
          storageLocation: null,
          creationDate: null,
        },
      ],
    });
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
