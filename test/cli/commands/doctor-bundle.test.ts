// `cas-batch doctor --bundle`: everything that must not leave the house is planted in files, settings and the ledger,
// and looked for in every entry.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../../support/run-cli.ts";

const SLOW_MS = 120_000;

/** What nobody outside may see. */
const PLANTED = {
  reference: "PLANT-REF-4711",
  refused: "PLANT-REF-4712",
  eori: "BE0987654321",
  goods: "Jolanthe Vandenbroucke spare parts",
  file: "acme-orders",
  folder: "kattendijk",
  tenant: "tenant-of-acme",
  host: "gateway.acme-customs.example",
  clientId: "acme-client-0815",
  secret: "planted-s3cret-value",
  header: "acme-header-value",
  headerName: "acmeheader",
  command: "acmecommand",
};

interface Bundled extends ResultDocument {
  readonly bundle: {
    readonly path: string;
    readonly entries: readonly { readonly name: string; readonly bytes: number }[];
  };
}

const unzipped = (path: string, name: string): string =>
  execFileSync("unzip", ["-p", path, name]).toString("utf8");

describe("doctor --bundle", () => {
  const cwd = join(emptyFolder(), PLANTED.folder);
  const path = join(cwd, "support.zip");
  const ledgerPath = join(cwd, "cas-batch-data/simulator/ledger.sqlite");
  let bundled: Bundled | null = null;
  let words = "";

  beforeAll(async () => {
    mkdirSync(join(cwd, "inbox"), { recursive: true });
    const header =
      "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg)";
    const row = (reference: string, mass: string): string =>
      `${reference};IN;${PLANTED.goods};73181500;${PLANTED.eori};${mass}`;
    const rows = [row(PLANTED.reference, "10"), row(PLANTED.refused, PLANTED.goods)];
    writeFileSync(join(cwd, "inbox", `${PLANTED.file}.csv`), `${[header, ...rows].join("\n")}\n`);
    await runCli(["run", "--env", "simulator", "--wait", "20s"], { cwd });
    const ledger = await openSqliteLedger(ledgerPath);
    const books = ledger.books("production", PLANTED.tenant);
    const startedAt = new Date();
    const { command } = PLANTED;
    await books.startRun({ runId: "r-1", command, startedAt, programVersion: "0.1.0" });
    await books.startListener({
      ...{
        address: `http://${PLANTED.host}:8085`,
        hostName: PLANTED.host,
        processId: 1,
        startedAt,
      },
    });
    await ledger.close();
    // No network: nothing answers there.
    writeFileSync(
      join(cwd, "cas-batch.yaml"),
      [
        "environment: acceptance",
        `clientId: ${PLANTED.clientId}`,
        `ledger: ${ledgerPath}`,
        `apiUrl: https://${PLANTED.host}/api`,
        "tokenUrl: http://127.0.0.1:9/token",
        `headers: { ${PLANTED.headerName}: ${PLANTED.header} }`,
        "rate: 7",
        "wait: 20m",
        `profiles: [{ files: "${PLANTED.file}*", profile: ${PLANTED.folder}.yaml }]`,
      ].join("\n"),
    );
    const env = { CAS_CLIENT_SECRET: PLANTED.secret };
    const finished = await runCli(["doctor", "--bundle", path, "--json"], { cwd, env });
    bundled = documentOf(finished) as Bundled;
    words = finished.stderr;
  }, SLOW_MS);

  test("is written without a network, and records what failed", () => {
    expect(bundled?.exitCode).not.toBe(0);
    expect(bundled?.bundle.path).toBe(path);
    const checks = JSON.parse(unzipped(path, "checks.json")) as {
      name: string;
      ok: boolean;
      code: string | null;
    }[];
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toContain("Credentials");
    expect(
      checks.every(({ ok, code, name }) => ok || code !== null || /Scopes|Clock/.test(name)),
    ).toBe(true);
    expect(words).not.toContain(PLANTED.secret);
  });

  test("holds what was planted in none of its entries, nor in its names", () => {
    const listing = execFileSync("unzip", ["-l", path]).toString("utf8").replace(path, "");
    const texts = (bundled?.bundle.entries ?? []).map(({ name }) => [name, unzipped(path, name)]);
    expect(texts.map(([name]) => name)).toEqual([
      ...["README.txt", "versions.json", "settings.json", "checks.json"],
      ...["ledger.json", "status.json", "runs.json"],
    ]);
    for (const [name = "", text = ""] of [["the list", listing], ...texts]) {
      for (const value of Object.values(PLANTED)) expect(text, name).not.toContain(value);
      expect(text, name).not.toContain(cwd);
      expect(text.length, name).toBeGreaterThan(10);
    }
    // The planted values are where they could have come from.
    const ledger = readFileSync(ledgerPath).toString("latin1");
    for (const name of ["reference", "eori", "file", "tenant", "host", "command"] as const) {
      expect(ledger, name).toContain(PLANTED[name]);
    }
  });

  test("says what support needs", () => {
    const settings = JSON.parse(unzipped(path, "settings.json")) as object;
    expect(settings).toMatchObject({
      variables: ["CAS_CLIENT_SECRET"],
      settings: {
        ...{ environment: "acceptance", clientId: "[set]", headers: "[set]", profiles: "[set]" },
        ...{ rate: 7, wait: 1_200_000, apiUrl: "https://[another host]" },
        ledger: { path: "[absolute]", ending: ".sqlite", isThere: true },
      },
    });
    const ledger = JSON.parse(unzipped(path, "ledger.json")) as {
      schemaNumber: number;
      rows: object;
    };
    expect(ledger.schemaNumber).toBeGreaterThan(20);
    expect(ledger.rows).toMatchObject({ shipments: 1, listeners: 1, books: 2 });
    const runs = JSON.parse(unzipped(path, "runs.json")) as object;
    expect(runs).toMatchObject([
      { tenant: "tenant-1", runs: [{ command: "other", exitCode: null }] },
      {
        tenant: "tenant-2",
        runs: [{ command: "run", exitCode: 4, findings: [{ severity: "error" }] }],
      },
    ]);
    const status = JSON.parse(unzipped(path, "status.json")) as object;
    expect(status).toMatchObject([
      { tenant: "tenant-1" },
      { shipments: 1, open: { invalid: { count: 1 } } },
    ]);
  });

  test("is of its owner and group, and replaces nothing", async () => {
    expect(statSync(path).mode & 0o007).toBe(0);
    const before = readFileSync(path);
    const again = await runCli(["doctor", "--bundle", path], { cwd });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("it is there already")]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("is written where nothing is set up at all, and says so", async () => {
    const folder = emptyFolder();
    const { code, stdout } = await runCli(["doctor", "--bundle"], { cwd: folder });
    expect(code).toBe(2);
    const [, name = ""] = /Written for support: (\S+\.zip)/.exec(stdout) ?? [];
    expect(existsSync(name)).toBe(true);
    expect(stdout).toContain("Not in it: shipments, references, parties");
    expect(JSON.parse(unzipped(name, "checks.json"))).toMatchObject([
      { name: "Settings", ok: false, code: "configuration-invalid" },
    ]);
    expect(JSON.parse(unzipped(name, "ledger.json"))).toHaveProperty("notReadable");
  });
});
