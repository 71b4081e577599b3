// `run --watch` over many rounds, each with files of its own: what the process holds must not grow.
import { setTimeout as sleep } from "node:timers/promises";
import { heldBy, leastOf, openHouse, until, type Held } from "./fault-night-house.ts";
import { textOf } from "./fault-night-files.ts";
import type { Program, Started } from "./fault-program.ts";
import { judgeNewest, type Verdict } from "./fault-verdict.ts";

/** Longer than all rounds take. Unit: milliseconds. */
const LIFE_MS = 2 * 3_600_000;
/** V8 gives back what it does not need when nothing has been done for more than a minute. */
const REST_MS = 150_000;
const LOOK_EVERY_MS = 1000;
const WATCH = ["run", "inbox", "--archive", "--watch", "--env", "simulator", "--allow-amend"];
const FLAGS = ["--wait", "0", "--rate", "1000", "--json"];

export interface RoundsResult extends Verdict {
  readonly complaints: readonly string[];
  /** After each round. */
  readonly held: readonly Held[];
  /** The least while nothing was to be done. */
  readonly atRest: readonly Held[];
}

/** @param restsAfter the rounds after which no file comes for a while */
export async function watchRounds(
  program: Program,
  rounds: number,
  shipments: number,
  restsAfter: readonly number[] = [],
): Promise<RoundsResult> {
  await using house = await openHouse(program, shipments);
  const watching = house.start([...WATCH, ...FLAGS], { lifeMaxMs: LIFE_MS });
  let ended = 0;
  watching.process.stdout?.on("data", (text: string) => (ended += text.split("\n").length - 1));
  const held: Held[] = [];
  const atRest: Held[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const lines = house.plan.next(round).flat();
    const before = ended;
    house.files.put("part.csv", textOf(lines), house.now());
    // Some rounds ask CAS alone; the one with the file takes it away.
    await until(watching, () => ended > before && house.files.waiting() === 0);
    held.push(heldBy(watching));
    if (restsAfter.includes(round)) atRest.push(await heldAtRest(watching));
  }
  watching.process.kill("SIGTERM");
  const { code, stderr } = await watching.ended;
  const end = code === 0 || code === 4 ? [] : [`It ended with ${String(code)}: ${stderr}`];
  return {
    ...judgeNewest(house.cas.journal(), house.plan.newest()),
    complaints: [...end, ...house.files.complaints()],
    ...{ held, atRest },
  };
}

async function heldAtRest(watching: Started): Promise<Held> {
  const held: Held[] = [];
  for (let restedMs = 0; restedMs < REST_MS; restedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    held.push(heldBy(watching));
  }
  return leastOf(held);
}
