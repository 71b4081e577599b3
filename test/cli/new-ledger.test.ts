// The default ledger does not depend on the folder, and one that is new asks before it sends: through the
// command line, as a user has it who works in two folders, or on two machines.
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, homeFor, runCli } from "../support/run-cli.ts";

let simulator: Simulator;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 500 });
  env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
});
afterAll(() => simulator.close());

function folderWith(massOfFirst: number): string {
  const cwd = emptyFolder();
  const rows = [`M-1,IN,Bolts,73181500,BE0123456789,${String(massOfFirst)}`];
  rows.push("M-2,IN,Nuts,73181600,BE0123456789,200");
  const header =
    "External reference,Direction,Goods description,Commodity code,Consignee EORI,Gross mass (kg)";
  writeFileSync(join(cwd, "a.csv"), [header, ...rows, ""].join("\n"));
  return cwd;
}

const acceptances = (): number =>
  simulator.journal().filter((entry) => entry.kind === "accepted").length;

async function untilReleased(count: number): Promise<void> {
  const released = (): number =>
    simulator.journal().filter((entry) => JSON.stringify(entry).includes('"Released"')).length;
  for (let tries = 0; released() < count; tries += 1) {
    if (tries > 600) throw new Error("Nothing is released");
    await sleep(50);
  }
}

it(
  "another folder has the same ledger; a new one holds what would amend, and exits 4",
  { timeout: 180_000 },
  async () => {
    const first = folderWith(100);
    const home = homeFor(first);
    const args = ["submit", "a.csv", "--json"];
    const begun = await runCli(args, { cwd: first, env });
    expect(begun.code, begun.stderr).toBe(0);
    const place = join(home, ".local/state/cas-batch/acceptance/ledger.sqlite");
    expect(documentOf(begun)).toMatchObject({ ledger: place, newLedger: true });
    const [line] = begun.stderr.split("\n");
    expect(line).toContain(`New ledger ${place}: nothing was sent from it for tenant SIMULATOR`);
    expect(statSync(join(home, ".local/state/cas-batch/acceptance")).mode & 0o777).toBe(0o700);
    expect(readdirSync(first)).not.toContain("cas-batch-data");
    await untilReleased(2);

    // The same user in another folder: nothing is new, so nobody is asked.
    const second = folderWith(100);
    const again = await runCli(args, { cwd: second, env: { ...env, HOME: home } });
    const [firstLine = ""] = again.stderr.split("\n");
    expect(firstLine.replace(/^\S+Z /, "")).toBe(`Ledger ${place}, tenant SIMULATOR, acceptance`);
    expect(documentOf(again)).toMatchObject({
      ...{ ledger: place, newLedger: false, counts: { unchanged: 2 } },
      delivery: { asked: 0 },
    });

    // Another user, or another machine.
    const changed = await runCli(args, { cwd: folderWith(101), env });
    expect(changed.code, changed.stderr).toBe(4);
    expect(documentOf(changed)).toMatchObject({
      ...{ newLedger: true, counts: { held: 1, unchanged: 1, accepted: 0 } },
      attention: [{ key: { externalReference: "M-1" }, bucket: "held" }],
    });
    expect(acceptances()).toBe(2);

    // Without the asking, what was released is amended.
    const careless = folderWith(101);
    writeFileSync(join(careless, "cas-batch.yaml"), "newLedger:\n  askFor: 0s\n");
    const amended = await runCli(args, { cwd: careless, env });
    expect(documentOf(amended)).toMatchObject({ counts: { accepted: 2 } });
    expect(acceptances()).toBe(4);
  },
);
