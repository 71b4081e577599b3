// Tells whether a process of this machine still lives. Process numbers are used again, so a number
// alone proves nothing; where the system tells it cheaply, the time of its start goes with it.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessMark {
  readonly processId: number;
  readonly hostName: string;
  /** Equal for the same process only; null where the system does not tell. */
  readonly processStart: string | null;
}

export function markOfThisProcess(): ProcessMark {
  return markOfProcess(process.pid, hostname());
}

export function markOfProcess(processId: number, hostName: string): ProcessMark {
  const processStart = hostName === hostname() ? readProcessStart(processId) : null;
  return { processId, hostName, processStart };
}

/** True only when that is certain: what runs on another machine cannot be seen from here. */
export function isCertainlyDead(mark: ProcessMark): boolean {
  if (mark.hostName !== hostname()) return false;
  try {
    process.kill(mark.processId, 0);
  } catch (error) {
    // Anything else, such as EPERM, means that there is a process.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const start = readProcessStart(mark.processId);
  return start !== null && mark.processStart !== null && start !== mark.processStart;
}

/** Source: proc(5), /proc/pid/stat field 22 (starttime, in ticks since the boot). */
function readProcessStart(processId: number): string | null {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    // Field 2, the name, may hold blanks and parentheses; field 3 follows its last parenthesis.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[22 - 3];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
