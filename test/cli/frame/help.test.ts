// A help begins with what is particular to its command, and fits the terminal.
import { expect, test } from "vitest";
import { atTerminal, noPseudoTerminal } from "../../support/pseudo-terminal.ts";
import { runCli } from "../../support/run-cli.ts";

const missing = noPseudoTerminal();
if (missing !== null && process.env["CI"] === "true") throw new Error(missing);

const commands = [
  ...["template", "check a", "submit a", "run", "resume", "reconcile", "report", "explain a"],
  ...["declarations update", "ledger prune", "listen", "init", "profile init a", "doctor"],
];

test.each(commands)(
  "`cas-batch %s --help`: own flags, those of all commands, examples",
  async (typed) => {
    const { stdout } = await runCli([...typed.split(" "), "--help"]);
    const headings = [...stdout.matchAll(/^([A-Z][\w ]+):$/gm)].map(([, heading]) => heading);
    const everywhere = headings.indexOf("Everywhere");
    expect(headings.indexOf("Options")).toBeGreaterThanOrEqual(0);
    expect(headings.indexOf("Options")).toBeLessThan(everywhere);
    expect(headings.slice(everywhere)).toEqual(["Everywhere", "Examples"]);
    expect(stdout.slice(0, stdout.indexOf("Everywhere:"))).not.toMatch(
      /--(?:help|version|env) {2}/,
    );
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  },
);

test.skipIf(missing !== null).each(["", "submit", "declarations update", "init"])(
  "`cas-batch %s --help` fits 40 columns",
  async (typed) => {
    const words = typed.split(" ").filter((word) => word !== "");
    const at = atTerminal([...words, "--help"], { columns: 40 });
    expect(await at.ended).toBe(0);
    const lines = at.shown().split("\r\n");
    expect(lines.length).toBeGreaterThan(20);
    // A path of a declaration is one word, and is not broken.
    const long = lines.filter((line) => line.length > 40 && line.trim().includes(" "));
    expect(long).toEqual([]);
  },
);
