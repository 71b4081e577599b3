// A `New` whose answer is lost, and the person who settles it: through the command line, with the
// simulator's journal as witness.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  refusal,
  type Fault,
  type FaultyRequest,
  withFaults,
} from "../support/simulator-faults.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli, type Finished } from "../support/run-cli.ts";

const FILE = [
  "External reference,Direction,Message type,Goods description,Commodity code,Consignee EORI",
  "NEW-1,IN,New,Bolts,73181500,BE0123456789",
  "",
].join("\n");
/** So slow that no declaration is there to be found: a search cannot settle what a person must. */
const TIME_SCALE = 0.001;

interface Explained {
  readonly shipments: readonly {
    readonly versions: readonly {
      readonly state: string;
      readonly attempts: readonly {
        readonly outcome: string;
        readonly leftToPersonAt: string | null;
        readonly settlement: { readonly kind: string; readonly reason: string } | null;
      }[];
    }[];
  }[];
}

/** A folder in which `submit` has sent NEW-1 and got no answer. */
async function withLostAnswer(fault: Fault) {
  const cwd = emptyFolder();
  let isSpoilt = false;
  const chooseFault = ({ method, path }: FaultyRequest): Fault | null => {
    if (isSpoilt || method !== "POST" || path !== "/v1/customsshipments") return null;
    isSpoilt = true;
    return fault;
  };
  const stateFile = join(emptyFolder(), "state.jsonl");
  const simulator = await startSimulator({
    stateFile,
    timeScale: TIME_SCALE,
    ...withFaults(chooseFault),
  });
  writeFileSync(join(cwd, "day.csv"), FILE);
  writeFileSync(join(cwd, "cas-batch.yaml"), "settle:\n  delays: [50ms, 100ms]\n");
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const run = (...args: string[]): Promise<Finished> => runCli([...args, "--json"], { cwd, env });
  const submitted = await run("submit", "day.csv");
  return {
    submitted,
    run,
    runAsText: (...args: string[]) => runCli(args, { cwd, env }),
    explained: async () => JSON.parse((await run("explain", "NEW-1")).stdout) as Explained,
    accepted: () => simulator.journal().filter(({ kind }) => kind === "accepted").length,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const taken: Fault = { name: "taken, answer lost", reply: { kind: "reset", afterBytes: 0 } };
const dropped: Fault = {
  ...{ name: "dropped", instead: refusal(500) },
  reply: { kind: "reset-at-once" },
};
const SETTLE = "cas-batch resume --env acceptance --settle IN:NEW-1=arrived";

test.each([
  ["arrived", taken],
  ["resend", dropped],
] as const)(
  "resume --settle REFERENCE=%s ends what a lost answer left open, and CAS has the shipment once",
  { timeout: 60_000 },
  async (outcome, fault) => {
    await using desk = await withLostAnswer(fault);
    expect(desk.submitted.code, desk.submitted.stderr).toBe(6);
    const told = documentOf(desk.submitted);
    expect(told.counts).toMatchObject({ unknown: 1, accepted: 0 });
    expect(told.attention).toHaveLength(1);
    expect(told.next.join("\n")).toContain(SETTLE);
    const before = desk.accepted();
    expect(before).toBe(outcome === "arrived" ? 1 : 0);

    // Nobody but a person settles it, however often it is tried.
    expect((await desk.run("resume")).code).toBe(6);
    expect((await desk.run("submit", "day.csv")).code).toBe(6);
    expect(desk.accepted()).toBe(before);

    const settled = await desk.run("resume", "--settle", `NEW-1=${outcome}`);
    expect(settled.code, settled.stderr).toBe(0);
    expect(desk.accepted()).toBe(1);
    const again = await desk.run("submit", "day.csv");
    expect(again.code, again.stderr).toBe(0);
    expect(documentOf(again).counts).toMatchObject({ shipments: 1, unchanged: 1 });
    expect(desk.accepted()).toBe(1);

    const twice = await desk.run("resume", "--settle", `NEW-1=${outcome}`);
    expect(twice.code).toBe(2);
    expect(documentOf(twice).error).toMatchObject({ code: "reference-unknown" });

    const { shipments } = await desk.explained();
    const [version] = shipments[0]?.versions ?? [];
    expect(version?.state).toBe("accepted");
    expect(version?.attempts).toHaveLength(outcome === "arrived" ? 1 : 2);
    expect(version?.attempts[0]).toMatchObject({
      ...{ outcome: "unknown", leftToPersonAt: expect.any(String) as string },
      settlement: {
        kind: outcome,
        reason: expect.stringMatching(/^\S+ on \S+: CAS /) as string,
        reasonCode: outcome === "arrived" ? "person-found" : "person-missed",
      },
    });
  },
);

test(
  "explain says since when a person has to decide about a message, and how",
  { timeout: 60_000 },
  async () => {
    await using desk = await withLostAnswer(taken);
    const explained = await desk.run("explain", "NEW-1");
    expect(documentOf(explained).next.join("\n")).toContain(SETTLE);
    const [attempt] =
      (JSON.parse(explained.stdout) as Explained).shipments[0]?.versions[0]?.attempts ?? [];
    expect(Date.parse(attempt?.leftToPersonAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    const text = await desk.runAsText("explain", "NEW-1");
    expect(text.stdout).toMatch(/\d{4}-\d\d-\d\d [\d:]+Z left to a person: No answer came/);
    expect(text.stdout.split(SETTLE)).toHaveLength(3);

    await desk.run("resume", "--settle", "NEW-1=arrived");
    const after = await desk.runAsText("explain", "NEW-1");
    expect(after.stdout).toMatch(/Z left to a person$/m);
    expect(after.stdout).not.toContain(SETTLE);
  },
);
