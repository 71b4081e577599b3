// Every kind of message from the command line, against the simulator over real HTTP.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindNames, messageKinds } from "../../../src/core/message-kind.ts";
import { startFaultCas, type FaultCas } from "../../support/fault-cas.ts";
import { patchedProgram, runProgram } from "../../support/fault-program.ts";
import { runCli } from "../../support/run-cli.ts";

const others = kindNames.filter((kind) => kind !== "CustomsShipment");

interface Told {
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly attention: readonly {
    readonly kind: string;
    readonly reasonCode: string;
    readonly reason: string;
  }[];
  readonly next: readonly string[];
}

function desk(cas: FaultCas) {
  const { folder, variables } = cas;
  return {
    write: (name: string, ...lines: readonly string[]): void => {
      writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    },
    run: (...args: readonly string[]) => runCli(args, { cwd: folder, env: variables }),
    told: async (...args: readonly string[]): Promise<Told> => {
      const { stdout } = await runCli([...args, "--json"], { cwd: folder, env: variables });
      return JSON.parse(stdout) as Told;
    },
    ingested: () => cas.journal().flatMap((entry) => (entry.kind === "ingested" ? [entry] : [])),
  };
}

test(
  "ingest sends every kind, once, however its name is written",
  { timeout: 240_000 },
  async () => {
    await using cas = await startFaultCas();
    const { write, told, ingested } = desk(cas);
    const hyphened = (kind: string): string =>
      kind.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    for (const kind of others) {
      write(`${kind}.csv`, `${messageKinds[kind].key};lines[].code`, "R-1;one", "R-1;two");
      const { exitCode, counts } = await told("ingest", hyphened(kind), `${kind}.csv`);
      expect({ kind, exitCode, accepted: counts["accepted"] }).toEqual({
        kind,
        exitCode: 0,
        accepted: 1,
      });
    }
    const { counts } = await told("ingest", "Formula", "Formula.csv");
    expect(counts).toMatchObject({ accepted: 0, unchanged: 1 });
    expect(ingested().map(({ messageKind }) => messageKind)).toEqual(others);
    expect(ingested().map(({ key }) => key)).toEqual(others.map(() => "R-1"));
  },
);

test(
  "changed content updates an article, and of a formula waits for a person",
  { timeout: 240_000 },
  async () => {
    await using cas = await startFaultCas();
    const { write, run, told, ingested } = desk(cas);
    const both = (name: string): void => {
      write("a.csv", "itemId;uom", `A-1;${name}`);
      write("f.csv", "externalReference;name", `F-1;${name}`);
    };
    write("article.yaml", "version: 1", "kind: ArticleDataItem");
    write("formula.yaml", "version: 1", "kind: formula");
    write(
      "cas-batch.yaml",
      "profiles: [{ files: a.csv, profile: article.yaml }, { files: f.csv, profile: formula.yaml }]",
    );
    both("old");
    expect((await told("submit", "a.csv", "f.csv")).exitCode).toBe(0);
    both("new");
    const changed = await told("submit", "a.csv", "f.csv");
    expect(changed.counts).toMatchObject({ accepted: 1, held: 1 });
    expect(changed.attention).toMatchObject([{ kind: "Formula", reasonCode: "would-double" }]);
    expect(changed.next.join("\n")).toContain("`--allow-again Formula:F-1`");
    const plan = await run("submit", "f.csv", "--dry-run");
    expect(plan.stdout).toContain("0 formulas would be sent\n");
    expect((await told("submit", "f.csv", "--allow-amend")).counts).toMatchObject({ held: 1 });
    const allowed = await told("submit", "f.csv", "--allow-again", "Formula:F-1");
    expect(allowed.counts).toMatchObject({ accepted: 1, held: 0 });
    // The two of the first command go out beside each other.
    const keys = ingested().map(({ key }) => key);
    expect(keys.slice(0, 2).toSorted()).toEqual(["A-1", "F-1"]);
    expect(keys.slice(2)).toEqual(["A-1", "F-1"]);

    const { stdout } = await run("explain", "F-1", "--kind", "Formula");
    expect(stdout).toContain("Formula F-1, tenant");
    expect(stdout).not.toMatch(/shipment|Upsert|New|Declarations/);
    const missing = await run("explain", "F-1", "--kind", "MaterialList");
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining("no material list F-1"),
    ]);
  },
);

test(
  "run sends movement orders beside shipments and reads them back",
  { timeout: 120_000 },
  async () => {
    await using cas = await startFaultCas();
    const { write, told, run } = desk(cas);
    write("in.csv.yaml", "version: 1", "kind: MovementOrder");
    write("cas-batch.yaml", "profiles: [{ files: orders*, profile: in.csv.yaml }]");
    const { run: inFolder } = desk(cas);
    const made = await inFolder("template", "movement-order", "-o", "orders.csv");
    expect(made.code).toBe(0);
    write("orders.csv", "External reference;Type;Write-off customs status", "MO-1;RFFC;Bonded");
    write("night.csv", "External reference;Direction;Goods description", "MO-1;IN;Bolts");
    const sent = await told("submit", "orders.csv", "night.csv");
    expect(sent.counts).toMatchObject({ accepted: 2 });
    expect((await run("reconcile")).code).toBeLessThan(6);
    const { stdout } = await run("explain", "MO-1");
    expect(stdout).toMatch(/IN MO-1, tenant[^]*MovementOrder MO-1, tenant[^]*In CAS\n.* Processed/);
  },
);

test(
  "what contradicts the kind is refused before anything is sent",
  { timeout: 120_000 },
  async () => {
    await using cas = await startFaultCas();
    const { write, run, ingested } = desk(cas);
    write("f.csv", "externalReference;name", "F-1;x");
    write("f.yaml", "version: 1", "kind: Formula");
    const near = await run("ingest", "Formulas", "f.csv");
    expect([near.code, near.stderr]).toEqual([
      2,
      expect.stringContaining("did you mean `Formula`?"),
    ]);
    const other = await run("ingest", "MaterialList", "f.csv", "--profile", "f.yaml");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("is for formulas")]);
    const key = await run("check", "f.csv", "--kind", "Formula", "--key", "lines[].id");
    expect([key.code, key.stderr]).toEqual([
      2,
      expect.stringContaining("in a list that rows add to"),
    ]);
    const shipments = await run("check", "f.csv", "--key", "name");
    expect([shipments.code, shipments.stderr]).toEqual([
      2,
      expect.stringContaining("--key is for other kinds"),
    ]);
    write("bad.yaml", "version: 1", "kind: Formula", "columns: { a: Not a path }");
    const profile = await run("check", "f.csv", "--profile", "bad.yaml");
    expect([profile.code, profile.stderr]).toEqual([2, expect.stringContaining("bad.yaml line 3")]);
    expect(ingested()).toEqual([]);
  },
);

test(
  "a ninth kind is one entry of the kinds table, and its path",
  { timeout: 120_000 },
  async () => {
    using program = patchedProgram([
      {
        file: "core/message-kind.ts",
        find: "} as const satisfies Readonly<Record<string, MessageKindEntry>>;",
        put: `  WasteReport: {
    noun: "waste report", nouns: "waste reports", key: "number",
    isDirected: false, repeat: "doubles", asked: "none",
  },
} as const satisfies Readonly<Record<string, MessageKindEntry>>;`,
      },
      {
        file: "cas/endpoints.ts",
        find: '  MaterialList: message("materialLists"),',
        put: '  MaterialList: message("materialLists"),\n  WasteReport: message("formulas"),',
      },
    ]);
    await using cas = await startFaultCas();
    const place = { cwd: cas.folder, variables: cas.variables };
    writeFileSync(join(cas.folder, "w.csv"), "number;name\nW-1;x\n");
    for (const args of [
      ["template", "waste-report"],
      ["check", "w.csv", "--kind", "WasteReport"],
      ["ingest", "waste-report", "w.csv"],
      ["explain", "W-1"],
    ]) {
      const { code, stderr, stdout } = await runProgram(program, args, place);
      expect([args, code, stderr]).toEqual([args, 0, expect.any(String)]);
      if (args[0] === "ingest") expect(stdout).toContain("1 waste report: 1 accepted by CAS");
      if (args[0] === "explain") expect(stdout).toContain("WasteReport W-1");
    }
  },
);

test("a dry run and an empty file of another kind speak of that kind, and of no step", async () => {
  await using cas = await startFaultCas();
  const { write, run } = desk(cas);
  write("articles.csv", "itemId,name", "A-1,Bolts", "A-2,Nuts");
  const dry = await run("ingest", "ArticleDataItem", "articles.csv", "--dry-run");
  expect(dry.stdout).toContain("2 articles would be sent\n");
  write("orders.csv", "externalReference,type", "MO-1,RFFC");
  const sent = await run("ingest", "MovementOrder", "orders.csv");
  expect(sent.stdout).toMatch(/reconcile.*\(what became of it\)/);
  write("empty.csv", "externalReference,type");
  const empty = await run("ingest", "MovementOrder", "empty.csv");
  expect(empty.stdout).toContain("0 movement orders: none");
  expect(empty.stdout).not.toContain("Next:");
});
