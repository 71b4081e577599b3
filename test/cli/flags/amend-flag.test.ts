import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  allowAmendOf,
  allowedChanges,
  withAmendValues,
} from "../../../src/cli/flags/amend-flag.ts";
import { allowedReferences } from "../../../src/submit/limits/decide-line.ts";
import { emptyFolder } from "../../support/run-cli.ts";

const start = process.cwd();
beforeEach(() => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "night"));
  writeFileSync(join(folder, "extensionless"), "");
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(start);
});

test.each([
  ["submit --allow-amend march.xlsx", "submit --allow-amend=true march.xlsx"],
  ["submit --allow-amend extensionless", "submit --allow-amend=true extensionless"],
  ["submit march.xlsx --allow-amend", "submit march.xlsx --allow-amend=true"],
  ["submit march.xlsx --allow-amend --json", "submit march.xlsx --allow-amend=true --json"],
  ["submit march.xlsx --allow-amend PO-1", "submit march.xlsx --allow-amend=PO-1"],
  ["submit --allow-amend PO-1 march.xlsx", "submit --allow-amend=PO-1 march.xlsx"],
  ["submit --allow-amend=march.xlsx a.csv", "submit --allow-amend=march.xlsx a.csv"],
  ["run --allow-amend night", "run --allow-amend=true night"],
  ["run night --allow-amend PO-1", "run night --allow-amend=PO-1"],
  ["run --allowAmend", "run --allowAmend=true"],
  ["resume --allow-amend night", "resume --allow-amend=night"],
  ["run --allow-amend true", "run --allow-amend=true"],
  ["run --no-allow-amend", "run --no-allow-amend"],
])("withAmendValues() reads `%s` as `%s`", (typed, meant) => {
  expect(withAmendValues(typed.split(" "))).toEqual(meant.split(" "));
});

const keys = (["IN", "OUT"] as const).map((direction) => ({
  direction,
  externalReference: "PO-1",
}));

test.each([
  [undefined, false],
  [false, false],
  ["false", false],
  ["true", true],
  ["true", true],
  [["PO-1", "true"], true],
])("allowAmendOf() takes %j for %j", (flag, allowed) => {
  expect(allowAmendOf(flag)).toBe(allowed);
});

test.each([
  ["PO-1", [true, true]],
  ["OUT:PO-1", [false, true]],
  [
    ["PO-2", "IN:PO-1"],
    [true, false],
  ],
  ["PO", [false, false]],
])("allowAmendOf() allows by %j the shipments IN and OUT PO-1: %j", (flag, allowed) => {
  const mayAmend = allowAmendOf(flag);
  if (typeof mayAmend !== "function") throw new Error("It allows all or none");
  expect(keys.map(mayAmend)).toEqual(allowed);
});

test.each(["Formula:F-1", "formula:F-1", "FORMULA:F-1", "F-1"])(
  "allowAmendOf() allows by %j the formula F-1, however its kind is written",
  (flag) => {
    const mayAmend = allowAmendOf(flag);
    const key = { kind: "Formula", direction: null, externalReference: "F-1" } as const;
    expect(typeof mayAmend === "function" && mayAmend(key)).toBe(true);
    const other = { ...key, kind: "MaterialList" } as const;
    expect(typeof mayAmend === "function" && mayAmend(other)).toBe(flag === "F-1");
  },
);

test("allowedChanges() names the references that were typed", () => {
  const named = (amend: string | boolean | string[], again: string | boolean): readonly string[] =>
    allowedReferences(allowedChanges(amend, again));
  expect(named(["PO-1", "PO-2"], "Formula:F-1")).toEqual(["PO-1", "PO-2", "Formula:F-1"]);
  expect(named(true, "Formula:F-1")).toEqual(["Formula:F-1"]);
  expect(named(true, false)).toEqual([]);
});
