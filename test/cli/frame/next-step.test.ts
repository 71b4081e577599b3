import { expect, test } from "vitest";
import { stepOf } from "../../../src/cli/frame/next-step.ts";

const RESUME = "Run `cas-batch resume` when it has finished";

test.each([
  [{}, RESUME],
  [{ env: "acceptance" }, "Run `cas-batch resume --env acceptance` when it has finished"],
  [
    { env: "acceptance", config: "night.yaml", ledger: "C:\\Our books\\a.sqlite" },
    'Run `cas-batch resume --env acceptance --config night.yaml --ledger "C:\\Our books\\a.sqlite"` when it has finished',
  ],
  [{ env: null, ledger: "$(id)" }, "Run `cas-batch resume --ledger '$(id)'` when it has finished"],
])("stepOf() names in a command what was given: %j", (given, step) => {
  expect(stepOf(RESUME, "submit", given)).toBe(step);
});

test.each([
  ["`cas-batch doctor --env production`", "`cas-batch doctor --env production --ledger b`"],
  ["`cas-batch declarations search --help`", "`cas-batch declarations search --help`"],
  ["`cas-batch fields`", "`cas-batch fields`"],
  ["`cas-batch report --only open`", "`cas-batch report --only open --env acceptance --ledger b`"],
  ["`cas-batch ledger adopt`", "`cas-batch ledger adopt --ledger b`"],
  [
    "`cas-batch resume --settle 'IN:a`b --ledger=arrived'`",
    "`cas-batch resume --settle 'IN:a`b --ledger=arrived' --env acceptance --ledger b`",
  ],
])("stepOf() makes of %s: %s", (text, step) => {
  expect(stepOf(text, "run", { env: "acceptance", ledger: "b" })).toBe(step);
});
