// The zip file around a workbook: its parts read one by one, and written one by one into a new file.
// What is not changed is handed over byte for byte.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TextDecoder } from "node:util";
import { ZipFile as ZipWriter } from "yazl";
import { FileChangedError, type SteadyFile } from "../../../core/files/steady-file.ts";
import {
  openXlsxPackage,
  partName,
  type XlsxPackage,
} from "../../../parse/package/xlsx-package.ts";
import { xmlEncoding } from "../../../parse/package/xml-markup.ts";
import { ZipTooLargeError, type ZipEntry } from "../../../parse/package/zip-directory.ts";
import { STORED, zipEntryBytes } from "../../../parse/package/zip-entry-bytes.ts";
import { NotEditableError } from "./package-xml.ts";

/** One part held in memory as a whole (styles, comments, relations); sheets are streamed. */
const PART_BYTES_MAX = 64 * 1024 * 1024;

export interface SourcePackage {
  /** As the reading of values knows it. */
  readonly xlsx: XlsxPackage;
  /** In the order of the file. */
  readonly names: readonly string[];
  /** The name of a part as it stands in the file; Excel does not mind upper case. Null without. */
  readonly find: (name: string) => string | null;
  /** @throws NotEditableError when it is too large or no text */
  readonly readText: (name: string) => Promise<string>;
  /** The text of a part as it streams by. @throws NotEditableError when it is no text */
  readonly textChunks: (name: string) => AsyncIterable<string>;
  readonly bytes: (name: string) => AsyncGenerator<Buffer>;
  readonly entry: (name: string) => ZipEntry;
}

/** @throws NotEditableError when the zip file is not as it should be */
export async function openPackage(file: SteadyFile): Promise<SourcePackage> {
  let xlsx: XlsxPackage;
  try {
    // No name: the remark of the copy names the file.
    xlsx = await openXlsxPackage("", file);
  } catch (error) {
    throw damaged("Its zip directory", error);
  }
  const { entries } = xlsx;
  const entryOf = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new NotEditableError(`Its part ${name} is missing`);
    return entry;
  };
  const bytes = (name: string) => zipEntryBytes(file, entryOf(name), assertSize);
  async function* textChunks(name: string): AsyncGenerator<string> {
    let decoder: TextDecoder | undefined;
    try {
      for await (const chunk of bytes(name)) {
        decoder ??= new TextDecoder(xmlEncoding(chunk), { fatal: true });
        const text = decoder.decode(chunk, { stream: true });
        if (text !== "") yield text;
      }
      yield decoder?.decode() ?? "";
    } catch (error) {
      throw damaged(`Its part ${name}`, error);
    }
  }
  return {
    xlsx,
    names: [...entries.keys()].filter((name) => !name.endsWith("/")),
    find: (name) => partName(xlsx, name),
    bytes,
    textChunks,
    entry: entryOf,
    readText: async (name) => {
      if (entryOf(name).unpackedBytes > PART_BYTES_MAX) {
        throw new NotEditableError(`Its part ${name} is too large`);
      }
      let text = "";
      for await (const chunk of textChunks(name)) text += chunk;
      return text;
    },
  };
}

/** Pictures may unpack to more than is read of sheets, but no part to more than the file says. */
function assertSize({ name, unpackedBytes }: ZipEntry, bytes: number): void {
  if (bytes > unpackedBytes) {
    throw new ZipTooLargeError(`Its part "${name}" unpacks to more than the directory says`);
  }
}

/** Faults of the disk have a code of the system, and stay what they are. */
function damaged(what: string, error: unknown): unknown {
  if (error instanceof NotEditableError || error instanceof FileChangedError) return error;
  if (!(error instanceof Error) || "syscall" in error) return error;
  return new NotEditableError(`${what} cannot be read: ${error.message}`, { cause: error });
}

interface PackageWriter {
  /** Copies a part as it is. */
  readonly copy: (name: string) => Promise<void>;
  /** Writes a part as UTF-8, with the declaration of its encoding made true. */
  readonly write: (name: string, chunks: AsyncIterable<string> | Iterable<string>) => Promise<void>;
  /** Resolves when the file is whole. */
  readonly end: () => Promise<void>;
  /** Gives up; safe to call after `end`. */
  readonly abandon: () => Promise<void>;
}

/** Starts a new file; there must be none of that name. */
export function createPackage(path: string, source: SourcePackage): PackageWriter {
  const zip = new ZipWriter();
  const target = createWriteStream(path, { flags: "wx" });
  const written = pipeline(zip.outputStream, target);
  // The writes below throw the failure; until one does it must not count as unhandled.
  written.catch(() => undefined);
  const failed = written.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);

  const add = async (name: string, bytes: Readable, like: ZipEntry | null): Promise<void> => {
    const consumed = new Promise<void>((resolve, reject) => {
      bytes.once("end", resolve);
      bytes.once("error", (error) => {
        reject(asError(damaged(`Its part ${name}`, error)));
      });
    });
    zip.addReadStream(bytes, name, {
      compress: like?.method !== STORED,
      mtime: like?.modified ?? EARLIEST,
      forceDosTimestamp: true,
    });
    await Promise.race([consumed, failed]);
  };
  return {
    copy: async (name) => {
      const bytes = Readable.from(source.bytes(name), { objectMode: false });
      await add(name, bytes, source.entry(name));
    },
    write: async (name, chunks) => {
      const known = source.find(name);
      const bytes = Readable.from(utf8Bytes(chunks), { objectMode: false });
      await add(name, bytes, known === null ? null : source.entry(known));
    },
    end: async () => {
      zip.end();
      await written;
    },
    abandon: async () => {
      target.destroy();
      await written.catch(() => undefined);
    },
  };
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}

/** The first day that a zip archive knows: new parts have the same bytes whenever they are written. */
const EARLIEST = new Date(1980, 0, 1);
const OTHER_ENCODING = /^(<\?xml[^>]*encoding\s*=\s*["'])(?!utf-8["'])[^"']*/i;

async function* utf8Bytes(
  chunks: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (chunk === "") continue;
    yield Buffer.from(isFirst ? chunk.replace(OTHER_ENCODING, "$1UTF-8") : chunk);
    isFirst = false;
  }
}
