// The size and the SHA-256 of a file of ours as it is now, read piece by piece. A file of a user, which may change
// meanwhile, is opened by steady-file.ts.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { systemPath } from "./file-names.ts";

export interface FileHash {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

const READ_BYTES = 1024 * 1024;

/** @throws what the file system answers */
export async function hashFile(path: string): Promise<FileHash> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const chunks: AsyncIterable<Buffer> = createReadStream(systemPath(path), {
    highWaterMark: READ_BYTES,
  });
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}
