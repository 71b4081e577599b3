// Unpacks one entry of a zip file as a stream. Bytes are counted here, never taken from the header, and the
// checksum is compared at the end: a silently shortened part would lose shipments.
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import type { SteadyFile } from "../../core/files/steady-file.ts";
import {
  ZipDamagedError,
  ZipEncryptedError,
  ZipTooLargeError,
  type ZipEntry,
} from "./zip-directory.ts";

const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
export const STORED = 0;
const DEFLATED = 8;
/** Large enough that the way through the event loop does not count. */
const PACKED_CHUNK_BYTES = 512 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Room for a further chunk lets the next one be inflated while the last one is being read. */
const INFLATING = { chunkSize: CHUNK_BYTES, readableHighWaterMark: 2 * CHUNK_BYTES };

/**
 * Is given how many bytes of an entry have been unpacked by one reading of it, and how many of them just now.
 * @throws ZipTooLargeError when that is more than a limit allows
 */
export type CountUnpacked = (entry: ZipEntry, bytes: number, freshBytes: number) => void;

async function dataOffset(file: SteadyFile, entry: ZipEntry): Promise<number> {
  const header = await file.read(entry.headerOffset, LOCAL_HEADER_BYTES);
  if (header.length !== LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw new ZipDamagedError(`The entry "${entry.name}" has no header`);
  }
  return (
    entry.headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  );
}

/**
 * The unpacked bytes of an entry.
 * @throws ZipDamagedError when the bytes do not unpack or their checksum differs
 * @throws ZipTooLargeError when they are more than a limit allows
 */
export async function* zipEntryBytes(
  file: SteadyFile,
  entry: ZipEntry,
  count: CountUnpacked,
): AsyncGenerator<Buffer> {
  if (entry.encrypted) throw new ZipEncryptedError(`Its part "${entry.name}" is encrypted`);
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new ZipDamagedError(`The entry "${entry.name}" is packed in an unknown way`);
  }
  const start = await dataOffset(file, entry);
  let checksum = 0;
  let bytes = 0;
  if (entry.packedBytes > 0) {
    const range = { start, bytes: entry.packedBytes, chunkBytes: PACKED_CHUNK_BYTES };
    const packed = file.chunks(range);
    const unpacked: AsyncIterable<Buffer> =
      entry.method === STORED
        ? packed
        : // A failure reaches the reader below, because pipeline destroys the last stream with it.
          pipeline(packed, createInflateRaw(INFLATING), () => undefined);
    try {
      for await (const chunk of unpacked) {
        bytes += chunk.length;
        count(entry, bytes, chunk.length);
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof ZipTooLargeError || !isUnpackingFault(error)) throw error;
      throw new ZipDamagedError(`The entry "${entry.name}" cannot be unpacked`, { cause: error });
    }
  }
  if (checksum !== entry.crc32) {
    throw new ZipDamagedError(`The entry "${entry.name}" does not match its checksum`);
  }
}

/** Node names the faults of zlib `Z_DATA_ERROR`, `Z_BUF_ERROR` and the like. */
function isUnpackingFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("Z_")
  );
}
