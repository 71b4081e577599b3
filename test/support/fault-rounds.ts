// `run --watch` over many rounds, each with files of its own: what the process holds must not grow.
import { heldBy, openHouse, until, type Held } from "./fault-night-house.ts";
import { textOf } from "./fault-night-files.ts";
import type { Program } from "./fault-program.ts";
import { judgeNewest, type Verdict } from "./fault-verdict.ts";

/** Longer than all rounds take. Unit: milliseconds. */
const LIFE_MS = 2 * 3_600_000;
const WATCH = ["run", "inbox", "--archive", "--watch", "--env", "simulator", "--allow-amend"];
const FLAGS = ["--wait", "0", "--rate", "1000", "--json"];

export interface RoundsResult extends Verdict {
  readonly complaints: readonly string[];
  /** After each round. */
  readonly held: readonly Held[];
}

export async function watchRounds(
  program: Program,
  rounds: number,
  shipments: number,
): Promise<RoundsResult> {
  await using house = await openHouse(program, shipments);
  const watching = house.start([...WATCH, ...FLAGS], { lifeMaxMs: LIFE_MS });
  let ended = 0;
  watching.process.stdout?.on("data", (text: string) => (ended += text.split("\n").length - 1));
  const held: Held[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const lines = house.plan.next(round).flat();
    const before = ended;
    house.files.put("part.csv", textOf(lines), house.now());
    // Some rounds ask CAS alone; the one with the file takes it away.
    await until(watching, () => ended > before && house.files.waiting() === 0);
    held.push(heldBy(watching));
  }
  watching.process.kill("SIGTERM");
  const { code, stderr } = await watching.ended;
  const end = code === 0 || code === 4 ? [] : [`It ended with ${String(code)}: ${stderr}`];
  return {
    ...judgeNewest(house.cas.journal(), house.plan.newest()),
    complaints: [...end, ...house.files.complaints()],
    held,
  };
}
