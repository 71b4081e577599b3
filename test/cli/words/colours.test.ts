// Colour: when there is some, and that no text of others brings its own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coloured, hasColour } from "../../../src/cli/words/colours.ts";
import { atTerminal, noPseudoTerminal } from "../../support/pseudo-terminal.ts";
import { emptyFolder, runCli } from "../../support/run-cli.ts";

const ESCAPE = "\u001b";
const missing = noPseudoTerminal();
if (missing !== null && process.env["CI"] === "true") throw new Error(missing);

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [false, { FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }, true],
])("hasColour() on a terminal (%s) with %j is %s", (isTTY, variables, expected) => {
  expect(hasColour({ isTTY }, variables)).toBe(expected);
});

test("Only words that begin our own lines are coloured", () => {
  expect(coloured("cas-batch: No\n  Run it\n")).toBe(
    `${ESCAPE}[31mcas-batch:${ESCAPE}[39m No\n  Run it\n`,
  );
  for (const line of ["error.csv: 1 row", "a  error    b", "okay  ", "  A warning: 3", "ok"]) {
    expect(coloured(line)).toBe(line);
  }
});

const FILE = "External reference;Direction;Gross mass (kg);Goods description\nA-1;IN;x;Bolts\n";

test("FORCE_COLOR colours also without a terminal, but never JSON; without it nothing is", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  const env = { FORCE_COLOR: "1" };
  const forced = await runCli(["check", "a.csv"], { cwd, env });
  expect(forced.stdout).toContain(`  ${ESCAPE}[31merror${ESCAPE}[39m    a.csv`);
  const json = await runCli(["check", "a.csv", "--json"], { cwd, env });
  expect(json.stdout).not.toContain(ESCAPE);
  const plain = await runCli(["check", "a.csv"], { cwd });
  expect(plain.stdout + plain.stderr).not.toContain(ESCAPE);
  expect(plain.stdout).toContain("  error    a.csv");
});

test.skipIf(missing !== null).each([
  ["in colour", {}, true],
  ["without, for NO_COLOR", { NO_COLOR: "1" }, false],
  ["without anything to act on, for TERM=dumb", { TERM: "dumb" }, false],
])("At a terminal errors are shown %s", async (_, env, isColoured) => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  const at = atTerminal(["check", "a.csv"], { cwd, env });
  expect(await at.ended).toBe(3);
  expect(at.shown().includes(`${ESCAPE}[31m`)).toBe(isColoured);
  if ("TERM" in env) expect(at.shown()).not.toContain(ESCAPE);
});
