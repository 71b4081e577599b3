// Tells whether a process of this machine still lives. Process numbers are used again, so a number
// alone proves nothing; where the system tells it cheaply, the time of its start goes with it.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Zombie and dead. Source: proc(5). */
const ENDED_STATES = ["Z", "X", "x"];

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

/**
 * Null for a process that is gone, and where the system does not tell. One that has ended and waits
 * for its parent to notice (in a container, for ever) starts with "ended".
 * Source: proc(5), /proc/pid/stat fields 3 (state) and 22 (starttime, in ticks since the boot).
 */
function readProcessStart(processId: number): string | null {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    // Field 2, the name, may hold blanks and parentheses; field 3 follows its last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[3 - 3];
    const ticks = fields[22 - 3];
    if (state === undefined || ticks === undefined) return null;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return ENDED_STATES.includes(state) ? `ended ${boot} ${ticks}` : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
