// Commands that go on with what another has begun, in a folder where nothing was.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

describe("without a ledger", () => {
  it.each([
    ["resume"],
    ["reconcile"],
    ["explain", "PO-1"],
    ["ledger", "verify"],
    ["ledger", "backup"],
    ["ledger", "export", "-o", "all.jsonl"],
    ["ledger", "prune", "--older-than", "7y"],
    ["ledger", "adopt"],
  ])("%s says that there is none, and begins none", async (...args) => {
    const cwd = emptyFolder();
    const told = await runCli([...args, "--env", "simulator", "--json"], { cwd });
    expect(documentOf(told).error).toMatchObject({
      code: "ledger-missing",
      message: expect.stringContaining("cas-batch-data/simulator/ledger.sqlite") as string,
    });
    expect(told.stderr).toContain("--ledger");
    expect(told.code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("with an empty file for a ledger", () => {
  it("sends nothing, and verify calls it damaged", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "books"));
    writeFileSync(join(cwd, "books/ledger.sqlite"), "");
    writeFileSync(join(cwd, "cas-batch.yaml"), "ledger: books/ledger.sqlite\n");
    const row = "LED-1,IN,Bolts,73181500,BE0123456789";
    const header = "External reference,Direction,Goods description,Commodity code,Consignee EORI";
    writeFileSync(join(cwd, "a.csv"), `${header}\n${row}\n`);
    const sent = await runCli(["submit", "a.csv", "--env", "simulator", "--json"], { cwd });
    expect(documentOf(sent).error).toMatchObject({ code: "ledger-unusable" });
    expect(sent.stderr).toContain("--create-ledger");
    expect(sent.code).toBe(2);
    const verified = await runCli(["ledger", "verify"], { cwd });
    expect(verified.stdout).toContain("DAMAGED");
    expect(verified.code).toBe(6);
  });
});
