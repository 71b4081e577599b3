// Another time for the program under test: libfaketime in its process, which leaves its timers alone.
import { spawnSync } from "node:child_process";

const FAKETIME: string = "faketime";
/** The times of files are the drive's. */
const DRIVE_TIMES = { NO_FAKE_STAT: "1" };

/** What `faketime` puts into a process; null where it is not installed. */
function fakeTimeLibrary(): string | null {
  const { stdout, status } = spawnSync(FAKETIME, ["-f", "+0d", "printenv", "LD_PRELOAD"], {
    encoding: "utf8",
  });
  const library = status === 0 ? stdout.trim() : "";
  if (library !== "") return library;
  if (process.env["CI"] === "true") throw new Error("faketime must run in CI: install it");
  process.stderr.write("Tests are skipped: faketime does not run here\n");
  return null;
}

const library = fakeTimeLibrary();

export const hasFakeTime = library !== null;

/** Environment variables that let a process live `offsetMs` later than this one; negative is earlier. */
export function timeVariables(offsetMs: number): Readonly<Record<string, string>> {
  return { ...preloaded(), ...DRIVE_TIMES, FAKETIME: offsetText(offsetMs) };
}

/**
 * The same for a process that begins at a time, in a zone of the test's choice. No local time has to be understood, and
 * the times of files move along.
 */
export function clockAt(time: string, timeZone: string): Readonly<Record<string, string>> {
  return { ...preloaded(), FAKETIME: offsetText(Date.parse(time) - Date.now()), TZ: timeZone };
}

/** The same for a process that follows what `offsetText` has in a file. */
export function timeVariablesFromFile(path: string): Readonly<Record<string, string>> {
  return {
    ...preloaded(),
    ...DRIVE_TIMES,
    FAKETIME_TIMESTAMP_FILE: path,
    FAKETIME_CACHE_DURATION: "1",
  };
}

/** Shape: `+86400.000`. Unit: seconds. */
export function offsetText(offsetMs: number): string {
  return `${offsetMs < 0 ? "" : "+"}${(offsetMs / 1000).toFixed(3)}`;
}

function preloaded(): Readonly<Record<string, string>> {
  if (library === null) throw new Error("faketime is missing");
  // Waits and intervals go by a clock of their own.
  return { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}
