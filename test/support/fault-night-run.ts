// The nightly job, and what befalls it.
import { closeSync, openSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mount } from "./fault-disk.ts";
import { countFiles, textOf, wrongText } from "./fault-night-files.ts";
import { until, type House } from "./fault-night-house.ts";
import type { Trouble } from "./fault-night-plan.ts";
import type { Ended } from "./fault-program.ts";

const HOUR_MS = 3_600_000;
/** A run in which CAS goes down ends by its deadline. */
const DEADLINE = ["--deadline", "5s"];
/** What is left on a disk that is full. */
const LEFT_BYTES = 4 * 1024;
const WHOLE_DISK = "size=1g";

export interface Night {
  readonly number: number;
  readonly trouble: Trouble;
  /** The how manyeth of its trouble, from 0: each comes at another moment. */
  readonly nth: number;
}

export interface Troubled {
  readonly ended: Ended;
  /** Ends what is still in the way in the morning. */
  readonly finish: () => void;
}

/** Puts the files of a night there and runs the job. */
export async function runInTrouble(house: House, night: Night): Promise<Troubled> {
  const { trouble, number } = night;
  const planned = house.plan.next(number).map(textOf);
  const evening = new Date(house.now().getTime() - HOUR_MS);
  const isAboutFiles = trouble in aboutFiles;
  for (const [at, text] of planned.slice(0, isAboutFiles ? -1 : undefined).entries()) {
    house.files.put(`part-${String(at + 1)}.csv`, text, evening);
  }
  const inTrouble = aboutFiles[trouble];
  if (inTrouble !== undefined) return inTrouble(house, night, planned.at(-1) ?? "");
  return { ended: await (others[trouble] ?? runUntroubled)(house, night), finish: () => undefined };
}

function runUntroubled({ startRun }: House, { number }: Night): Promise<Ended> {
  return startRun(number).ended;
}

type AboutFile = (house: House, night: Night, text: string) => Promise<Troubled>;

/** One file of the night comes to it in another way. */
const aboutFiles: Partial<Record<Trouble, AboutFile>> = {
  "files arrive": async ({ files, startRun, now, casOf }, { number }, text) => {
    const run = startRun(number);
    await until(run, () => casOf.sent() > 0);
    // Its name is taken tonight.
    files.put("part-1.csv", text, now());
    return { ended: await run.ended, finish: () => undefined };
  },
  "half-written": async ({ files, startRun, now, complaints }, { number }, text) => {
    const upload = files.begin("uploaded.csv", text, now());
    const writing = setInterval(() => {
      upload.more(now());
    }, 100);
    const ended = await startRun(number).ended;
    clearInterval(writing);
    upload.end(now());
    complaints.push(...files.notIn("inbox", "uploaded.csv", text));
    return { ended, finish: () => undefined };
  },
  locked: async ({ files, startRun, now, inbox, complaints }, { number }, text) => {
    files.put("open.csv", text, now());
    const handle = openSync(join(inbox, "open.csv"), "r+");
    const ended = await startRun(number).ended;
    complaints.push(...files.notIn("inbox", "open.csv", text));
    return {
      ended,
      finish: () => {
        closeSync(handle);
      },
    };
  },
};

const others: Partial<Record<Trouble, (house: House, night: Night) => Promise<Ended>>> = {
  rejected: async ({ files, startRun, now, complaints }, { number }) => {
    const text = wrongText([`W${String(number)}-1`, `W${String(number)}-2`]);
    files.put("wrong.csv", text, now());
    const ended = await startRun(number).ended;
    complaints.push(...files.notIn("rejected", "wrong.csv", text));
    return ended;
  },
  down: ({ casOf, startRun, shipments }, { number, nth }) => {
    casOf.be("down", nth % 2 === 0 ? Math.ceil(shipments / 3) : 0);
    return startRun(number, DEADLINE).ended;
  },
  "clock back": ({ startRun }, { number }) => startRun(number, [], -HOUR_MS).ended,
  "clock ahead": ({ startRun }, { number }) => startRun(number, [], 26 * HOUR_MS).ended,
  killed: killRun,
  "disk full": runOnFullDisk,
};

/** kill -9: the files are just taken, some messages are sent, all are, the first file is archived. */
async function killRun(house: House, { number, nth }: Night): Promise<Ended> {
  const { inbox, casOf, shipments, startRun } = house;
  const archived = countFiles(join(inbox, "archive"));
  const moments: readonly (() => boolean)[] = [
    () => casOf.sent() > shipments / 3,
    () => countFiles(join(inbox, "archive")) > archived,
    () => countFiles(join(inbox, "processing")) > 0,
    () => casOf.sent() > shipments * 0.7,
    () => casOf.sent() > 0,
  ];
  const run = startRun(number);
  await until(run, moments[nth % moments.length] ?? (() => true));
  run.process.kill("SIGKILL");
  return run.ended;
}

/** Before the run begins, or while it sends; there is room again when it has ended. */
async function runOnFullDisk(house: House, { number, nth }: Night): Promise<Ended> {
  const { cwd, startRun, casOf, isMounted } = house;
  if (!isMounted) return startRun(number).ended;
  if (nth % 2 === 0) await fill(cwd);
  const run = startRun(number);
  if (nth % 2 !== 0) {
    await until(run, () => casOf.sent() > 0);
    await fill(cwd);
  }
  const ended = await run.ended;
  mount(["-o", `remount,${WHOLE_DISK}`, cwd]);
  return ended;
}

/** A disk becomes as small as what is on it. It grows while it is measured, so once is not always enough. */
async function fill(folder: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { bsize, blocks, bfree } = await statfs(folder);
    const usedBytes = (blocks - bfree) * bsize;
    try {
      mount(["-o", `remount,size=${String(usedBytes + LEFT_BYTES)}`, folder]);
      return;
    } catch {
      await sleep(20);
    }
  }
  throw new Error(`The disk at ${folder} cannot be filled`);
}
