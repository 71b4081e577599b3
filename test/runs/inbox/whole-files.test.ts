import {
  appendFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Clock } from "../../../src/core/time/clock.ts";
import { listInbox } from "../../../src/runs/inbox/list-inbox.ts";
import { wholeFiles } from "../../../src/runs/inbox/whole-files.ts";

const STABLE_FOR_MS = 60_000;

interface Looked {
  readonly whole: readonly string[];
  readonly notTaken: readonly string[];
  readonly waits: readonly number[];
}

/** Looks at the files with a clock that does not wait; `meanwhile` happens in the wait. */
async function look(
  prepare: (folder: string) => void,
  meanwhile: (folder: string) => void,
  listedAt = new Date(),
): Promise<Looked> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-whole-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  prepare(folder);
  const settings = { folder, stableForMs: STABLE_FOR_MS, doneMarker: null, archive: null };
  const listing = await listInbox(settings, listedAt);
  const waits: number[] = [];
  const clock: Clock = {
    now: () => listedAt,
    monotonicMs: () => 0,
    sleep: (delayMs) => {
      waits.push(delayMs);
      meanwhile(folder);
      return Promise.resolve();
    },
  };
  const { signal } = new AbortController();
  const { whole, notTaken } = await wholeFiles(listing, { ...settings, clock, signal });
  return {
    whole: whole.map(({ fileName }) => fileName),
    notTaken: notTaken.map(({ name, code }) => `${name} ${code}`),
    waits,
  };
}

const putTwo = (folder: string): void => {
  for (const name of ["a.csv", "b.csv"]) writeFileSync(join(folder, name), "x");
};

it("wholeFiles() leaves a file that grows while it is watched, and takes the one beside it", async () => {
  const looked = await look(putTwo, (folder) => {
    appendFileSync(join(folder, "a.csv"), "more");
  });
  expect(looked).toEqual({
    ...{ whole: ["b.csv"], notTaken: ["a.csv being-written"], waits: [STABLE_FOR_MS] },
  });
});

it("wholeFiles() takes both when nothing changes", async () => {
  expect(await look(putTwo, () => undefined)).toMatchObject({ whole: ["a.csv", "b.csv"] });
});

it("wholeFiles() does not wait for files that were changed long ago", async () => {
  const later = new Date(Date.now() + 3_600_000 + 2 * STABLE_FOR_MS);
  expect(await look(putTwo, () => undefined, later)).toMatchObject({ waits: [] });
});

it("wholeFiles() watches a file of a drive whose clock is behind ours", async () => {
  const ahead = new Date(Date.now() + 60_000 + STABLE_FOR_MS);
  const grow = (folder: string): void => {
    appendFileSync(join(folder, "a.csv"), "more");
  };
  expect(await look(putTwo, grow, ahead)).toMatchObject({ notTaken: ["a.csv being-written"] });
});

it("wholeFiles() does not believe a time that was set back", async () => {
  const looked = await look(
    (folder) => {
      writeFileSync(join(folder, "a.csv"), "x");
      utimesSync(join(folder, "a.csv"), new Date(0), new Date(0));
    },
    () => undefined,
  );
  expect(looked.waits).toHaveLength(1);
});

it.runIf(process.platform === "linux")(
  "wholeFiles() leaves a file that a program has open for writing, not one that is read",
  async () => {
    const open: number[] = [];
    const looked = await look(
      (folder) => {
        putTwo(folder);
        open.push(openSync(join(folder, "a.csv"), "r+"), openSync(join(folder, "b.csv"), "r"));
      },
      () => undefined,
    );
    for (const descriptor of open) closeSync(descriptor);
    expect(looked).toMatchObject({ whole: ["b.csv"], notTaken: ["a.csv open-for-writing"] });
  },
);
