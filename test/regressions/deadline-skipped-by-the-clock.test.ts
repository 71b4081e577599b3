// A deadline at a time that the clock of the machine leaves out, or shows twice: it came an hour or a day late, and
// shipments were sent meanwhile.
import { afterEach, beforeEach, expect, it } from "vitest";
import { deadlineOf } from "../../src/cli/flags/reading-flags.ts";

const zoneBefore = process.env["TZ"];
beforeEach(() => {
  delete process.env["TZ"];
});
afterEach(() => {
  if (zoneBefore === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zoneBefore;
});

it.each([
  // Clocks are put forward over it: nothing is sent once the clock shows more.
  ["Europe/Brussels", "02:30", "2027-03-27T22:00:00+01:00", "2027-03-28T03:00:00+02:00"],
  ["America/New_York", "02:30", "2027-03-13T22:00:00-05:00", "2027-03-14T03:00:00-04:00"],
  ["America/Havana", "00:30", "2027-03-13T22:00:00-05:00", "2027-03-14T01:00:00-04:00"],
  ["Australia/Lord_Howe", "02:15", "2027-10-02T22:00:00+10:30", "2027-10-03T02:30:00+11:00"],
  ["Europe/Brussels", "02:30", "2027-03-28T03:45:00+02:00", "2027-03-29T02:30:00+02:00"],
  ["Europe/Brussels", "02:30", "2027-03-27T02:45:00+01:00", "2027-03-28T03:00:00+02:00"],
  // Shown twice: the one that comes next.
  ["Europe/Brussels", "02:30", "2026-10-24T22:00:00+02:00", "2026-10-25T02:30:00+02:00"],
  ["Europe/Brussels", "02:30", "2026-10-25T02:45:00+02:00", "2026-10-25T02:30:00+01:00"],
  ["Europe/Brussels", "02:30", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"],
  ["Europe/Brussels", "02:30", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"],
  ["America/New_York", "01:30", "2026-11-01T01:10:00-05:00", "2026-11-01T01:30:00-05:00"],
  // The days beside them, the leap day and New Year.
  ["Europe/Brussels", "06:00", "2027-03-28T01:59:59+01:00", "2027-03-28T06:00:00+02:00"],
  ["Europe/Brussels", "06:00", "2026-10-25T01:00:00+02:00", "2026-10-25T06:00:00+01:00"],
  ["Europe/Brussels", "06:00", "2028-02-28T22:00:00+01:00", "2028-02-29T06:00:00+01:00"],
  ["Europe/Brussels", "00:00", "2026-12-31T23:59:59+01:00", "2027-01-01T00:00:00+01:00"],
])("deadlineOf() in %s: %s after %s is %s", (zone, text, now, expected) => {
  process.env["TZ"] = zone;
  expect(deadlineOf(text, new Date(now))).toEqual(new Date(expected));
});
