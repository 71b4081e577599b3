// `cas-batch status` and the metrics through the command line, as a person and a monitor see them.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/core/time/clock.ts";
import type { StatusOfBooks } from "../../../src/ledger/contract/status.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { startListening } from "../../support/listening.ts";
import { parseMetrics, type ReadMetric } from "../../support/parse-metrics.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../../support/run-cli.ts";

const SLOW_MS = 120_000;
const HOUR_MS = 3_600_000;

interface Shown extends ResultDocument {
  readonly fresh?: boolean;
  readonly books: readonly (StatusOfBooks & {
    readonly freshness?: { readonly state: string };
    readonly listener: { readonly state: string } | null;
    readonly oldest: readonly object[];
  })[];
}

const cwd = emptyFolder();
const env = { CAS_ENV: "simulator" };
const ledgerPath = join(cwd, "cas-batch-data/simulator/ledger.sqlite");
const status = async (...args: string[]): Promise<Shown> =>
  documentOf(await runCli(["status", "--json", ...args], { cwd, env })) as Shown;

/** A run of long ago, or of a time that is still to come, as the newest one. */
async function addRun(
  path: string,
  environment: "production" | "simulator",
  tenant: string,
  { agoMs, exitCode }: { readonly agoMs: number; readonly exitCode: number | null },
): Promise<void> {
  const ledger = await openSqliteLedger(path);
  const books = ledger.books(environment, tenant);
  const at = new Date(Date.now() - agoMs);
  const runId = `r-${String(Math.random())}`;
  await books.startRun({ runId, command: "run", startedAt: at, programVersion: "0.1.0" });
  if (exitCode !== null) await books.finishRun(runId, { finishedAt: at, exitCode });
  await ledger.close();
}

function readMetrics(path: string): readonly ReadMetric[] {
  return parseMetrics(readFileSync(path, "utf8"));
}
const valueOf = (all: readonly ReadMetric[], name: string, labels: object = {}) =>
  all
    .find((metric) => metric.name === name)
    ?.samples.find((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )?.value;

describe("after a night", () => {
  const metricsPath = join(cwd, "cas-batch.prom");
  let night: ResultDocument | null = null;

  beforeAll(async () => {
    const header =
      "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg)";
    const rows = [
      "S-1;IN;Bolts;73181500;BE0123456789;10",
      "S-2;IN;Nuts;73181600;BE0123456789;heavy",
    ];
    const inbox = join(cwd, "inbox");
    mkdirSync(inbox);
    writeFileSync(join(inbox, "night.csv"), `${[header, ...rows].join("\n")}\n`);
    night = documentOf(
      await runCli(["run", "--json", "--wait", "20s", "--metrics", metricsPath], { cwd, env }),
    );
  }, SLOW_MS);

  test("status shows the last run, what is open and what to do", async () => {
    expect(night?.exitCode).toBe(4);
    const { code, stdout } = await runCli(["status"], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/simulator, tenant \S+\n +SIMULATOR, nothing was filed with customs/);
    expect(stdout).toMatch(/Last run +20\S+ \S+ \(\d+ (?:s|min) ago\), exit code 4: finished/);
    expect(stdout).toMatch(/Open +1 shipment with mistakes in its file, since 20/);
    expect(stdout).toContain("`cas-batch report --only open --env simulator`");
    const shown = await status();
    expect(shown.books[0]).toMatchObject({
      ...{ environment: "simulator", shipments: 1, open: { invalid: { count: 1 } } },
      ...{ oldest: [{ kind: "invalid", key: { externalReference: "S-2" } }], sender: null },
      lastRuns: { run: { last: { exitCode: 4, simulated: true } } },
    });
  });

  test("--max-age is content with a run that ended with 4, and fails as soon as it is too old", async () => {
    expect(await status("--max-age", "26h")).toMatchObject({
      exitCode: 0,
      status: "done",
      fresh: true,
    });
    const old = await status("--max-age", "1ms");
    expect(old).toMatchObject({ exitCode: 4, status: "not-fresh", fresh: false });
    expect(old.books[0]?.freshness?.state).toBe("too-old");
    expect(old.next[0]).toContain("`cas-batch run INBOX --env simulator`");
    expect((await status("--max-age", "soon")).error?.message).toContain(
      "--max-age soon is no age",
    );
  });

  test("the run has written its metrics, its own end included, and nothing else beside them", () => {
    const all = readMetrics(metricsPath);
    expect(valueOf(all, "cas_batch_runs_total", { command: "run", exit_code: "4" })).toBe(1);
    expect(valueOf(all, "cas_batch_open", { kind: "invalid" })).toBe(1);
    expect(valueOf(all, "cas_batch_last_run_exit_code", { command: "run" })).toBe(4);
    expect(readFileSync(metricsPath, "utf8")).not.toMatch(/S-1|S-2|BE0123456789|night|\//);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(statSync(metricsPath).mode & 0o777).toBe(0o640);
  });

  test(
    "a command that fails renews the metrics, and one that cannot write them works all the same",
    async () => {
      const path = join(emptyFolder(), "failed.prom");
      const down = {
        ...env,
        CAS_ENV: "acceptance",
        CAS_CLIENT_ID: "x",
        CAS_CLIENT_SECRET: "secret-word",
        CAS_API_URL: "http://127.0.0.1:9",
        CAS_TOKEN_URL: "http://127.0.0.1:9",
      };
      const failed = await runCli(["reconcile", "--ledger", ledgerPath, "--metrics", path], {
        cwd,
        env: down,
      });
      expect(failed.code).not.toBe(0);
      expect(
        valueOf(readMetrics(path), "cas_batch_runs_total", { command: "run", exit_code: "4" }),
      ).toBe(1);
      const folder = join(cwd, "no-such-folder/m.prom");
      const unwritten = await runCli(["reconcile", "--metrics", folder], { cwd, env });
      expect(unwritten.stderr).toContain("The metrics are not renewed: Cannot write");
      expect([0, 4]).toContain(unwritten.code);
      // Asked for the metrics and nothing else, it fails.
      expect((await runCli(["status", "--metrics", folder], { cwd, env })).code).toBe(2);
    },
    SLOW_MS,
  );

  test("metrics: in cas-batch.yaml names the file from the folder of the configuration", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "cas-batch.yaml"), `ledger: ${ledgerPath}\nmetrics: here.prom\n`);
    await runCli(["status", "--config", join(folder, "cas-batch.yaml")], { cwd, env: {} });
    expect(valueOf(readMetrics(join(folder, "here.prom")), "cas_batch_ledger_readable")).toBe(1);
  });

  test(
    "listen tells the metrics to this machine alone, and its life stands in status",
    async () => {
      const listening = await startListening(["--metrics-port", "0"], { cwd, env });
      const metrics = listening.metrics ?? "";
      const answer = await fetch(metrics);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        200,
        "text/plain; version=0.0.4; charset=utf-8",
      ]);
      expect(valueOf(parseMetrics(await answer.text()), "cas_batch_listener_ended")).toBe(0);
      expect((await fetch(metrics.replace("/metrics", "/"))).status).toBe(404);
      expect((await fetch(metrics, { method: "POST", body: "x" })).status).toBe(405);
      expect((await fetch(metrics, { headers: { origin: "https://evil.example" } })).status).toBe(
        403,
      );
      // The receiver itself, which may stand on the internet, tells nothing.
      expect((await fetch(`${listening.url}/metrics`)).status).toBe(405);
      expect((await status()).books[0]?.listener?.state).toBe("alive");
      listening.process.kill("SIGKILL");
      await listening.finished;
      const clock = { ...systemClock, now: () => new Date(Date.now() + 2 * HOUR_MS) };
      const { withStatus } = await import("../../../src/runs/status.ts");
      const { listenerLife } = await import("../../../src/runs/listener-life.ts");
      const place = { ledgerPath, environment: null, tenant: null };
      const lives = await withStatus(place, clock, async (readers) =>
        Promise.all(readers.map(async (one) => (await one.status()).listener)),
      );
      const [listener = null] = lives;
      expect(listener === null ? null : listenerLife(listener, clock.now())).toBe("dead");
    },
    SLOW_MS,
  );
});

describe("a ledger", () => {
  test("that is not there is an error, is not begun, and has metrics that say so", async () => {
    const folder = emptyFolder();
    const path = join(folder, "new/ledger.sqlite");
    const metricsPath = join(folder, "m.prom");
    const missing = documentOf(
      await runCli([
        "status",
        "--ledger",
        path,
        "--max-age",
        "26h",
        "--json",
        "--metrics",
        metricsPath,
      ]),
    );
    expect([missing.exitCode, missing.error?.code]).toEqual([2, "ledger-missing"]);
    expect(existsSync(join(folder, "new"))).toBe(false);
    expect(valueOf(readMetrics(metricsPath), "cas_batch_ledger_readable")).toBe(0);
  });

  test(
    "of several environments and tenants shows them apart; each has to be fresh",
    async () => {
      const path = join(emptyFolder(), "ledger.sqlite");
      await addRun(path, "production", "ACME", { agoMs: HOUR_MS, exitCode: 0 });
      await addRun(path, "production", "Other", { agoMs: 30 * HOUR_MS, exitCode: 0 });
      await addRun(path, "simulator", "SIMULATOR", { agoMs: HOUR_MS, exitCode: 6 });
      const ask = async (...args: string[]): Promise<Shown> =>
        documentOf(
          await runCli(["status", "--ledger", path, "--json", "--max-age", "26h", ...args]),
        ) as Shown;
      const all = await ask();
      expect(all.books.map(({ tenant, freshness }) => [tenant, freshness?.state])).toEqual([
        ["ACME", "fresh"],
        ["Other", "too-old"],
        ["SIMULATOR", "failed"],
      ]);
      expect(all.exitCode).toBe(4);
      expect((await ask("--env", "production")).exitCode).toBe(4);
      expect((await ask("--env", "production", "--tenant", "ACME")).exitCode).toBe(0);
      expect((await ask("--env", "acceptance")).exitCode).toBe(4);
    },
    SLOW_MS,
  );

  test("with a run of the future says so, and does not count it as fresh for ever", async () => {
    const path = join(emptyFolder(), "ledger.sqlite");
    await addRun(path, "production", "ACME", { agoMs: -100 * HOUR_MS, exitCode: 0 });
    const args = ["status", "--ledger", path, "--max-age", "26h"];
    const { code, stdout } = await runCli(args);
    expect([code, stdout]).toEqual([
      4,
      expect.stringMatching(/AGE NOT KNOWN: .*still to come in 4 days/),
    ]);
    await addRun(path, "production", "ACME", { agoMs: 0, exitCode: 0 });
    expect((await runCli(args)).code).toBe(0);
  });

  test("may be read-only", async () => {
    const path = join(emptyFolder(), "ledger.sqlite");
    await addRun(path, "production", "ACME", { agoMs: HOUR_MS, exitCode: null });
    const before = readFileSync(path);
    const { code, stdout } = await runCli(["status", "--ledger", path, "--max-age", "26h"]);
    expect([code, stdout]).toEqual([4, expect.stringContaining("MISSING: none has ended so far")]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
