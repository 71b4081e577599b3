// `submit --dry-run` says what the next `submit` does, and leaves the ledger and CAS alone.
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { sha256Hex } from "../../src/core/json.ts";
import { documentOf, emptyFolder, runCli, type Finished } from "../support/run-cli.ts";

const HEADER =
  "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg)";
const row = (reference: string, grossMass: number | string): string =>
  `${reference};IN;Bolts;73181500;BE0123456789;${String(grossMass)}`;

interface DryDocument {
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly askedFirst: number;
  readonly tenant: string | null;
  readonly shipments: readonly {
    readonly key: { readonly externalReference: string };
    readonly fileName: string;
    readonly outcome: string;
    readonly changes: { readonly count: number } | null;
    readonly reasonCode: string | null;
  }[];
}

const dryDocument = (finished: Finished): DryDocument =>
  documentOf(finished) as unknown as DryDocument;

function write(cwd: string, name: string, savedAt: number, ...rows: readonly string[]): void {
  const path = join(cwd, name);
  writeFileSync(path, `${[HEADER, ...rows].join("\n")}\n`);
  const time = new Date(Date.UTC(2026, 10, savedAt));
  utimesSync(path, time, time);
}

describe("submit --dry-run, where some of the shipments were sent before", () => {
  const cwd = emptyFolder();
  const state = join(cwd, "cas-batch-data/simulator");
  const env = ["--env", "simulator"];
  const files = ["old.csv", "new.csv"];
  const bytesOf = (name: string): string => sha256Hex(readFileSync(join(state, name), "latin1"));

  beforeAll(async () => {
    write(cwd, "old.csv", 1, row("SAME", 10), row("CHANGED", 10), row("TWICE", 10));
    expect((await runCli(["submit", "old.csv", ...env], { cwd })).code).toBe(0);
    for (let tries = 0; tries < 20; tries += 1) {
      const reconciled = await runCli(["reconcile", ...env, "--json"], { cwd });
      if (reconciled.stdout.includes('"Released":3')) break;
    }
    write(cwd, "old.csv", 2, row("SAME", 10), row("CHANGED", 20), row("TWICE", 10));
    write(cwd, "new.csv", 3, row("TWICE", 30), row("FRESH", 5), row("WRONG", "x"));
  }, 120_000);

  it(
    "says it of each shipment, changes nothing, and the submit after it does so",
    { timeout: 120_000 },
    async () => {
      const before = [
        bytesOf("ledger.sqlite"),
        bytesOf("simulator.jsonl"),
        readdirSync(join(cwd, "out")),
      ];
      const dry = dryDocument(
        await runCli(["submit", ...files, ...env, "--dry-run", "--json"], { cwd }),
      );
      const after = [
        bytesOf("ledger.sqlite"),
        bytesOf("simulator.jsonl"),
        readdirSync(join(cwd, "out")),
      ];
      expect(after).toEqual(before);
      expect(
        dry.shipments.map(({ fileName, key, outcome, changes, reasonCode }) => [
          fileName,
          key.externalReference,
          outcome,
          changes?.count ?? 0,
          reasonCode,
        ]),
      ).toEqual([
        ["old.csv", "SAME", "unchanged", 0, null],
        ["old.csv", "CHANGED", "held", 1, "would-amend"],
        ["old.csv", "TWICE", "unchanged", 0, null],
        ["new.csv", "TWICE", "held", 1, "would-amend"],
        ["new.csv", "FRESH", "send", 0, null],
        ["new.csv", "WRONG", "invalid", 0, null],
      ]);
      expect(dry).toMatchObject({ exitCode: 4, askedFirst: 1, tenant: "SIMULATOR" });

      const allowed = ["--allow-amend", "TWICE"];
      const again = await runCli(["submit", ...files, ...env, "--dry-run", ...allowed, "--json"], {
        cwd,
      });
      const expected = dryDocument(again).counts;
      expect(expected).toMatchObject({
        unsent: 2,
        held: 1,
        superseded: 1,
        unchanged: 1,
        invalid: 1,
      });
      const real = dryDocument(
        await runCli(["submit", ...files, ...env, ...allowed, "--json"], { cwd }),
      );
      expect(real.counts).toEqual({ ...expected, unsent: 0, accepted: expected["unsent"] });
      expect(real.exitCode).toBe(dryDocument(again).exitCode);
    },
  );

  it("shows the differences to a person", async () => {
    write(cwd, "newer.csv", 9, row("SAME", 11));
    const { stdout } = await runCli(["submit", "newer.csv", ...env, "--dry-run", "--allow-amend"], {
      cwd,
    });
    expect(stdout).toContain("1 shipment: 1 to be sent");
    expect(stdout).toMatch(/change {3}IN SAME .*: "10" → "11"/);
    expect(stdout).toContain("1 shipment would be sent\n");
    expect(stdout).toContain("nothing was sent or recorded");
    expect(stdout).toContain("without `--dry-run`");
  });
});

describe("submit --dry-run without a ledger", () => {
  it("begins none, and would send all of it", async () => {
    const cwd = emptyFolder();
    write(cwd, "a.csv", 1, row("S-1", 10));
    const dry = await runCli(["submit", "a.csv", "--env", "acceptance", "--dry-run", "--json"], {
      cwd,
    });
    expect(dry.code, dry.stderr).toBe(0);
    expect(dryDocument(dry)).toMatchObject({
      ...{ tenant: null, askedFirst: 1, shipments: [{ outcome: "send" }], newLedger: true },
    });
    expect(readdirSync(cwd)).toEqual(["a.csv"]);
  });

  it("refuses one that is named and missing, as submit does", async () => {
    const cwd = emptyFolder();
    write(cwd, "a.csv", 1, row("S-1", 10));
    const words = ["submit", "a.csv", "--env", "acceptance", "--ledger", "lost.sqlite", "--json"];
    const dry = await runCli([...words, "--dry-run"], { cwd });
    expect(documentOf(dry).error).toMatchObject({ code: "ledger-missing" });
    expect(existsSync(join(cwd, "lost.sqlite"))).toBe(false);
  });

  it("checks only where no environment is named", async () => {
    const cwd = emptyFolder();
    write(cwd, "a.csv", 1, row("S-1", 10));
    const dry = await runCli(["submit", "a.csv", "--dry-run", "--json"], { cwd });
    expect(dryDocument(dry)).toMatchObject({ exitCode: 0, counts: { unsent: 1 } });
    expect(dryDocument(dry).shipments).toBeUndefined();
  });
});

describe("submit --dry-run with the books of two tenants", () => {
  const cwd = emptyFolder();
  const words = ["submit", "a.csv", "--env", "acceptance", "--ledger", "l.sqlite", "--dry-run"];

  beforeAll(async () => {
    write(cwd, "a.csv", 1, row("S-1", 10));
    const ledger = await openSqliteLedger(join(cwd, "l.sqlite"));
    for (const tenant of ["ACME", "Bolts"]) ledger.books("acceptance", tenant);
    await ledger.close();
  });
  afterAll(() => {
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it("asks which is meant, and takes the one named", async () => {
    const which = await runCli([...words, "--json"], { cwd });
    expect(which.code).toBe(2);
    expect(which.stderr).toMatch(
      /books of several tenants for acceptance: ACME, Bolts\n.*--tenant/,
    );
    const named = await runCli([...words, "--tenant", "Bolts", "--json"], { cwd });
    expect(dryDocument(named)).toMatchObject({ exitCode: 0, tenant: "Bolts" });
    expect((await runCli([...words, "--tenant", "Other"], { cwd })).code).toBe(2);
  });
});
