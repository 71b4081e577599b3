import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/core/time/clock.ts";
import { watchInbox, type Round } from "../../../src/runs/inbox/watch-inbox.ts";

const SHORT_MS = 20;

/** Watches a folder with one old file for some rounds. @param of what each came to, by its number */
async function roundsOf(
  count: number,
  of: (number: number, path: string) => Pick<Round, "again" | "isOpen">,
): Promise<readonly (readonly string[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-watch-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, "a.csv");
  writeFileSync(path, "x");
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(path, old, old);
  const stop = new AbortController();
  const rounds: string[][] = [];
  await watchInbox({
    inbox: { folder, stableForMs: 0, doneMarker: null, archive: null },
    settings: { usePolling: false, recheckMs: SHORT_MS, retryMs: SHORT_MS },
    ...{ clock: systemClock, random: Math.random, log: () => undefined, signal: stop.signal },
    round: ({ files }) => {
      rounds.push(files.map(({ fileName }) => fileName));
      if (rounds.length === count) stop.abort();
      return Promise.resolve({ exitCode: 4, notTaken: [], ...of(rounds.length, path) });
    },
    notBegun: () => Promise.resolve(1),
  });
  return rounds;
}

it("watchInbox() takes a file again that a round could not read, until one has", async () => {
  const rounds = await roundsOf(4, (number, path) => ({
    again: number < 3 ? [path] : [],
    isOpen: true,
  }));
  expect(rounds).toEqual([["a.csv"], ["a.csv"], ["a.csv"], []]);
});

it("watchInbox() leaves a file alone that a round has read", async () => {
  expect(await roundsOf(2, () => ({ again: [], isOpen: true }))).toEqual([["a.csv"], []]);
});
