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

  it("counts by kind what it does not show one by one", async () => {
    const cwd = emptyFolder();
    const rows = Array.from({ length: 30 }, (_row, at) => `R${String(at)},XX,Bolts,zzz`);
    writeFileSync(join(cwd, "n.csv"), `${HEADERS},Gross mass (kg)\n${rows.join("\n")}\n`);
    const { stdout } = await runCli(["check", "n.csv"], { cwd });
    expect(stdout.match(/^ {2}error/gm)).toHaveLength(20);
    expect(stdout).toMatch(
      / … and 40 findings more: \d+ × [a-z-]+, \d+ × [a-z-]+; --json shows all/,
    );
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
