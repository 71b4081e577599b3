// What a run is given by its face, for the benches: nothing is shown and nothing stops it.
import { systemClock } from "../src/core/time/clock.ts";
import type { Surroundings } from "../src/runs/session.ts";

export const surroundings: Surroundings = {
  clock: systemClock,
  random: Math.random,
  log: () => undefined,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  programVersion: "bench",
};
