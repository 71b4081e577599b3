// `cas-batch ledger`, and which ledger a command begins, through the command line.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { documentOf, emptyFolder, runCli } from "../../support/run-cli.ts";

const FILE = `External reference,Direction,Goods description,Commodity code,Consignee EORI
LED-1,IN,Bolts,73181500,BE0123456789
`;
const LEDGER = "cas-batch-data/simulator/ledger.sqlite";
const SUBMIT = ["submit", "a.csv", "--env", "simulator", "--json"] as const;

let cwd: string;
beforeAll(async () => {
  cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  expect((await runCli(SUBMIT, { cwd })).code).toBe(0);
});

const ledger = (...args: readonly string[]) =>
  runCli(["ledger", ...args, "--env", "simulator"], { cwd });

// A test starts few programs: its time is bounded, and on a busy machine each takes seconds.
describe("a ledger that is named and missing", () => {
  const inNewFolder = (): string => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "a.csv"), FILE);
    return folder;
  };

  it("is not begun, and the error says how to begin it", async () => {
    const folder = inNewFolder();
    const named = await runCli([...SUBMIT, "--ledger", "x.sqlite"], { cwd: folder });
    expect(documentOf(named).error).toMatchObject({ code: "ledger-missing" });
    expect(named.stderr).toContain("--create-ledger");
    expect(named.code).toBe(2);
    expect(existsSync(join(folder, "x.sqlite"))).toBe(false);
  });

  it("is not begun when the environment names it", async () => {
    const folder = inNewFolder();
    const env = { CAS_LEDGER: "x.sqlite" };
    expect((await runCli(SUBMIT, { cwd: folder, env })).code).toBe(2);
    expect(existsSync(join(folder, "x.sqlite"))).toBe(false);
  });

  it.each([["submit", SUBMIT] as const, ["doctor", ["doctor", "--env", "simulator"]] as const])(
    "is not begun by %s when the configuration names it",
    async (_what, command) => {
      const folder = inNewFolder();
      writeFileSync(join(folder, "cas-batch.yaml"), "ledger: x.sqlite\n");
      expect((await runCli(command, { cwd: folder })).code).toBe(2);
      expect(existsSync(join(folder, "x.sqlite"))).toBe(false);
    },
  );

  it("is begun once with --create-ledger and used from then on", async () => {
    const folder = inNewFolder();
    writeFileSync(join(folder, "cas-batch.yaml"), "ledger: x.sqlite\n");
    expect((await runCli([...SUBMIT, "--create-ledger"], { cwd: folder })).code).toBe(0);
    expect((await runCli(SUBMIT, { cwd: folder })).code).toBe(0);
  });
});

describe("cas-batch ledger", () => {
  it("backup writes a whole copy, once", async () => {
    const backup = await ledger("backup", "b.sqlite", "--json");
    expect(documentOf(backup)).toMatchObject({ exitCode: 0, backup: join(cwd, "b.sqlite") });
    expect((await ledger("verify", "b.sqlite")).stdout).toMatch(
      /WHOLE: .+\n1 shipment in 1 version/,
    );
    const again = await ledger("backup", "b.sqlite");
    expect(again.stderr).toContain("--force");
    expect(again.code).toBe(2);
  });

  it("verify says with 6 that a ledger is damaged", async () => {
    const bytes = readFileSync(join(cwd, LEDGER), "latin1").replaceAll("Bolts", "Balts");
    writeFileSync(join(cwd, "damaged.sqlite"), bytes, "latin1");
    const damaged = await ledger("verify", "damaged.sqlite", "--json");
    expect(documentOf(damaged)).toMatchObject({ whole: false, counts: {} });
    expect(damaged.code).toBe(6);
    const text = await ledger("verify", "damaged.sqlite");
    expect(text.stdout).toMatch(/DAMAGED.*\n.*\n.*not what its fingerprint says: 1\n.*IN LED-1/);
  });

  it("adopt says which copy lives; until then it is read and not sent from", async () => {
    copyFileSync(join(cwd, LEDGER), join(cwd, "copy.sqlite"));
    const copy = ["--ledger", "copy.sqlite"];
    const refused = await runCli([...SUBMIT, ...copy], { cwd });
    expect(documentOf(refused).error).toMatchObject({ code: "ledger-moved" });
    expect(refused.stderr).toContain("cas-batch ledger adopt --ledger");
    expect(refused.code).toBe(2);
    const read = await runCli(["explain", "LED-1", "--env", "simulator", ...copy], { cwd });
    expect(read.code).toBe(0);
    const adopted = await runCli(["ledger", "adopt", ...copy], { cwd });
    expect(adopted.stderr).toMatch(/Never send from .+ledger\.sqlite on .+ again/);
    expect(adopted.code).toBe(0);
    expect((await runCli([...SUBMIT, ...copy], { cwd })).code).toBe(0);
  });

  it("export writes JSON lines to standard output", async () => {
    const { stdout, code } = await ledger("export");
    const kinds = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect([kinds[0], kinds.at(-1)]).toEqual(["ledger", "end"]);
    expect(kinds).toEqual(expect.arrayContaining(["shipment", "version", "attempt", "receipt"]));
    expect(code).toBe(0);
  });

  it("export writes JSON lines to a file, and says how many", async () => {
    const toFile = await ledger("export", "-o", "all.jsonl", "--json");
    const lines = readFileSync(join(cwd, "all.jsonl"), "utf8").trimEnd().split("\n").length;
    expect(documentOf(toFile)).toMatchObject({ output: join(cwd, "all.jsonl"), lines });
  });

  it("export refuses --json without a file, and a folder that is not there", async () => {
    expect((await ledger("export", "--json")).code).toBe(2);
    const nowhere = await ledger("export", "-o", "nowhere/all.jsonl");
    expect(nowhere.stderr).toContain("Cannot write");
    expect(nowhere.code).toBe(2);
  });

  it("prune counts unless told to remove", async () => {
    const counted = await ledger("prune", "--older-than", "7y", "--json");
    expect(documentOf(counted)).toMatchObject({ removed: false, pruned: { shipments: 0 } });
    const removed = await ledger("prune", "--older-than", "7y", "--yes", "--json");
    expect(documentOf(removed)).toMatchObject({ removed: true });
  });

  it("prune refuses what is no duration, and --yes with --dry-run", async () => {
    expect((await ledger("prune", "--older-than", "seven")).code).toBe(2);
    expect((await ledger("prune", "--older-than", "7y", "--yes", "--dry-run")).code).toBe(2);
  });

  it("without an action, or with a wrong one, says which there are", async () => {
    const { stderr, code } = await ledger();
    expect(stderr).toContain("backup, verify, export, prune or adopt");
    expect(code).toBe(2);
  });
});
