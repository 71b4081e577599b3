import { expect, test } from "vitest";
import { parseHttpDate, retryAfterMs } from "../../src/cas/http-date.ts";

const NOW = new Date("2026-11-20T12:00:00Z");

test.each<[string | null, number | null]>([
  ["7", 7_000],
  [" 7 ", 7_000],
  ["0", 0],
  ["1.5", 1_500],
  ["86400", 86_400_000],
  ["86400.1", null],
  ["31535999", null],
  // A time where a duration belongs, in seconds and in milliseconds.
  ["1795521600", null],
  ["1795521600000", null],
  ["9".repeat(400), null],
  ["1e3", null],
  ["0x10", null],
  ["Sat, 21 Nov 2026 12:00:00 GMT", 86_400_000],
  ["Sat, 21 Nov 2026 12:00:01 GMT", null],
  ["Fri, 20 Nov 2099 12:00:00 GMT", null],
  ["Fri, 20 Nov 2026 12:02:00 GMT", 120_000],
  ["Friday, 20-Nov-26 12:02:00 GMT", 120_000],
  ["Fri Nov 20 12:02:00 2026", 120_000],
  ["Fri, 20 Nov 2026 11:59:00 GMT", null],
  ["-5", null],
  ["soon", null],
  ["nonsense 5", null],
  ["2026-11-20T12:02:00Z", null],
  ["", null],
  [null, null],
])("retryAfterMs() of %j", (header, delayMs) => {
  expect(retryAfterMs(header, NOW)).toBe(delayMs);
});

test("parseHttpDate() takes no day that does not exist", () => {
  expect(parseHttpDate("Fri, 99 Nov 2026 12:02:00 GMT")).toBeNull();
});
