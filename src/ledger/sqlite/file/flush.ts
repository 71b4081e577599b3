// Makes a file, or the names in a folder, survive a power cut.
import { closeSync, fsyncSync, openSync } from "node:fs";

export function flush(path: string): void {
  // A folder cannot be opened on Windows; there a rename is durable by itself.
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
