// Another time for the processes of a test, by libfaketime: they take it for the time of the machine, in a zone of the
// test's choice. Only the offset to the true time is given to it, so no local time has to be understood, and the times
// of files are moved by the same. Intervals are left as they are: Node's timers rest on them.
import { spawnSync } from "node:child_process";

const wrapper = spawnSync("faketime", ["-f", "+0s", "printenv", "LD_PRELOAD"], {
  encoding: "utf8",
});

export const hasFaketime = wrapper.status === 0;
if (!hasFaketime) {
  if (process.env["CI"] === "true") throw new Error("CI needs faketime");
  process.stderr.write("Tests of the calendar are skipped: faketime is not installed\n");
}

/** The variables of a process that believes that it begins at a time. */
export function clockAt(time: string, timeZone: string): Readonly<Record<string, string>> {
  const offsetS = (Date.parse(time) - Date.now()) / 1_000;
  return {
    TZ: timeZone,
    LD_PRELOAD: wrapper.stdout.trim(),
    FAKETIME: `${offsetS < 0 ? "-" : "+"}${Math.abs(offsetS).toFixed(3)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
