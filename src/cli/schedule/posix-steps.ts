// What a person does once on Linux before a schedule works: folders, the secret, the ledger.
import { shellLine, shellWord } from "./posix-words.ts";
import type { ScheduledJob, ScheduleStep } from "./scheduled-job.ts";

/** @param secretOwner who reads the file with the secret */
export function preparingSteps(job: ScheduledJob, secretOwner: string): readonly ScheduleStep[] {
  const { missingFolders, secret, user, isLedgerMissing } = job;
  const steps: ScheduleStep[] = [];
  if (missingFolders.length > 0) {
    const words = ["sudo", "install", "-d", "-m", "750", "-o", user, ...missingFolders];
    steps.push({ about: "Make the folders that are missing", command: shellLine(words) });
  }
  if (secret?.isThere === false) {
    const words = ["sudo", "install", "-D", "-m", "600", "-o", secretOwner];
    steps.push({
      about: "Put the client secret in its file: paste it behind the command, then Ctrl-D",
      command: `${shellLine(words)} /dev/stdin ${shellWord(secret.file)}`,
    });
  }
  if (isLedgerMissing) {
    steps.push({
      about: `Begin the ledger by a first run of your own, as ${user} and with the credentials set`,
      command: shellLine([...job.program, ...job.nightly, "--create-ledger"]),
    });
  }
  return steps;
}
