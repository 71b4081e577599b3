// Ends the process in any case. `process.exit` waits for the threads of Node's pool, so it never returns while
// one of them waits for a drive that does not answer. Replacing the program waits for nobody.

export function endNow(exitCode: number): never {
  process.emit("exit", exitCode);
  try {
    // Not under Windows.
    process.execve?.(process.execPath, [process.execPath, "-e", `process.exit(${exitCode})`], {});
  } catch {
    // Where programs may not be started: then as well as it goes.
  }
  process.exit(exitCode);
}
