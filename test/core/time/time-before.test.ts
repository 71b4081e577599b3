import { expect, it } from "vitest";
import { timeBefore } from "../../../src/core/time/time-before.ts";

it.each([
  ["7y", "2028-02-29T10:00:00.000Z", "2021-02-28T10:00:00.000Z"],
  ["4y", "2028-02-29T10:00:00.000Z", "2024-02-29T10:00:00.000Z"],
  ["7y", "2028-03-01T10:00:00.000Z", "2021-03-01T10:00:00.000Z"],
  ["7y", "2031-02-28T10:00:00.000Z", "2024-02-28T10:00:00.000Z"],
  ["1y", "2027-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
  ["400d", "2028-02-29T10:00:00.000Z", "2027-01-25T10:00:00.000Z"],
])("timeBefore() %s before %s is %s", (duration, now, expected) => {
  expect(timeBefore(duration, new Date(now))?.toISOString()).toBe(expected);
});

it("timeBefore() is null for no duration", () => {
  expect(timeBefore("7 years", new Date(0))).toBeNull();
});
