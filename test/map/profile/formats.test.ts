// Dates, numbers and times in the one way that a profile names.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateReader, isDateFormat } from "../../../src/map/profile/date-format.ts";
import { NUMBER_SAMPLES, numberReader } from "../../../src/map/profile/number-format.ts";
import { zonedTimeReader } from "../../../src/map/profile/zoned-time.ts";

describe("isDateFormat()", () => {
  it.each(["DD.MM.YYYY", "YYYYMMDD", "M/D/YY", "YYYY-MM-DDTHH:mm:ss", "DD.MM.YYYY HH:mm"])(
    "takes %s",
    (format) => {
      expect(isDateFormat(format)).toBe(true);
    },
  );

  it.each(["DD.MM", "DD.MM.YYYY YY", "DD.MM.YYYY HH", "MMM D YYYY", "YYYY", "day DD.MM.YYYY"])(
    "refuses %s",
    (format) => {
      expect(isDateFormat(format)).toBe(false);
    },
  );
});

describe("dateReader()", () => {
  it.each([
    ["DD.MM.YYYY", "03.04.2026", "2026-04-03"],
    ["M/D/YY", "3/14/26", "2026-03-14"],
    ["YYYYMMDD HH:mm", "20260304 07:05", "2026-03-04T07:05:00"],
    ["DD.MM.YYYY", "31.04.2026", null],
    ["DD.MM.YYYY", "3.4.2026", null],
    ["DD.MM.YYYY", "03-04-2026", null],
    ["YYYYMMDD HH:mm", "20260304 24:00", null],
  ])("of %s reads %s as %s", (format, text, date) => {
    expect(dateReader(format)(text)).toBe(date);
  });

  it("reads back every day that it can write", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        (day) => {
          const [year = "", month = "", date = ""] = day.toISOString().slice(0, 10).split("-");
          expect(dateReader("DD.MM.YY")(`${date}.${month}.${year.slice(2)}`)).toBe(
            `${year}-${month}-${date}`,
          );
        },
      ),
    );
  });
});

describe("numberReader()", () => {
  it.each(NUMBER_SAMPLES)("of %s reads its own sample, grouped or not", (sample) => {
    const plain = `1234${sample.charAt(5)}56`;
    expect([sample, plain, `${sample}-`].map(numberReader(sample))).toEqual([
      "1234.56",
      "1234.56",
      "-1234.56",
    ]);
  });

  it.each(["1.23", "12.34,5", "1,234.56", "1.234.56", "", "1e3", "1.2345", ",5", "-1-"])(
    "of 1.234,56 refuses %j",
    (text) => {
      expect(numberReader("1.234,56")(text)).toBeNull();
    },
  );
});

describe("zonedTimeReader()", () => {
  const brussels = zonedTimeReader("Europe/Brussels");
  it.each([
    ["2026-03-01T12:00:00", { kind: "instant", text: "2026-03-01T12:00:00+01:00" }],
    ["2026-07-01T12:00:00", { kind: "instant", text: "2026-07-01T12:00:00+02:00" }],
    ["2026-03-29T02:30:00", { kind: "never" }],
    ["2026-10-25T02:30:00", { kind: "twice" }],
    ["2026-10-25T03:00:00", { kind: "instant", text: "2026-10-25T03:00:00+01:00" }],
  ])("tells of %s in Brussels: %j", (local, reading) => {
    expect(brussels(local)).toEqual(reading);
  });

  it("gives the same local time back, in zones with odd offsets too", () => {
    const zones = ["Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"].map(zonedTimeReader);
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
        fc.constantFrom(...zones),
        (date, read) => {
          const local = date.toISOString().slice(0, 19);
          const reading = read(local);
          if (reading.kind !== "instant") return;
          const offset = reading.text.slice(19);
          const minutes =
            (offset.startsWith("-") ? -1 : 1) *
            (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
          const shown = new Date(Date.parse(reading.text) + minutes * 60_000).toISOString();
          expect(shown.slice(0, 19)).toBe(local);
        },
      ),
      { numRuns: 50 },
    );
  });
});
