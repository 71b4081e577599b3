import { afterEach, expect, it } from "vitest";
import { dayWithout } from "../../../src/core/time/day-without.ts";

const zoneBefore = process.env["TZ"];
afterEach(() => {
  if (zoneBefore === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zoneBefore;
});

it.each([
  ["Europe/Brussels", 2, 30, "2027-03-28"],
  ["Europe/Brussels", 3, 0, null],
  ["Europe/Brussels", 1, 59, null],
  ["America/New_York", 2, 0, "2027-03-14"],
  ["America/Havana", 0, 30, "2027-03-14"],
  ["UTC", 2, 30, null],
])("dayWithout() in %s, %i:%i: %s", (zone, hour, minute, expected) => {
  process.env["TZ"] = zone;
  expect(dayWithout({ hour, minute }, new Date("2026-11-29T12:00:00Z"))).toBe(expected);
});
