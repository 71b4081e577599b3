// One sender for a ledger: what a second command does beside a run, through the command line.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli, startCli, type Running } from "../support/run-cli.ts";

const HEADER = "External reference,Direction,Goods description,Commodity code,Consignee EORI";
/** Five seconds are promised; the rest is for a machine that is busy with other tests. */
const SAYS_NO_WITHIN_MS = 15_000;

let simulator: Simulator;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
  env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
});
afterAll(() => simulator.close());

function fileOf(prefix: string, count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `${prefix}-${String(index)},IN,Bolts,73181500,BE0123456789`,
  );
  return [HEADER, ...rows, ""].join("\n");
}

const acceptedOf = (prefix: string): readonly string[] =>
  simulator
    .journal()
    .flatMap((entry) => (entry.kind === "accepted" ? [entry.externalReference] : []))
    .filter((reference) => reference.startsWith(prefix));

/** A folder in which a `run` is sending, slowly; without asking first, it does so at once. */
async function whileRunning(prefix: string, rate: number, shipments: number, asksFirst = false) {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  writeFileSync(join(cwd, "inbox/night.csv"), fileOf(prefix, shipments));
  writeFileSync(
    join(cwd, "cas-batch.yaml"),
    `settle:\n  delays: [200ms, 500ms]\n${asksFirst ? "" : "newLedger:\n  askFor: 0s\n"}`,
  );
  writeFileSync(join(cwd, "day.csv"), fileOf(`${prefix}DAY`, 3));
  const args = ["run", "--wait", "0", "--rate", String(rate), "--json"];
  const run: Running = startCli(args, { cwd, env });
  for (let tries = 0; acceptedOf(prefix).length === 0; tries += 1) {
    if (tries > 600) throw new Error("The run does not send");
    await sleep(50);
  }
  return { cwd, run };
}

it(
  "a second run says within seconds who is sending, and exits 7",
  { timeout: 90_000 },
  async () => {
    const { cwd, run } = await whileRunning("SEC", 2, 40);
    const startedAt = performance.now();
    const second = await runCli(["run", "--wait", "0", "--json"], { cwd, env });
    expect(performance.now() - startedAt).toBeLessThan(SAYS_NO_WITHIN_MS);
    expect(second.code, second.stderr).toBe(7);
    const { error } = documentOf(second);
    expect(error).toMatchObject({ code: "lock-held" });
    expect(error?.message).toMatch(/`run` \(process \d+ on .+, since .+\) is sending/);
    expect(run.process.exitCode).toBeNull();
    run.process.kill("SIGKILL");
    await run.finished;
  },
);

it(
  "submit beside a run leaves its shipments to it and follows them to the end",
  {
    timeout: 90_000,
  },
  async () => {
    const { cwd, run } = await whileRunning("FOL", 4, 24, true);
    const submitted = await runCli(["submit", "day.csv", "--json"], { cwd, env });
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(documentOf(submitted)).toMatchObject({ status: "done", counts: { accepted: 3 } });
    expect(submitted.stderr).toMatch(/`run` \(process \d+ on .+\) sends what was queued here/);
    expect((await run.finished).code).toBe(0);
    expect([...acceptedOf("FOLDAY")].sort()).toEqual(["FOLDAY-0", "FOLDAY-1", "FOLDAY-2"]);
    expect(new Set(acceptedOf("FOL")).size).toBe(acceptedOf("FOL").length);
  },
);

it.each([
  ["LEA", "--no-wait"],
  ["FOR", "--wait=1s"],
])(
  "%s: submit %s beside a run ends and says to whom it left them",
  { timeout: 90_000 },
  async (prefix, wait) => {
    const { cwd, run } = await whileRunning(prefix, 4, 40);
    const submitted = await runCli(["submit", "day.csv", wait, "--json"], { cwd, env });
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(documentOf(submitted)).toMatchObject({
      status: "queued",
      counts: { shipments: 3 },
      queuedFor: { command: "run", processId: run.process.pid },
    });
    expect(documentOf(submitted)).not.toHaveProperty("queuedFor.epoch");
    expect(run.process.exitCode).toBeNull();
    expect((await run.finished).code).toBe(0);
    expect(acceptedOf(`${prefix}DAY`)).toHaveLength(3);
  },
);

it("submit sends by itself when the run beside it dies", { timeout: 90_000 }, async () => {
  const { cwd, run } = await whileRunning("DIE", 1, 60);
  const submit = startCli(["submit", "day.csv", "--rate", "50", "--json"], { cwd, env });
  let said = "";
  submit.process.stderr?.on("data", (text: string) => (said += text));
  for (let tries = 0; !said.includes("sends what was queued here"); tries += 1) {
    if (tries > 600 || submit.process.exitCode !== null) throw new Error(`No following: ${said}`);
    await sleep(50);
  }
  run.process.kill("SIGKILL");
  await run.finished;
  const submitted = await submit.finished;
  expect(submitted.code, submitted.stderr).toBe(0);
  expect(documentOf(submitted).counts).toMatchObject({ accepted: 3 });
  expect(acceptedOf("DIEDAY")).toHaveLength(3);
});
