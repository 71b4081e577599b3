// docs/api-coverage.md says for every thing that the pages of CAS tell a client to do which command does it
// and which test shows it: the commands and the tests must be there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, runCli } from "./support/run-cli.ts";

interface Row {
  readonly sentence: string;
  readonly commands: readonly string[];
  /** Shape: `test/cas/links.test.ts › title of the test`. */
  readonly tests: readonly string[];
}

function rowsOf(page: string): readonly Row[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| What the page"))
    .filter((line) => !line.startsWith("| ---"))
    .map((line) => {
      const [sentence = "", commands = "", tests = ""] = line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      return {
        sentence,
        commands: [...commands.matchAll(/`([a-z]+)[^`]*`/g)].map(([, name = ""]) => name),
        tests: tests.split("<br>").map((test) => test.trim()),
      };
    });
}

/** Null when there is such a test. */
function faultOf(test: string): string | null {
  const [file = "", title = ""] = test.split(" › ");
  if (!/^test\/.+\.(?:test|fault)\.ts$/.test(file) || title === "") return "names no test";
  if (!existsSync(join(root, file))) return `there is no ${file}`;
  // A title that goes on in the next line of a template is not found, nor should it be.
  return readFileSync(join(root, file), "utf8").includes(title)
    ? null
    : `${file} has no "${title}"`;
}

const PAGE = readFileSync(join(root, "docs/api-coverage.md"), "utf8");

describe("docs/api-coverage.md", () => {
  const rows = rowsOf(PAGE);

  it("has rows for all five pages", () => {
    expect(PAGE.match(/^## /gm)).toHaveLength(5);
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each(rows.map((row) => [row.sentence, row] as const))("%s", (_, { tests }) => {
    expect(tests.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  });

  it("names commands that there are", async () => {
    const { stdout } = await runCli(["--help"]);
    const known = [...stdout.matchAll(/^([a-z]+) .* {2}/gm)].map(([, name]) => name);
    const named = new Set(rows.flatMap(({ commands }) => commands));
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("would notice a test that is not there", () => {
    const [row] = rowsOf("| a | `submit` | test/readme.test.ts › no such title |\n");
    expect(row?.tests.map(faultOf)).not.toEqual([null]);
    expect(faultOf("test/none.test.ts › has rows")).toContain("there is no");
    expect(faultOf("test/api-coverage.test.ts › has rows for all five pages")).toBeNull();
  });
});
