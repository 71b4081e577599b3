import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseSettlement } from "../../src/cli/commands/resume.ts";
import { deadlineOf } from "../../src/cli/flags/reading-flags.ts";
import { waitMsOf } from "../../src/cli/flags/settings.ts";
import { emptyFolder, runCli } from "../support/run-cli.ts";

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

test.each([
  ["10m", 600_000],
  ["0", 0],
  [false, 0],
  ["false", 0],
  ["true", undefined],
  [undefined, undefined],
  [["true", false], 0],
  [["0", "10m"], 600_000],
])("waitMsOf() reads %j", (wait, expected) => {
  expect(waitMsOf(wait)).toBe(expected);
});

test("waitMsOf() refuses what is no duration", () => {
  expect(() => waitMsOf("long")).toThrow(
    "--wait long is no duration; write it like 30s, 10m or 2h",
  );
});

test("submit takes --wait without a duration, before and behind its files", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), "a\n1\n");
  for (const words of [
    ["--wait", "a.csv"],
    ["a.csv", "--wait"],
    ["--wait", "false", "a.csv"],
    ["--wait", "a.csv", "--no-wait"],
  ]) {
    const { stdout } = await runCli(["submit", ...words, "--dry-run"], { cwd });
    expect(stdout).toContain("a.csv: ");
  }
});

test("parseSettlement() knows a kind however it is written", () => {
  expect(parseSettlement("movement-order:MO-1=arrived")).toEqual({
    externalReference: "MO-1",
    direction: null,
    kind: "MovementOrder",
    outcome: "arrived",
  });
});
