// One file of the user's, held open and read as one state of it. When it is opened, all of it is read
// once: for its SHA-256, and for a checksum of every block. Whatever is read of it later is compared
// with the checksums of its blocks before it is used. So what was mapped is what was hashed, in
// whatever order it was read, and a file that another program writes to meanwhile ends the reading.
// Times of change prove less: they are coarse, can be set back, and network drives keep old ones.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { openRegularFile, type RegularFile } from "./regular-file.ts";

/** Small enough to be read for the header of one zip entry. */
const BLOCK_BYTES = 64 * 1024;
/** Of the first reading. A multiple of the block. */
const PASS_BYTES = 4 * BLOCK_BYTES;

/** The file no longer holds what it held when it was opened. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

export interface SteadyFile {
  readonly sizeBytes: number;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
  /** The bytes from `position` on; fewer than asked for where the file ends. @throws FileChangedError */
  readonly read: (position: number, bytes: number) => Promise<Buffer>;
  /** All bytes of a range, the whole file when none is named. @throws FileChangedError */
  readonly chunks: (range?: ByteRange) => AsyncGenerator<Buffer>;
  readonly close: () => Promise<void>;
}

interface ByteRange {
  readonly start: number;
  readonly bytes: number;
  /** How many are read at once. A multiple of the block. */
  readonly chunkBytes: number;
}

/**
 * @param see is given every chunk of the first reading, in order; its bytes are overwritten later
 * @param stuckMsMax how long one call may take
 * @throws NotAFileError, FileStuckError, or what the system says when it cannot be opened or read
 */
export async function openSteadyFile(
  path: string,
  see: (chunk: Buffer, position: number, fileBytes: number) => void = () => undefined,
  stuckMsMax?: number,
): Promise<SteadyFile> {
  const file = await openRegularFile(path, stuckMsMax);
  try {
    return await steadyFile(file, see);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function steadyFile(
  file: RegularFile,
  see: (chunk: Buffer, position: number, fileBytes: number) => void,
): Promise<SteadyFile> {
  const { size } = file.stats;
  const checksums = new Uint32Array(Math.ceil(size / BLOCK_BYTES));
  const hash = createHash("sha256");
  const block = Buffer.alloc(Math.min(PASS_BYTES, size));
  let sizeBytes = 0;
  // Bounded by the size at the start: a file that grows all the time has no end.
  while (sizeBytes < size) {
    const wanted = block.subarray(0, size - sizeBytes);
    const chunk = wanted.subarray(0, await file.fill(wanted, sizeBytes));
    if (chunk.length === 0) break;
    hash.update(chunk);
    checksums.set(checksumsOf(chunk), sizeBytes / BLOCK_BYTES);
    see(chunk, sizeBytes, size);
    sizeBytes += chunk.length;
    if (chunk.length < wanted.length) break;
  }

  // Small reads often follow each other, such as the header of a zip entry and its first bytes.
  let last = { start: 0, bytes: Buffer.alloc(0) };
  const read = async (position: number, bytes: number): Promise<Buffer> => {
    const end = Math.min(position + bytes, sizeBytes);
    if (end <= position) return Buffer.alloc(0);
    if (position < last.start || end > last.start + last.bytes.length) {
      const start = position - (position % BLOCK_BYTES);
      const blocksEnd = Math.min(Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES, sizeBytes);
      const blocks = Buffer.allocUnsafe(blocksEnd - start);
      const isWhole = (await file.fill(blocks, start)) === blocks.length;
      const first = start / BLOCK_BYTES;
      if (!isWhole || checksumsOf(blocks).some((sum, at) => sum !== checksums[first + at])) {
        throw new FileChangedError("The file was changed after it had been opened");
      }
      last = { start, bytes: blocks };
    }
    return last.bytes.subarray(position - last.start, end - last.start);
  };
  return {
    sizeBytes,
    sha256: hash.digest("hex"),
    read,
    chunks: async function* (range) {
      const { start, bytes, chunkBytes } = range ?? wholeFile(sizeBytes);
      const end = Math.min(start + bytes, sizeBytes);
      for (let at = start; at < end;) {
        const next = Math.min(end, at - (at % chunkBytes) + chunkBytes);
        yield await read(at, next - at);
        at = next;
      }
    },
    close: file.close,
  };
}

function wholeFile(sizeBytes: number): ByteRange {
  return { start: 0, bytes: sizeBytes, chunkBytes: BLOCK_BYTES };
}

/** One for each block of bytes that begin with a block. */
function checksumsOf(bytes: Buffer): readonly number[] {
  const sums: number[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    sums.push(crc32(bytes.subarray(at, at + BLOCK_BYTES)));
  }
  return sums;
}
