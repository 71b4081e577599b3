// Whether a process of this machine runs: what it writes is its own as long as it does.
import { hasEnded } from "./process-mark.ts";

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    // A killed process keeps its id until its parent has taken note, which some parents never do.
    return !hasEnded(processId);
  } catch (error) {
    // Another user's process may not be signalled, but it lives.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
