// The directory of a zip file, read from its end as the format wants. One that does not add up means a file
// that was cut off or changed, which is refused before anything else is read.
// Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
import type { SteadyFile } from "../../core/files/steady-file.ts";
import type { ReadLimits } from "../text/read-limits.ts";

export interface ZipEntry {
  /** With `/` between the folders and no leading one. */
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly packedBytes: number;
  /** As the directory says; never believed, bytes are counted as they come. */
  readonly unpackedBytes: number;
  readonly headerOffset: number;
  /** Local time: the format knows no zone. */
  readonly modified: Date;
}

/** The zip file is cut off, contradicts itself, or uses what no spreadsheet program writes. */
export class ZipDamagedError extends Error {
  override readonly name = "ZipDamagedError";
}

/** A part is encrypted, as zip programs can do it; Excel encrypts whole files instead. */
export class ZipEncryptedError extends Error {
  override readonly name = "ZipEncryptedError";
}

/** The zip file ends before what it says it holds. */
export class ZipTruncatedError extends Error {
  override readonly name = "ZipTruncatedError";
}

/** The zip file unpacks to more than we are willing to read. */
export class ZipTooLargeError extends Error {
  override readonly name = "ZipTooLargeError";
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** A name, its extra field and its comment may take 64 KiB each; no workbook comes near. */
const DIRECTORY_BYTES_PER_ENTRY_MAX = 4_096;
const ZIP64_EXTRA_ID = 0x0001;
const IN_ZIP64 = 0xffffffff;

interface DirectoryPlace {
  readonly entries: number;
  readonly bytes: number;
  readonly offset: number;
}

async function readAt(file: SteadyFile, offset: number, bytes: number): Promise<Buffer> {
  const buffer = await file.read(offset, bytes);
  if (buffer.length !== bytes) throw new ZipTruncatedError("It ends too early");
  return buffer;
}

function safeNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipDamagedError("An offset is absurd");
  return Number(value);
}

async function findDirectory(file: SteadyFile): Promise<DirectoryPlace> {
  const { sizeBytes } = file;
  const tailBytes = Math.min(sizeBytes, END_BYTES + COMMENT_BYTES_MAX);
  const tail = await readAt(file, sizeBytes - tailBytes, tailBytes);
  for (let at = tailBytes - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) > tailBytes) continue;
    const place = {
      entries: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const locatorAt = sizeBytes - tailBytes + at - END64_LOCATOR_BYTES;
    return (locatorAt >= 0 ? await findDirectory64(file, locatorAt) : null) ?? place;
  }
  throw new ZipTruncatedError("The directory at its end is missing");
}

async function findDirectory64(
  file: SteadyFile,
  locatorAt: number,
): Promise<DirectoryPlace | null> {
  const locator = await readAt(file, locatorAt, END64_LOCATOR_BYTES);
  if (locator.readUInt32LE(0) !== END64_LOCATOR_SIGNATURE) return null;
  const end = await readAt(file, safeNumber(locator.readBigUInt64LE(8)), END64_BYTES);
  if (end.readUInt32LE(0) !== END64_SIGNATURE) {
    throw new ZipDamagedError("The large-file directory is missing");
  }
  return {
    entries: safeNumber(end.readBigUInt64LE(32)),
    bytes: safeNumber(end.readBigUInt64LE(40)),
    offset: safeNumber(end.readBigUInt64LE(48)),
  };
}

interface EntrySizes {
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  readonly offset: number;
}

/** The sizes and header offset of an entry that needs more than 32 bits for one of them. */
function fromZip64Extra(extra: Buffer, header: EntrySizes): EntrySizes {
  let { unpackedBytes, packedBytes, offset } = header;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA_ID) continue;
    let fieldAt = at + 4;
    const next = (): number => {
      if (fieldAt + 8 > extra.length) throw new ZipDamagedError("A large-file field is cut off");
      fieldAt += 8;
      return safeNumber(extra.readBigUInt64LE(fieldAt - 8));
    };
    if (unpackedBytes === IN_ZIP64) unpackedBytes = next();
    if (packedBytes === IN_ZIP64) packedBytes = next();
    if (offset === IN_ZIP64) offset = next();
  }
  return { unpackedBytes, packedBytes, offset };
}

/** Source: MS-DOS date and time, as APPNOTE 4.4.6 names them. */
function dosDate(date: number, time: number): Date {
  return new Date(
    1980 + (date >> 9),
    ((date >> 5) & 0xf) - 1,
    date & 0x1f,
    time >> 11,
    (time >> 5) & 0x3f,
    (time & 0x1f) * 2,
  );
}

function safeName(stored: string): string {
  // Some writers under Windows separate folders by a backslash.
  const name = stored.replaceAll("\\", "/");
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.split("/").includes("..")) {
    throw new ZipDamagedError(`The entry "${name}" points out of the file`);
  }
  return name;
}

/**
 * The entries of a zip file by name.
 * @throws ZipDamagedError when the directory is missing, cut off or contradicts itself
 * @throws ZipTooLargeError when it lists more entries than the limit
 */
export async function readZipDirectory(
  file: SteadyFile,
  limits: ReadLimits,
): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await findDirectory(file);
  if (place.entries > limits.zipEntriesMax) {
    throw new ZipTooLargeError(
      `It holds ${place.entries} parts, at most ${limits.zipEntriesMax} are read`,
    );
  }
  if (place.bytes > limits.zipEntriesMax * DIRECTORY_BYTES_PER_ENTRY_MAX) {
    throw new ZipTooLargeError(`Its directory takes ${place.bytes} bytes`);
  }
  if (place.offset + place.bytes > file.sizeBytes) {
    throw new ZipTruncatedError("Its directory is cut off");
  }
  const directory = await readAt(file, place.offset, place.bytes);
  const entries = new Map<string, ZipEntry>();
  // Names that differ in upper case only are the same to Excel. Source: ECMA-376-2, 6.2.2.3
  const lowerNames = new Set<string>();
  let at = 0;
  for (let index = 0; index < place.entries; index += 1) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new ZipDamagedError("The directory is broken");
    }
    const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const name = safeName(directory.toString("utf8", at + ENTRY_BYTES, nameEnd));
    const sizes = fromZip64Extra(directory.subarray(nameEnd, extraEnd), {
      unpackedBytes: directory.readUInt32LE(at + 24),
      packedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    if (lowerNames.has(name.toLowerCase())) {
      throw new ZipDamagedError(`The entry "${name}" is there twice`);
    }
    if (sizes.offset + sizes.packedBytes > place.offset) {
      throw new ZipDamagedError(`The entry "${name}" is cut off`);
    }
    lowerNames.add(name.toLowerCase());
    entries.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      crc32: directory.readUInt32LE(at + 16),
      packedBytes: sizes.packedBytes,
      unpackedBytes: sizes.unpackedBytes,
      headerOffset: sizes.offset,
      modified: dosDate(directory.readUInt16LE(at + 14), directory.readUInt16LE(at + 12)),
    });
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  if (at !== directory.length) throw new ZipDamagedError("The directory lists too few entries");
  refuseSharedBytes(entries);
  return entries;
}

/** The head of an entry, without its name. */
const LOCAL_HEADER_BYTES = 30;

/** Entries that lie in each other unpack the same bytes again and again. */
function refuseSharedBytes(entries: ReadonlyMap<string, ZipEntry>): void {
  const inOrder = [...entries.values()].sort((a, b) => a.headerOffset - b.headerOffset);
  let end = 0;
  for (const { name, headerOffset, packedBytes } of inOrder) {
    if (headerOffset < end) throw new ZipDamagedError(`The entry "${name}" lies in another one`);
    end = headerOffset + LOCAL_HEADER_BYTES + packedBytes;
  }
}
