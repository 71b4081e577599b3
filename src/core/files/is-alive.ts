// Whether a process of this machine runs: what it writes is its own as long as it does.
import { readFileSync } from "node:fs";

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return !isZombie(processId);
  } catch (error) {
    // Another user's process may not be signalled, but it lives.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A killed process keeps its id until its parent has taken note, which some parents never do. */
function isZombie(processId: number): boolean {
  try {
    // Linux only; the state follows the name, which stands in parentheses.
    return /\) Z /.test(readFileSync(`/proc/${processId}/stat`, "utf8"));
  } catch {
    return false;
  }
}
