// What `check` says to people: the next step, numbers, one line for each finding.
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, root, runCli } from "../../support/run-cli.ts";

const HEADERS = "External reference,Direction,Goods description";

describe("cas-batch check", () => {
  it("says of an empty template that there is nothing to send", async () => {
    const cwd = emptyFolder();
    const name = "customs-shipments-flat.xlsx";
    copyFileSync(join(root, "templates", name), join(cwd, name));
    const { code, stdout } = await runCli(["check", name], { cwd });
    expect(stdout).toContain("nothing to send");
    expect(stdout).not.toContain("cas-batch submit");
    expect(code).toBe(0);
  });

  it("writes all numbers alike, and a header with a line break on one line", async () => {
    const cwd = emptyFolder();
    const rows = Array.from({ length: 1_200 }, (_row, at) => `R${String(at)},IN,Bolts,x`);
    writeFileSync(join(cwd, "n.csv"), `${HEADERS},"My own\nnote"\n${rows.join("\n")}\n`);
    const { stdout } = await runCli(["check", "n.csv"], { cwd });
    expect(stdout).toContain("1,200 shipments: 1,200 valid");
    expect(stdout).toContain("1,200 rows = 1,200 in shipments");
    expect(stdout).toMatch(/\(My own note\): .*\[header-unknown\]/);
  });

  it("shows errors of every kind, and counts by kind what it does not show one by one", async () => {
    const cwd = emptyFolder();
    const rows = Array.from(
      { length: 300 },
      (_row, at) => `R${String(at)},X${String(at)},Bolts,${at === 299 ? "zzz" : "5"}`,
    );
    writeFileSync(join(cwd, "n.csv"), `${HEADERS},Gross mass (kg)\n${rows.join("\n")}\n`);
    const { stdout } = await runCli(["check", "n.csv"], { cwd });
    expect(stdout.match(/^ {2}error/gm)).toHaveLength(50);
    expect(stdout).toContain('n.csv › n › D301 (Gross mass (kg)): Gross mass (kg) cannot be "zzz"');
    expect(stdout).toContain("… 251 more × value-not-allowed, n.csv › n › column B (Direction)");
    expect(stdout).toContain("--json shows every error");
    expect(stdout).toContain("--annotate DIR");
  });

  it("shows errors about the same value in a column as one, with their cells and the way out", async () => {
    const cwd = emptyFolder();
    const rows = Array.from({ length: 300 }, (_row, at) => `R${String(at)},Binnen,Bolts`);
    writeFileSync(join(cwd, "n.csv"), `${HEADERS}\n${[...rows, "S,SIDEWAYS,"].join("\n")}\n`);
    const { stdout } = await runCli(["check", "n.csv"], { cwd });
    expect(stdout.match(/^ {2}error/gm)).toHaveLength(3);
    expect(stdout).toContain("the same in 299 more cells: B3, B4, ");
    expect(stdout).toContain("`values: { Binnen: … }`");
    expect(stdout).not.toContain("more ×");
  });

  it("shows the one error before 380 equal warnings, which take one line", async () => {
    const cwd = emptyFolder();
    const rows = Array.from(
      { length: 380 },
      (_row, at) => `R${String(at)},IN,Bolts,${at === 379 ? "zzz" : "5"},HRK`,
    );
    writeFileSync(
      join(cwd, "n.csv"),
      `${HEADERS},Gross mass (kg),Customs value currency\n${rows.join("\n")}\n`,
    );
    const { stdout } = await runCli(["check", "n.csv"], { cwd });
    expect(stdout.indexOf("D381 (Gross mass (kg))")).toBeLessThan(stdout.indexOf("  warning"));
    expect(stdout).toMatch(
      /^ {2}warning {2}380 × code-not-in-list, n\.csv › n › column E .*, first E2: /m,
    );
    const quiet = await runCli(["check", "n.csv", "-q"], { cwd });
    expect(quiet.stdout).toContain("D381 (Gross mass (kg))");
    expect(quiet.stdout).not.toContain("warning");
  });

  it("says of a file that is not there what to do, and nothing of cells", async () => {
    const { code, stdout } = await runCli(["check", "none.csv"], { cwd: emptyFolder() });
    expect(code).toBe(3);
    expect(stdout).toContain("Do what is said of the file and run the same command again");
  });

  it("notes once for each kind what is merely to be known", async () => {
    const cwd = emptyFolder();
    const profile = [
      "version: 1",
      "columns: { Ref: External reference, Way: Direction, Goods: Goods description }",
      "rows: { leaveOut: [{ column: Goods, is: Remark }] }",
    ];
    writeFileSync(join(cwd, "p.yaml"), profile.join("\n"));
    writeFileSync(join(cwd, "n.csv"), "Ref,Way,Goods\nR1,IN,Bolts\n,,Remark\n,,Remark\n");
    const { code, stdout } = await runCli(["check", "n.csv", "--profile", "p.yaml"], { cwd });
    expect(stdout.match(/^ {2}note .*$/gm)).toEqual([
      "  note     n.csv › n › row 3: The profile leaves out 2 rows of sheet n: 3, 4  [rows-left-out]",
    ]);
    expect(code).toBe(0);
  });
});
