// Whether a process of this machine still lives. Process numbers are reused, so the mark of a process
// also has the time of its start, where the system gives it cheaply. A number means nothing in another
// container, even one of the same host name: a process there cannot be seen from here.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Zombie and dead. Source: proc(5). */
const ENDED_STATES = ["Z", "X", "x"];

export interface ProcessMark {
  readonly processId: number;
  readonly hostName: string;
  /** Equal for the same process only; null where the system does not give it. */
  readonly processStart: string | null;
  /** Equal where process numbers mean the same; null where the system does not give it. */
  readonly processSpace: string | null;
}

export function markOfThisProcess(): ProcessMark {
  return markOfProcess(process.pid, hostname());
}

export function markOfProcess(processId: number, hostName: string): ProcessMark {
  if (hostName !== hostname()) {
    return { processId, hostName, processStart: null, processSpace: null };
  }
  const processStart = readProcessStart(processId);
  return { processId, hostName, processStart, processSpace: readProcessSpace() };
}

/** Whether a process can be seen from here; false on another machine or in another container. */
export function isVisible(mark: ProcessMark): boolean {
  return mark.hostName === hostname() && mark.processSpace === readProcessSpace();
}

/** False also where the system does not give the time of a start: another process may have the number by now. */
export function isCertainlyAlive(mark: ProcessMark): boolean {
  if (!isVisible(mark) || mark.processStart === null) return false;
  return readProcessStart(mark.processId) === mark.processStart;
}

/** False also for a process that cannot be seen from here. */
export function isCertainlyDead(mark: ProcessMark): boolean {
  if (!isVisible(mark)) return false;
  try {
    process.kill(mark.processId, 0);
  } catch (error) {
    // Anything else, such as EPERM, means that there is a process.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  const start = readProcessStart(mark.processId);
  return start !== null && mark.processStart !== null && start !== mark.processStart;
}

/** Whether a process has ended, though its parent has not taken note: its number is still known. Linux only. */
export function hasEnded(processId: number): boolean {
  return readProcessStart(processId)?.startsWith("ended") === true;
}

/**
 * Null for a process that is gone, and where the system does not give it. Starts with "ended" for a
 * process that has ended and waits for its parent to collect it (in a container, for ever).
 * Source: proc(5), /proc/pid/stat fields 3 (state) and 22 (starttime, in ticks since the boot).
 */
function readProcessStart(processId: number): string | null {
  try {
    // The /proc of another container may be mounted here, with other processes.
    if (readlinkSync("/proc/self") !== String(process.pid)) return null;
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    // Field 2, the name, may hold blanks and parentheses; field 3 follows its last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[3 - 3];
    const ticks = fields[22 - 3];
    if (state === undefined || ticks === undefined) return null;
    const boot = readBootId();
    return ENDED_STATES.includes(state) ? `ended ${boot} ${ticks}` : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}

/** Identifies this boot of this machine, and the container in it. Source: pid_namespaces(7), random(4). */
function readProcessSpace(): string | null {
  try {
    return `${readBootId()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}
