// A reader that goes away (`| head`) or a full disk behind `> file` must not kill a run that is
// sending: what cannot be shown is lost, what is being done is not.

let stdoutFailure: NodeJS.ErrnoException | null = null;

/** To be called once, before anything is written. */
export function surviveClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (stdoutFailure !== null || error.code === "EPIPE") return;
    stdoutFailure = error;
    process.stderr.write(`cas-batch: The result cannot be written: ${error.message}\n`);
  });
  process.stderr.on("error", () => {
    // There is nowhere left to say it.
  });
}

/**
 * Waits until all is written, and says whether the result was lost on its way out, other than by a
 * reader that had seen enough.
 */
export async function isOutputLost(): Promise<boolean> {
  await new Promise<void>((resolve) => {
    process.stdout.write("", () => {
      resolve();
    });
  });
  return stdoutFailure !== null;
}

/** One for all writers that wait: many lines may be written before the reader takes the first. */
let room: Promise<void> | null = null;

/** Resolves when standard output has room for more, or has no reader any more. */
export function writeOut(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.write(text) || stdout.destroyed) return Promise.resolve();
  room ??= new Promise((resolve) => {
    const done = (): void => {
      for (const name of ["drain", "close", "error"]) stdout.removeListener(name, done);
      room = null;
      resolve();
    };
    for (const name of ["drain", "close", "error"]) stdout.once(name, done);
  });
  return room;
}
