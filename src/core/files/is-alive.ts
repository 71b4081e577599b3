// Whether a process of this machine runs: what it writes is its own as long as it does.

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it lives.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
