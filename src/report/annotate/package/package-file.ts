// The zip file around a workbook: its parts read one by one, and written one by one into a new file.
// What is not changed is handed over byte for byte. The counts are the library's, which ends an entry
// that unpacks to anything but the size its directory names.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TextDecoder } from "node:util";
import {
  fromRandomAccessReaderPromise,
  RandomAccessReader,
  type Entry,
  type ZipFile as ZipReader,
} from "yauzl";
import { ZipFile as ZipWriter } from "yazl";
import { FileChangedError, type SteadyFile } from "../../../core/steady-file.ts";
import { NotEditableError } from "./package-xml.ts";

/** One part held in memory as a whole (styles, comments, relations); sheets are streamed. */
const PART_BYTES_MAX = 64 * 1024 * 1024;
const STORED = 0;

export interface SourcePackage {
  /** In the order of the file. */
  readonly names: readonly string[];
  /** The name of a part as it stands in the file; Excel does not mind upper case. Null without. */
  readonly find: (name: string) => string | null;
  /** @throws NotEditableError when it is too large or no text */
  readonly readText: (name: string) => Promise<string>;
  /** The text of a part as it streams by. @throws NotEditableError when it is no text */
  readonly textChunks: (name: string) => AsyncIterable<string>;
  readonly openBytes: (name: string) => Promise<Readable>;
  readonly entry: (name: string) => Entry;
  readonly close: () => void;
}

/** How many bytes are taken at once. */
const CHUNK_BYTES = 256 * 1024;

/** How the library reads a file that is open already. */
class SteadyReader extends RandomAccessReader {
  readonly #file: SteadyFile;

  constructor(file: SteadyFile) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const range = { start, bytes: end - start, chunkBytes: CHUNK_BYTES };
    return Readable.from(this.#file.chunks(range), { objectMode: false });
  }
}

/**
 * The package in `file`, which stays open when the package is closed.
 * @throws NotEditableError when the zip file is not as it should be
 */
export async function openPackage(file: SteadyFile): Promise<SourcePackage> {
  let zip: ZipReader | null = null;
  try {
    zip = await fromRandomAccessReaderPromise(new SteadyReader(file), file.sizeBytes, {
      lazyEntries: true,
      autoClose: false,
    });
    return await packageOf(zip);
  } catch (error) {
    zip?.close();
    throw damaged("Its zip directory", error);
  }
}

/** The library's errors have no class of their own; those of the disk have a code. */
function damaged(what: string, error: unknown): unknown {
  if (error instanceof NotEditableError || error instanceof FileChangedError) return error;
  if (!(error instanceof Error)) return error;
  if ("syscall" in error) return error;
  return new NotEditableError(`${what} cannot be read: ${error.message}`, { cause: error });
}

async function packageOf(zip: ZipReader): Promise<SourcePackage> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith("/")) entries.set(entry.fileName, entry);
  }
  const byLowerCase = new Map([...entries.keys()].map((name) => [name.toLowerCase(), name]));
  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new NotEditableError(`Its part ${name} is missing`);
    return entry;
  };
  const openBytes = (name: string): Promise<Readable> => zip.openReadStreamPromise(entryOf(name));
  async function* textChunks(name: string): AsyncGenerator<string> {
    const bytes: AsyncIterable<Buffer> = await openBytes(name);
    let decoder: TextDecoder | undefined;
    try {
      for await (const chunk of bytes) {
        decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
        const text = decoder.decode(chunk, { stream: true });
        if (text !== "") yield text;
      }
      yield decoder?.decode() ?? "";
    } catch (error) {
      throw damaged(`Its part ${name}`, error);
    }
  }
  return {
    names: [...entries.keys()],
    find: (name) => (entries.has(name) ? name : (byLowerCase.get(name.toLowerCase()) ?? null)),
    openBytes,
    textChunks,
    entry: entryOf,
    readText: async (name) => {
      if (entryOf(name).uncompressedSize > PART_BYTES_MAX) {
        throw new NotEditableError(`Its part ${name} is too large`);
      }
      let text = "";
      for await (const chunk of textChunks(name)) text += chunk;
      return text;
    },
    close: () => {
      zip.close();
    },
  };
}

/** Source: XML 1.0, appendix F; a workbook's parts are UTF-8 or UTF-16. */
function encodingOf(head: Buffer): string {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0x3c && head[1] === 0)) {
    return "utf-16le";
  }
  if ((head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && head[1] === 0x3c)) {
    return "utf-16be";
  }
  return "utf-8";
}

export interface PackageWriter {
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
  // A failure is met by whoever waits below; this keeps it from counting as unhandled.
  written.catch(() => undefined);
  const failed = written.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);

  const add = async (name: string, bytes: Readable, like: Entry | null): Promise<void> => {
    const consumed = new Promise<void>((resolve, reject) => {
      bytes.once("end", resolve);
      bytes.once("error", (error) => {
        reject(asError(damaged(`Its part ${name}`, error)));
      });
    });
    zip.addReadStream(bytes, name, {
      compress: like?.compressionMethod !== STORED,
      mtime: like?.getLastModDate({ forceDosFormat: true }) ?? EARLIEST,
      forceDosTimestamp: true,
    });
    await Promise.race([consumed, failed]);
  };
  return {
    copy: async (name) => {
      await add(name, await source.openBytes(name), source.entry(name));
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

/** The first day that a zip archive knows: parts of ours look the same whenever they are written. */
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
