import { expect, test } from "vitest";
import { withoutPersonal } from "../../../src/core/text/personal-text.ts";

test.each([
  ["Mail jan.peeters+x@example.co.uk now", "Mail [personal] now"],
  ['{"eori":"BE0123","status":"ok"}', '{"eori":"[personal]","status":"ok"}'],
  ['\\"consigneeName\\": \\"Jan\\"', '\\"consigneeName\\": \\"[personal]\\"'],
  ["GET /search?importerName=Jan&page=2", "GET /search?importerName=[personal]&page=2"],
])("withoutPersonal() makes of %j %j", (text, expected) => {
  expect(withoutPersonal(text)).toBe(expected);
});

test.each(["IN A-1 accepted", "status=200", "delayMs=300, attempt=2", "@types/node", "a @ b"])(
  "withoutPersonal() leaves %j",
  (text) => {
    expect(withoutPersonal(text)).toBe(text);
  },
);

test("withoutPersonal() takes long texts in their stride", () => {
  const started = performance.now();
  withoutPersonal(`${"a".repeat(300_000)}@`);
  withoutPersonal(`"${"a".repeat(300_000)}`);
  expect(performance.now() - started).toBeLessThan(5_000);
});
