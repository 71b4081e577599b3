import { expect, test } from "vitest";
import { checkedBody, exactNumber } from "../../src/cas/message-body.ts";

test("checkedBody() sends text to the letter and objects with exact numbers", () => {
  const text = '{ "amount": 25000.00, "id": 12345678901234567890 }';
  expect(checkedBody(text)).toBe(text);
  const amount = exactNumber("123456789012345678.1234");
  expect(checkedBody({ amount, mass: 12.5, none: undefined })).toBe(
    '{"amount":123456789012345678.1234,"mass":12.5}',
  );
});

test.each([
  [{ items: [{ mass: Number.NaN }] }, "mass holds NaN"],
  [{ mass: Infinity }, "mass holds Infinity"],
  [{ id: 2 ** 53 }, "id holds 9007199254740992"],
  [{ id: 1n }, "id holds 1"],
  [[1], "no JSON object"],
  ["[]", "no JSON object"],
  ["{", "no JSON object"],
  ["", "no JSON object"],
  ["null", "no JSON object"],
])("checkedBody() refuses %o", (body, words) => {
  expect(() => checkedBody(body)).toThrow(
    expect.objectContaining({
      code: "body-unusable",
      message: expect.stringContaining(words) as string,
    }),
  );
});

test.each(["1e3", "1,000", "", "x", "0x10"])("exactNumber() refuses %j", (text) => {
  expect(() => exactNumber(text)).toThrow(expect.objectContaining({ code: "body-unusable" }));
});
