// One run over an inbox in a process of its own, as far as its files are moved. Its arguments: the settings as JSON,
// where files go, and at which of the calls that change something the process kills itself; 0 for none. Prints how
// many there were.
import { link, open, rename, unlink, utimes } from "node:fs/promises";
import { systemClock } from "../../src/core/time/clock.ts";
import type { MoveCalls } from "../../src/core/files/move-file.ts";
import { moveToDestination } from "../../src/runs/inbox/archive-files.ts";
import { claimFiles } from "../../src/runs/inbox/claim-files.ts";
import type { Destination } from "../../src/runs/inbox/destination.ts";
import type { ArchivePlaces, InboxSettings } from "../../src/runs/inbox/inbox-settings.ts";
import { listInbox } from "../../src/runs/inbox/list-inbox.ts";

const [settingsJson = "", destination = "archive", killAt = "0", runId = ""] =
  process.argv.slice(2);
const settings = JSON.parse(settingsJson) as InboxSettings & { readonly archive: ArchivePlaces };

let calls = 0;
function counted<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return (...args) => {
    calls += 1;
    if (calls === Number(killAt)) process.kill(process.pid, "SIGKILL");
    return call(...args);
  };
}
const counting = {
  link: counted(link),
  rename: counted(rename),
  unlink: counted(unlink),
  open: counted(open),
  utimes: counted(utimes),
} as MoveCalls;

const { files } = await listInbox(settings, systemClock.now());
const claim = await claimFiles(settings, files, runId, counting);
const folders = { ...settings.archive, inbox: settings.folder, day: "2026-11-29", runId };
for (const file of claim.files) {
  await moveToDestination(file, destination as Destination, folders, counting);
}
await claim.release();
process.stdout.write(String(calls));
