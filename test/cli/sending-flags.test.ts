import { expect, test } from "vitest";
import { deadlineOf } from "../../src/cli/flags/deadline.ts";
import { parseSettlement } from "../../src/cli/flags/settle-flag.ts";

const now = new Date(2026, 10, 20, 22, 15, 30);

test.each([
  ["23:00", new Date(2026, 10, 20, 23, 0)],
  ["06:00", new Date(2026, 10, 21, 6, 0)],
  ["6:00", new Date(2026, 10, 21, 6, 0)],
  ["22:15", new Date(2026, 10, 21, 22, 15)],
  ["2h", new Date(2026, 10, 21, 0, 15, 30)],
  ["90m", new Date(2026, 10, 20, 23, 45, 30)],
])("deadlineOf() reads %s in the evening as %s", (text, expected) => {
  expect(deadlineOf(text, now)).toEqual(expected);
});

test.each(["24:00", "6", "soon", "0", "", "-1h", "06:60"])("deadlineOf() refuses %j", (text) => {
  expect(() => deadlineOf(text, now)).toThrow(/is no time; write it like 06:00/);
});

test("deadlineOf() is null when none is given", () => {
  expect(deadlineOf(undefined, now)).toBeNull();
});

test.each([
  ["PO-1=arrived", { externalReference: "PO-1", direction: null, outcome: "arrived" }],
  ["PO-1=resend", { externalReference: "PO-1", direction: null, outcome: "resend" }],
  ["OUT:PO 1=resend", { externalReference: "PO 1", direction: "OUT", outcome: "resend" }],
  ["IN:IN:5=arrived", { externalReference: "IN:5", direction: "IN", outcome: "arrived" }],
  ["a=b=arrived", { externalReference: "a=b", direction: null, outcome: "arrived" }],
])("parseSettlement() reads %s", (text, expected) => {
  expect(parseSettlement(text)).toEqual(expected);
});

test.each(["PO-1", "=arrived", "PO-1=maybe", "PO-1=ARRIVED"])(
  "parseSettlement() refuses %j and shows both forms",
  (text) => {
    expect(() => parseSettlement(text)).toThrow(
      expect.objectContaining({ code: "usage" }) as Error,
    );
  },
);
