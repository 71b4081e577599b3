// What is no regular file is named and does not hold up the files beside it.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const GOOD =
  "External reference,Direction,Goods description,Commodity code,Gross mass (kg)\nR-1,IN,Bolts,73181500,25000\n";

describe.runIf(process.platform !== "win32")("a named pipe", () => {
  it("is a finding of `check`, which goes on with the next file", { timeout: 20_000 }, async () => {
    const cwd = emptyFolder();
    spawnSync("mkfifo", [join(cwd, "a.csv")]);
    writeFileSync(join(cwd, "b.csv"), GOOD);
    const result = await runCli(["check", "a.csv", "b.csv", "--json"], { cwd });
    expect(result.code, result.stderr).toBe(4);
    expect(documentOf(result).findings[0]).toMatchObject({
      code: "file-unreadable",
      message: '"a.csv" is a named pipe, not a file',
    });
    expect(documentOf(result).counts["shipments"]).toBe(1);
  });

  it("stops nothing in an inbox", { timeout: 60_000 }, async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "inbox"));
    spawnSync("mkfifo", [join(cwd, "inbox/a.csv")]);
    writeFileSync(join(cwd, "inbox/b.csv"), GOOD);
    const result = await runCli(["run", "--env", "simulator", "--wait", "0", "--json"], { cwd });
    expect(documentOf(result).files).toMatchObject([{ name: "b.csv", rejected: false }]);
    expect(documentOf(result)).toMatchObject({
      notTaken: [{ name: "a.csv", code: "not-a-file" }],
      counts: { accepted: 1 },
    });
    expect(result.code, result.stderr).toBe(0);
  });

  it("is no profile and no configuration", { timeout: 20_000 }, async () => {
    const cwd = emptyFolder();
    spawnSync("mkfifo", [join(cwd, "p.yaml")]);
    writeFileSync(join(cwd, "b.csv"), GOOD);
    for (const flag of ["--profile", "--config"]) {
      const result = await runCli(["check", "b.csv", flag, "p.yaml"], { cwd });
      expect(result.stderr).toContain("is a named pipe, not a file");
      expect(result.code).toBe(2);
    }
  });
});

describe("`limits` of the configuration", () => {
  it("hold for the files of `check`", { timeout: 20_000 }, async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.csv"), GOOD);
    writeFileSync(join(cwd, "cas-batch.yaml"), "limits: { columns: 4, driveAnswer: 10s }\n");
    const narrow = await runCli(["check", "a.csv", "--json"], { cwd });
    expect(documentOf(narrow).findings).toMatchObject([{ code: "file-too-large" }]);
    writeFileSync(join(cwd, "cas-batch.yaml"), "limits: { columns: 5 }\n");
    expect((await runCli(["check", "a.csv"], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, "cas-batch.yaml"), "limits: { colums: 5 }\n");
    expect((await runCli(["check", "a.csv"], { cwd })).stderr).toContain("did you mean `columns`?");
  });
});
