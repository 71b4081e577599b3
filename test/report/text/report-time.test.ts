import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timeZoneNamed } from "../../../src/core/time/time-zone.ts";
import { wallTime } from "../../../src/core/time/wall-time.ts";
import { dayBegin, dayIn, minuteIn } from "../../../src/report/text/report-time.ts";

const inBrussels = (time: string): string => minuteIn(new Date(time), "Europe/Brussels");

describe("dayBegin()", () => {
  it.each([
    ["2026-11-28", "Europe/Brussels", "2026-11-27T23:00:00.000Z"],
    ["2026-03-29", "Europe/Brussels", "2026-03-28T23:00:00.000Z"],
    ["2026-03-30", "Europe/Brussels", "2026-03-29T22:00:00.000Z"],
    ["2026-10-25", "Europe/Brussels", "2026-10-24T22:00:00.000Z"],
    ["2026-10-26", "Europe/Brussels", "2026-10-25T23:00:00.000Z"],
    ["2026-03-08", "America/Los_Angeles", "2026-03-08T08:00:00.000Z"],
    ["2026-11-28", "America/St_Johns", "2026-11-28T03:30:00.000Z"],
    ["2026-11-28", "Pacific/Kiritimati", "2026-11-27T10:00:00.000Z"],
    ["2026-11-28", "UTC", "2026-11-28T00:00:00.000Z"],
  ])("knows when %s begins in %s", (day, timeZone, expected) => {
    expect(dayBegin(day, timeZone).toISOString()).toBe(expected);
  });
});

describe("minuteIn()", () => {
  it("leaps over the hour that spring takes away", () => {
    expect(inBrussels("2026-03-29T00:59:59Z")).toBe("2026-03-29 01:59");
    expect(inBrussels("2026-03-29T01:00:00Z")).toBe("2026-03-29 03:00");
  });

  it("tells apart the two hours that autumn gives one name", () => {
    expect(inBrussels("2026-10-24T23:59:59Z")).toBe("2026-10-25 01:59");
    expect(inBrussels("2026-10-25T00:30:00Z")).toBe("2026-10-25 02:30 +02:00");
    expect(inBrussels("2026-10-25T01:30:00Z")).toBe("2026-10-25 02:30 +01:00");
    expect(inBrussels("2026-10-25T02:00:00Z")).toBe("2026-10-25 03:00");
  });

  it("marks half an hour only where clocks go back by half an hour", () => {
    const onLordHowe = (time: string): string => minuteIn(new Date(time), "Australia/Lord_Howe");
    expect(onLordHowe("2026-04-04T14:20:00Z")).toBe("2026-04-05 01:20");
    expect(onLordHowe("2026-04-04T14:40:00Z")).toBe("2026-04-05 01:40 +11:00");
    expect(onLordHowe("2026-04-04T15:10:00Z")).toBe("2026-04-05 01:40 +10:30");
  });

  it("knows offsets of quarters of an hour, and those west of Greenwich", () => {
    const at = new Date("2026-07-01T12:00:00Z");
    expect(minuteIn(at, "Asia/Kathmandu")).toBe("2026-07-01 17:45");
    expect(minuteIn(at, "America/St_Johns")).toBe("2026-07-01 09:30");
    expect(minuteIn(at, "UTC")).toBe("2026-07-01 12:00");
  });
});

describe("wallTime()", () => {
  it("shows what Intl shows, at any time in any zone", () => {
    const zones = ["Europe/Brussels", "Europe/Dublin", "America/New_York", "Asia/Kathmandu", "UTC"];
    const ms = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2060, 0) });
    fc.assert(
      fc.property(ms, fc.constantFrom(...zones), (atMs, timeZone) => {
        const shown = new Intl.DateTimeFormat("sv", {
          ...{ timeZone, dateStyle: "short", timeStyle: "medium" },
        }).format(atMs);
        const { wall } = wallTime(new Date(atMs), timeZone);
        return wall.toISOString().slice(0, 19).replace("T", " ") === shown;
      }),
    );
  });
});

describe("dayIn()", () => {
  it("is the day of the zone", () => {
    expect(dayIn(new Date("2026-11-28T23:30:00Z"), "Europe/Brussels")).toBe("2026-11-29");
    expect(dayIn(new Date("2026-11-28T23:30:00Z"), "UTC")).toBe("2026-11-28");
  });
});

describe("timeZoneNamed()", () => {
  it("knows names, and nothing that is right for half of the year only", () => {
    expect(timeZoneNamed("europe/brussels")).toBe("Europe/Brussels");
    expect(timeZoneNamed("Asia/Kathmandu")).toBe("Asia/Kathmandu");
    expect(timeZoneNamed("UTC")).toBe("UTC");
    for (const name of ["Brussels", "", "+02:00", "Europe/Atlantis", "CEST"]) {
      expect(timeZoneNamed(name), name).toBeNull();
    }
  });
});
