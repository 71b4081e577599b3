// kill -9 before each call that changes something while files are taken and archived: every content is still in one
// of the places, and the next run brings each to the archive once.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { moveToDestination } from "../../../src/runs/inbox/archive-files.ts";
import { claimFiles } from "../../../src/runs/inbox/claim-files.ts";
import { listInbox } from "../../../src/runs/inbox/list-inbox.ts";
import type { Archiving } from "../../../src/runs/inbox/recover-files.ts";

const CHILD = join(import.meta.dirname, "../../support/inbox-child.ts");
/** On Linux a drive of its own; where it is not, moves across drives cannot be tried. */
const OTHER_DRIVE = "/dev/shm";
const CALLS_MAX = 60;

interface Place {
  readonly inbox: string;
  readonly settings: Archiving;
  readonly names: readonly string[];
  readonly roots: readonly string[];
}

function place(doneMarker: string | null, otherDrive: "none" | "archive" | "all"): Place {
  const base = mkdtempSync(join(tmpdir(), "cas-batch-inbox-"));
  const other = otherDrive === "none" ? base : mkdtempSync(join(OTHER_DRIVE, "cas-batch-inbox-"));
  onTestFinished(() => {
    for (const folder of [base, other]) rmSync(folder, { recursive: true, force: true });
  });
  const inbox = join(base, "inbox");
  const archive = {
    processing: join(otherDrive === "all" ? other : inbox, "processing"),
    archive: join(otherDrive === "none" ? inbox : other, "archive"),
    rejected: join(otherDrive === "none" ? inbox : other, "rejected"),
  };
  mkdirSync(inbox);
  // Another file of the name was archived the same day.
  mkdirSync(join(archive.archive, "2026-11-29"), { recursive: true });
  writeFileSync(join(archive.archive, "2026-11-29", "a.csv"), "earlier");
  // The second file shows that the first does not hold it up; across drives it would only take time.
  const names = otherDrive === "none" ? ["a.csv", "b.csv"] : ["a.csv"];
  for (const name of names) {
    writeFileSync(join(inbox, name), `content of ${name}`);
    if (doneMarker !== null) writeFileSync(join(inbox, `${name}${doneMarker}`), "");
  }
  const settings = { folder: inbox, stableForMs: 0, doneMarker, archive };
  return { inbox, settings, names, roots: [base, other] };
}

function run(
  { settings }: Place,
  killAt: number,
): { readonly signal: string | null; readonly calls: number } {
  const args = [CHILD, JSON.stringify(settings), "archive", String(killAt), nextRunId()];
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
  });
  if (signal === null && status !== 0) throw new Error(stderr);
  return { signal, calls: Number(stdout) };
}

/** The next run, in this process: nothing ends it. */
async function runHere({ settings }: Place): Promise<void> {
  const runId = nextRunId();
  const { files } = await listInbox(settings, new Date());
  const claim = await claimFiles(settings, files, runId);
  const folders = { ...settings.archive, inbox: settings.folder, day: "2026-11-29", runId };
  for (const file of claim.files) await moveToDestination(file, "archive", folders);
  await claim.release();
}

let runs = 0;
function nextRunId(): string {
  runs += 1;
  return `20261129T220000Z-${runs.toString(16).padStart(4, "0")}`;
}

/** The contents of all files below, with where each lies; our own files are left out. */
function contents(roots: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const root of new Set(roots)) {
    if (!existsSync(root)) continue;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith(".")) continue;
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path, "utf8");
      if (content !== "") found.set(content, [...(found.get(content) ?? []), path]);
    }
  }
  return found;
}

const hasOtherDrive = process.platform === "linux" && existsSync(OTHER_DRIVE);

describe.each([
  ["on one drive", null, "none"],
  ["with markers", ".done", "none"],
  ["to an archive on another drive", null, "archive"],
  ["with all folders on another drive", ".done", "all"],
] as const)("kill -9 %s", (_title, marker, otherDrive) => {
  it.runIf(otherDrive === "none" || hasOtherDrive)(
    "loses nothing, doubles nothing, at every step",
    { timeout: 300_000 },
    async () => {
      const whole = place(marker, otherDrive);
      const { calls } = run(whole, 0);
      expect(calls).toBeGreaterThan(5);
      expect(calls).toBeLessThan(CALLS_MAX);
      for (let killAt = 1; killAt <= calls; killAt += 1) {
        const one = place(marker, otherDrive);
        expect(run(one, killAt).signal, `call ${String(killAt)}`).toBe("SIGKILL");
        const before = contents(one.roots);
        for (const content of ["earlier", ...one.names.map((name) => `content of ${name}`)]) {
          expect(before.has(content), `${content} after call ${String(killAt)}`).toBe(true);
        }
        await runHere(one);
        const after = contents(one.roots);
        const day = join(archiveOf(one), "2026-11-29");
        const ofB = one.names.length > 1 ? { "content of b.csv": [join(day, "b.csv")] } : {};
        expect(Object.fromEntries(after), `call ${String(killAt)}`).toEqual({
          ...{ earlier: [join(day, "a.csv")], "content of a.csv": [join(day, "a (2).csv")] },
          ...ofB,
        });
        expect(leftovers(one), `call ${String(killAt)}`).toEqual([]);
        if (marker !== null) expect(readdirSync(day)).toContain(`a (2).csv${marker}`);
      }
    },
  );
});

function archiveOf({ settings }: Place): string {
  return settings.archive.archive;
}

/** Everything but what lies in the archive, and the folders themselves. */
function leftovers(one: Place): readonly string[] {
  const archive = archiveOf(one);
  return [...new Set(one.roots)].flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(archive)),
  );
}

it("the check sees a lost file", () => {
  const one = place(null, "none");
  rmSync(join(one.inbox, "a.csv"));
  expect(contents(one.roots).has("content of a.csv")).toBe(false);
});
