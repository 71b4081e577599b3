// The inbox of `run`, through the command line: what is taken, where it goes, and what a killed run leaves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { acceptedReferences } from "../support/simulator-journal.ts";
import {
  documentOf,
  emptyFolder,
  runCli,
  startCli,
  type CliOptions,
  type Finished,
} from "../support/run-cli.ts";

const HEADER =
  "External reference,Direction,Goods description,Commodity code,Consignee EORI,Gross mass (kg)";
const RUN = ["run", "inbox", "--archive", "--env", "simulator", "--wait", "0", "--json"];
const DEAD_RUN = "20261128T220000Z-00aa";

interface InboxDocument {
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly {
    readonly name: string;
    readonly place: string;
    readonly movedTo: string;
  }[];
  readonly notTaken: readonly { readonly name: string; readonly code: string }[];
  readonly inbox: { readonly recovered: number };
}

function inbox(): { readonly cwd: string; readonly put: (name: string, mass?: string) => void } {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  return {
    cwd,
    put: (name, mass = "25000") => {
      const reference = name.replaceAll(/\W/g, "-");
      const text = `${HEADER}\n${reference},IN,Bolts,73181500,BE0123456789,${mass}\n`;
      writeFileSync(join(cwd, "inbox", name), text);
    },
  };
}

async function run(cwd: string): Promise<InboxDocument> {
  return documentOf(await runCli(RUN, { cwd })) as unknown as InboxDocument;
}

/** Files below the inbox, by their paths; the day is left out. */
function filesIn(cwd: string): readonly string[] {
  return readdirSync(join(cwd, "inbox"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(cwd, "inbox/").length))
    .map((path) => path.replace(/\d{4}-\d\d-\d\d/, "DAY"))
    .toSorted();
}

it(
  "says every night what earlier files left to a person, until it is done",
  { timeout: 120_000 },
  async () => {
    const { cwd, put } = inbox();
    put("bad.csv", "heavy");
    expect((await run(cwd)).exitCode).toBe(3);
    const second = await runCli(RUN, { cwd });
    const told = documentOf(second) as unknown as InboxDocument & {
      readonly actions: readonly object[];
      readonly next: readonly string[];
    };
    expect(told).toMatchObject({ exitCode: 4, files: [] });
    expect(told.actions).toEqual([
      expect.objectContaining({
        code: "earlier-open",
        what: "1 of earlier files needs a person",
        reason: "In no file of this run: 1 with mistakes in the file",
      }),
    ]);
    expect(told.next.join("\n")).toContain("`cas-batch report --only open --env simulator`");
    put("bad.csv");
    expect(await run(cwd)).toMatchObject({ exitCode: 0, counts: { accepted: 1 } });
    expect((await run(cwd)).exitCode).toBe(0);
  },
);

it(
  "archives what counted, rejects what did not, and takes the next file of the name",
  { timeout: 120_000 },
  async () => {
    const { cwd, put } = inbox();
    put("good.csv");
    put("bad.csv", "heavy");
    put("weird\nname\u202e.csv");
    writeFileSync(join(cwd, "inbox/on-its-way.csv.part"), "x");
    const first = await run(cwd);
    expect(first).toMatchObject({
      exitCode: 4,
      counts: { accepted: 2, invalid: 1 },
      notTaken: [{ name: "on-its-way.csv.part", code: "unfinished-name" }],
    });
    expect(Object.fromEntries(first.files.map(({ name, place }) => [name, place]))).toEqual({
      ...{ "good.csv": "archive", "bad.csv": "rejected" },
      "weird<U+000A>name<U+202E>.csv": "archive",
    });
    put("good.csv", "24000");
    const second = await run(cwd);
    expect(second.files).toMatchObject([
      { movedTo: expect.stringMatching(/good \(2\)\.csv$/) as string },
    ]);
    expect(filesIn(cwd)).toEqual([
      ...["archive/DAY/good (2).csv", "archive/DAY/good.csv", "archive/DAY/weird\nname\u202e.csv"],
      ...["on-its-way.csv.part", "rejected/DAY/bad.csv"],
    ]);
  },
);

it(
  "takes first what a run left that does not live, and leaves what a living one has",
  { timeout: 120_000 },
  async () => {
    const { cwd, put } = inbox();
    put("left.csv");
    const work = join(cwd, "inbox/processing", DEAD_RUN);
    mkdirSync(work, { recursive: true });
    renameSync(join(cwd, "inbox/left.csv"), join(work, "left.csv"));
    const owner = join(cwd, "inbox/processing", `.${DEAD_RUN}.json`);
    // A process that lives: this one.
    const living = { processId: process.pid, hostName: hostname() };
    const mark = { ...living, processStart: null, processSpace: null };
    writeFileSync(owner, JSON.stringify(mark));
    expect(await run(cwd)).toMatchObject({
      notTaken: [{ name: "left.csv", code: "taken-by-other" }],
      inbox: { recovered: 0 },
    });
    // Its owner file is gone with it.
    unlinkSync(owner);
    expect(await run(cwd)).toMatchObject({
      files: [{ name: "left.csv", place: "archive" }],
      inbox: { recovered: 1 },
    });
    expect(filesIn(cwd)).toEqual(["archive/DAY/left.csv"]);
  },
);

/** A CAS that lives longer than the commands that talk to it. */
async function outsideCas(cwd: string, port = 0) {
  const stateFile = join(cwd, "cas.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 100, port });
  writeFileSync(join(cwd, "cas-batch.yaml"), "inbox: { stableFor: 100ms, retry: 500ms }\n");
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  return { simulator, env };
}
const RUN_OUTSIDE = ["run", "inbox", "--archive", "--wait", "0", "--rate", "1000", "--json"];

it("two runs at once take each file once", { timeout: 180_000 }, async () => {
  const { cwd, put } = inbox();
  const { simulator, env } = await outsideCas(cwd);
  const names = Array.from({ length: 10 }, (_, at) => `file-${String(at)}.csv`);
  for (const name of names) put(name);
  const ended = await Promise.all([1, 2].map(() => runCli(RUN_OUTSIDE, { cwd, env })));
  // One that cannot send puts back what it has taken.
  for (const { code, stderr } of ended) expect([0, 7], stderr).toContain(code);
  await runCli(RUN_OUTSIDE, { cwd, env });
  await simulator.close();
  expect(filesIn(cwd)).toEqual(names.map((name) => `archive/DAY/${name}`));
  expect(acceptedReferences(join(cwd, "cas.jsonl"))).toHaveLength(names.length);
});

describe.runIf(process.platform === "linux")("a file that is being written", () => {
  it("stays in the inbox until it is whole", { timeout: 120_000 }, async () => {
    const { cwd, put } = inbox();
    put("whole.csv");
    const writer = spawn("sh", ["-c", "exec 3>inbox/half.csv; echo a,b >&3; read line"], { cwd });
    while (!existsSync(join(cwd, "inbox/half.csv"))) await sleep(20);
    const first = await run(cwd);
    expect(first.notTaken).toMatchObject([{ name: "half.csv", code: "open-for-writing" }]);
    expect(first.files).toMatchObject([{ name: "whole.csv" }]);
    writer.stdin.end();
    await once(writer, "close");
    expect((await run(cwd)).files).toMatchObject([{ name: "half.csv", place: "rejected" }]);
  });
});

it(
  "with markers, a file is taken when its marker is there, and both move",
  { timeout: 120_000 },
  async () => {
    const { cwd, put } = inbox();
    writeFileSync(join(cwd, "cas-batch.yaml"), "inbox: { doneMarker: true }\n");
    put("one.csv");
    put("two.csv");
    writeFileSync(join(cwd, "inbox/two.csv.done"), "");
    expect(await run(cwd)).toMatchObject({
      files: [{ name: "two.csv" }],
      notTaken: [{ name: "one.csv", code: "marker-missing" }],
    });
    expect(filesIn(cwd)).toEqual(["archive/DAY/two.csv", "archive/DAY/two.csv.done", "one.csv"]);
  },
);

it("an annotated copy is renewed from the archive", { timeout: 120_000 }, async () => {
  const { cwd, put } = inbox();
  put("night.csv");
  await run(cwd);
  const reconciled = await runCli(["reconcile", "--env", "simulator", "--json"], { cwd });
  const { copiesNotRenewed } = documentOf(reconciled) as unknown as { copiesNotRenewed: unknown };
  expect(copiesNotRenewed).toEqual([]);
});

interface Watching {
  readonly documents: (count: number) => Promise<readonly InboxDocument[]>;
  readonly stop: () => Promise<Finished>;
}

function watching(args: readonly string[], options: CliOptions): Watching {
  const running = startCli([...args, "--watch"], options);
  let text = "";
  running.process.stdout?.on("data", (piece: string) => (text += piece));
  return {
    /** Waits until so many rounds have ended; the test's own time bounds it. */
    documents: async (count) => {
      for (;;) {
        const lines = text.split("\n").slice(0, -1);
        if (lines.length >= count) return lines.map((line) => JSON.parse(line) as InboxDocument);
        if (running.process.exitCode !== null) throw new Error((await running.finished).stderr);
        await sleep(50);
      }
    },
    stop: () => {
      running.process.kill("SIGTERM");
      return running.finished;
    },
  };
}

it("--watch takes files as they come and ends with SIGTERM", { timeout: 180_000 }, async () => {
  const { cwd, put } = inbox();
  const { documents, stop } = watching(RUN, { cwd });
  await documents(1);
  put("first.csv");
  expect((await documents(2))[1]?.files).toMatchObject([{ name: "first.csv", place: "archive" }]);
  put("second.csv");
  expect((await documents(3))[2]?.files).toMatchObject([{ name: "second.csv", place: "archive" }]);
  const { code, stderr } = await stop();
  expect(code, stderr).toBe(0);
  expect(filesIn(cwd)).toEqual(["archive/DAY/first.csv", "archive/DAY/second.csv"]);
});

it(
  "--watch outlives a CAS that is away, and says so at its end",
  { timeout: 240_000 },
  async () => {
    const { cwd, put } = inbox();
    const { simulator, env } = await outsideCas(cwd);
    const { documents, stop } = watching(RUN_OUTSIDE, { cwd, env });
    await documents(1);
    await simulator.close();
    put("night.csv");
    expect((await documents(2))[1]).toMatchObject({ exitCode: 5 });
    expect(filesIn(cwd)).toEqual(["night.csv"]);
    const { simulator: again } = await outsideCas(cwd, Number(new URL(simulator.url).port));
    for (let rounds = 3; filesIn(cwd)[0] === "night.csv"; rounds += 1) await documents(rounds);
    expect(filesIn(cwd)).toEqual(["archive/DAY/night.csv"]);
    const { code, stderr } = await stop();
    await again.close();
    expect(code, stderr).toBe(5);
  },
);
