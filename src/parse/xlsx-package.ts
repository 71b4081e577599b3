// The parts of one open workbook file, read as XML. Every way in which a package can be broken
// comes out of here as the one error that the rest of the product knows.
import type { FileHandle } from "node:fs/promises";
import { TextDecoder } from "node:util";
import type { SourceFile } from "../core/cell.ts";
import { UnreadableFileError } from "../core/errors.ts";
import { unreadable } from "./file-finding.ts";
import type { ReadLimits } from "./read-limits.ts";
import { createXmlScanner, XmlBrokenError, type XmlHandler } from "./xml-scanner.ts";
import { ZipDamagedError, ZipTooLargeError, type ZipEntry } from "./zip-directory.ts";
import { zipEntryBytes } from "./zip-entry-bytes.ts";

export interface XlsxPackage {
  readonly file: SourceFile;
  readonly handle: FileHandle;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly limits: ReadLimits;
}

/** The name of a part as it stands in the directory; Excel itself does not mind upper case. */
export function partName(xlsx: XlsxPackage, name: string): string | null {
  if (xlsx.entries.has(name)) return name;
  const lower = name.toLowerCase();
  return xlsx.entries.keys().find((entry) => entry.toLowerCase() === lower) ?? null;
}

/** The error to throw for what went wrong inside a workbook; a fault of ours stays what it is. */
export function packageError(file: SourceFile, error: unknown): unknown {
  if (error instanceof UnreadableFileError) return error;
  if (error instanceof ZipTooLargeError) {
    return unreadable(
      file.name,
      "file-too-large",
      `The workbook "${file.name}" cannot be read. ${error.message}`,
      { cause: error },
    );
  }
  if (error instanceof ZipDamagedError || error instanceof XmlBrokenError) {
    return unreadable(
      file.name,
      "file-damaged",
      `The workbook "${file.name}" is cut off or damaged. ${error.message}`,
      { cause: error },
    );
  }
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return unreadable(
      file.name,
      "file-unreadable",
      `The workbook "${file.name}" could not be read to its end (${String(error.code)})`,
      { cause: error },
    );
  }
  return error;
}

/** The encoding of a part. Source: XML 1.0, appendix F; OPC allows UTF-8 and UTF-16 only. */
function xmlEncoding(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0x3c && head[1] === 0) return "utf-16le";
  if (head[0] === 0 && head[1] === 0x3c) return "utf-16be";
  return "utf-8";
}

/**
 * Scans one part with `handler`, yielding after every chunk, so that the caller can hand on what
 * has come together, or stop.
 * @throws UnreadableFileError when the part is missing, damaged or too large
 */
export async function* scanPart(
  xlsx: XlsxPackage,
  name: string,
  handler: XmlHandler,
): AsyncGenerator<undefined> {
  try {
    const entry = xlsx.entries.get(name);
    if (entry === undefined) throw new ZipDamagedError(`The part "${name}" is missing`);
    const scanner = createXmlScanner(handler, xlsx.limits.xmlTokenCharsMax);
    let decoder: TextDecoder | undefined;
    const { file, handle, limits } = xlsx;
    for await (const chunk of zipEntryBytes(handle, file.path, entry, limits)) {
      decoder ??= new TextDecoder(xmlEncoding(chunk), { fatal: true });
      scanner.write(decodeChunk(decoder, chunk, name));
      yield;
    }
    if (decoder !== undefined) scanner.write(decodeChunk(decoder, null, name));
    scanner.end();
  } catch (error) {
    throw packageError(xlsx.file, error);
  }
}

function decodeChunk(decoder: TextDecoder, chunk: Buffer | null, name: string): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw new XmlBrokenError(`The part "${name}" holds bytes that are no text`, { cause: error });
  }
}

/** Scans a whole small part. @throws UnreadableFileError as `scanPart` */
export async function readPart(
  xlsx: XlsxPackage,
  name: string,
  handler: XmlHandler,
): Promise<void> {
  for await (const _chunk of scanPart(xlsx, name, handler));
}
