import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { createRedactor } from "../../../src/core/text/redact.ts";

describe("createRedactor()", () => {
  test("removes a secret in every form it travels in", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: "binary" }), (secret) => {
        // A secret that is part of the mask itself cannot be told from it.
        fc.pre(!"[secret]".includes(secret));
        const { text } = createRedactor([secret]);
        const forms = [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString("base64"),
        ];
        for (const form of forms) expect(text(`<${form}>`)).toBe("<[secret]>");
      }),
    );
  });

  test("leaves short values and everything else alone", () => {
    expect(createRedactor(["ab", ""]).text("about ab")).toBe("about ab");
  });

  test("forgets the oldest remembered secret, never a standing one", () => {
    const redactor = createRedactor(["standing"]);
    redactor.remember("token-first");
    for (let count = 0; count < 64; count += 1) redactor.remember(`token-${count}`);
    expect(redactor.text("standing token-first token-63")).toBe("[secret] token-first [secret]");
  });

  test("copies an error with its causes and leaves everything else behind", () => {
    const cause = Object.assign(new TypeError("sent s3cret"), { code: "E_X", data: "s3cret" });
    const error = new Error("could not use s3cret", { cause });
    const copy = createRedactor(["s3cret"]).error(error);
    expect(copy).toMatchObject({
      message: "could not use [secret]",
      cause: { name: "TypeError", code: "E_X", message: "sent [secret]" },
    });
    expect(inspect(copy, { depth: 10, showHidden: true })).not.toContain("s3cret");
  });

  test("ends a chain of causes that bites its tail", () => {
    const error = new Error("s3cret");
    error.cause = error;
    expect(inspect(createRedactor(["s3cret"]).error(error))).not.toContain("s3cret");
  });
});

test.each([
  ["client_id=erp&client_secret=hunter2-x&scope=a", "client_id=erp&client_secret=[secret]&scope=a"],
  [
    '{"access_token":"eyJh.bGci","expires_in":3600}',
    '{"access_token":"[secret]","expires_in":3600}',
  ],
  ['{\\"client_secret\\": \\"hunter2-x\\"}', '{\\"client_secret\\": \\"[secret]\\"}'],
  ["Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30", "Authorization: Bearer [secret]"],
])("createRedactor() hides what calls itself a secret: %s", (text, shown) => {
  expect(createRedactor([]).text(text)).toBe(shown);
});

test.each([
  "Set CAS_CLIENT_ID and CAS_CLIENT_SECRET, or CAS_CLIENT_SECRET_FILE, then run `cas-batch doctor`",
  "The token lacks create:messages; it has read:declarations",
  "No client id and no client secret for acceptance",
  "Bearer securities, 12 pieces",
])("createRedactor() leaves prose as it is: %s", (text) => {
  expect(createRedactor([]).text(text)).toBe(text);
});
