// What is shown while another process sends: its messages are on their way, and not lost. Of a process that is
// gone they are lost until CAS was asked.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import type { Fault, FaultyRequest } from "../support/simulator-faults.ts";
import { withFaults } from "../support/simulator-faults.ts";
import {
  documentOf,
  emptyFolder,
  runCli,
  startCli,
  type ResultDocument,
} from "../support/run-cli.ts";

const SHIPMENTS = 40;
const FILE = [
  "External reference,Direction,Goods description,Commodity code,Consignee EORI",
  ...Array.from({ length: SHIPMENTS }, (_, row) => `R-${row},IN,Bolts,73181500,BE0123456789`),
  "",
].join("\n");
const silence: Fault = { name: "silence", reply: { kind: "silence" } };
const SLOW_TEST_MS = 60_000;

type Beside = ResultDocument & {
  readonly sender: { readonly command: string } | null;
  readonly actionCount: number;
};

/** A folder in which `submit` waits for the answers to its first messages. */
async function besideSubmit() {
  const cwd = emptyFolder();
  const isMessage = ({ method, path }: FaultyRequest): boolean =>
    method === "POST" && path === "/v1/customsshipments";
  let taken = 0;
  const simulator = await startSimulator({
    stateFile: join(emptyFolder(), "state.jsonl"),
    timeScale: 100,
    ...withFaults((request) => {
      if (!isMessage(request)) return null;
      taken += 1;
      return taken <= 3 ? null : silence;
    }),
  });
  writeFileSync(join(cwd, "day.csv"), FILE);
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const sender = startCli(["submit", "day.csv"], { cwd, env });
  for (let poll = 0; taken <= 3 && poll < 1_000; poll += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    run: (...args: string[]) => runCli(args, { cwd, env }),
    kill: async () => {
      sender.process.kill("SIGKILL");
      await sender.finished;
    },
    [Symbol.asyncDispose]: async () => {
      sender.process.kill("SIGKILL");
      await sender.finished;
      await simulator.close();
    },
  };
}

test("reconcile beside a living submit calls nothing lost", { timeout: SLOW_TEST_MS }, async () => {
  await using desk = await besideSubmit();
  const found = documentOf(await desk.run("reconcile", "--json")) as Beside;
  expect(found).toMatchObject({ exitCode: 0, balanced: true, sender: { command: "submit" } });
  expect(found.counts).toMatchObject({ shipments: SHIPMENTS, unknown: 0, accepted: 3 });
  expect(found.counts["sending"]).toBeGreaterThan(0);
  expect((found.counts["sending"] ?? 0) + (found.counts["unsent"] ?? 0)).toBe(SHIPMENTS - 3);
  expect(found.actionCount).toBe(0);
  const twin = JSON.parse(readFileSync((found.report ?? "").replace(".xlsx", ".json"), "utf8")) as {
    readonly totals: { readonly balanced: boolean; readonly imbalances: readonly string[] };
  };
  expect(twin.totals).toMatchObject({ balanced: true, imbalances: [] });

  const { stdout, code } = await desk.run("reconcile");
  expect(code).toBe(0);
  expect(stdout).toMatch(/`cas-batch submit` \(process \d+ on .+\) is sending at this moment/);
  expect(stdout).not.toContain("stopped first");
  const onItsWay = await desk.run("explain", "R-3");
  expect(onItsWay.stdout).toContain("It is being sent, and no answer is recorded yet");
  expect((await desk.run("ledger", "verify")).code).toBe(0);
});

test(
  "reconcile after a submit that was killed says what is unknown",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await besideSubmit();
    await desk.kill();
    const found = documentOf(await desk.run("reconcile", "--json")) as Beside;
    expect(found).toMatchObject({ exitCode: 4, sender: null });
    expect(found.counts["unknown"]).toBeGreaterThan(0);
    expect(found.next.join("\n")).toContain("cas-batch resume");
    expect(found.counts["sending"]).toBe(0);
    expect(found.actionCount).toBeGreaterThan(0);
    const interrupted = await desk.run("explain", "R-3");
    expect(interrupted.stdout).toContain("The program ended after it had begun to send");
  },
);
