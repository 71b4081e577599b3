// A file with a mistyped header: its rows are read, and nothing of it is sent, held or taken for unchanged.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, runCli } from "../support/run-cli.ts";

const row = (reference: string, code: string): string => `${reference},IN,Bolts,${code}`;
const HEADERS = "External reference,Direction,Goods description";

describe("a header with a typo", () => {
  it("aborts the shipments whose rows are sound, whatever CAS has of them", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.csv"), `${HEADERS},Commodity code\n${row("PO-1", "73181500")}\n`);
    const first = await runCli(["submit", "a.csv", "--env", "simulator"], { cwd });
    expect(first.code).toBe(0);
    writeFileSync(
      join(cwd, "b.csv"),
      `${HEADERS},Comodity code\n${row("PO-1", "73181500")}\n${row("PO-2", "7318150")}\n`,
    );
    const { code, stdout } = await runCli(["submit", "b.csv", "--env", "simulator", "--json"], {
      cwd,
    });
    const result = JSON.parse(stdout) as {
      counts: Record<string, number>;
      balanced: boolean;
      findings: { code: string; cell: string | null; severity: string }[];
    };
    expect(code).toBe(3);
    expect(result.balanced).toBe(true);
    expect(result.counts).toMatchObject({ aborted: 1, invalid: 1, unchanged: 0, held: 0 });
    const errors = result.findings.filter(({ severity }) => severity === "error");
    expect(errors.map((finding) => `${finding.code} ${finding.cell ?? ""}`)).toEqual([
      "header-mistyped D1",
      "code-format D3",
    ]);
    const people = await runCli(["check", "b.csv"], { cwd });
    expect(people.stdout).toContain("b.csv: rejected, nothing of it is sent; 2 rows");
  });
});
