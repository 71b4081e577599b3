// An export still writes to the file that is submitted: nothing of it is sent, and a person is told.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli, startCli } from "../support/run-cli.ts";

const HEADER = "External reference,Direction,Goods description,Commodity code,Gross mass (kg)";
const ROWS = 3_000;
const APPEND_EVERY_MS = 2;

let simulator: Simulator;
let cas: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
  cas = {
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
});
afterAll(() => simulator.close());

function accepted(): number {
  return simulator.journal().filter(({ kind }) => kind === "accepted").length;
}

const row = (at: number): string => `G-${String(at)},IN,Bolts,73181500,25000\n`;

it(
  "submit sends nothing of a file that is appended to while it reads it",
  { timeout: 120_000 },
  async () => {
    const cwd = emptyFolder();
    const path = join(cwd, "night.csv");
    const rows = Array.from({ length: ROWS }, (_, at) => row(at));
    writeFileSync(path, `${HEADER}\n${rows.join("")}`);
    let next = ROWS;
    const writer = setInterval(() => {
      appendFileSync(path, row(next));
      next += 1;
    }, APPEND_EVERY_MS);
    const args = ["submit", "night.csv", "--env", "acceptance", "--json"];
    const result = await startCli(args, { cwd, env: cas }).finished;
    clearInterval(writer);
    expect(result.code, result.stderr).toBe(3);
    const { counts, files, findings } = documentOf(result);
    expect(findings).toMatchObject([{ code: "file-changed-while-read", file: "night.csv" }]);
    expect(files).toMatchObject([{ name: "night.csv", rejected: true }]);
    expect(counts).toMatchObject({ shipments: 0, accepted: 0 });
    expect(accepted()).toBe(0);

    // What was cut off at the end of the test is no row: the writer has finished.
    const whole = readFileSync(path, "utf8").split("\n").slice(0, 11).join("\n");
    writeFileSync(path, `${whole}\n`);
    const again = await runCli(args, { cwd, env: cas });
    expect(again.code, again.stderr).toBe(0);
    expect(accepted()).toBe(10);
  },
);
