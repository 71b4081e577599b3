// The entrance of this stage: opens a path as a Table, by the reader for what its bytes are.
import { basename, extname, resolve } from "node:path";
import type { SourceFile, Table } from "../core/cell.ts";
import { CasBatchError, UnreadableFileError } from "../core/errors.ts";
import { NotAFileError } from "../core/files/regular-file.ts";
import { openSteadyFile, type SteadyFile } from "../core/files/steady-file.ts";
import { readingError } from "./assert-unchanged.ts";
import { csvTable, NO_QUOTE, type CsvOptions } from "./csv/csv-table.ts";
import { unreadable } from "./text/file-finding.ts";
import { fileKind, foreignName, headBytes, oleKind, type FileKind } from "./file-kind.ts";
import { defaultReadLimits, type ReadLimits } from "./text/read-limits.ts";
import { createByteCounter, type ByteCensus } from "./encoding/byte-evidence.ts";
import { utf16Encoding } from "./encoding/text-encoding.ts";
import type { XlsxOptions } from "./xlsx/xlsx-table.ts";

export interface OpenTableOptions extends CsvOptions, XlsxOptions {
  /** What people see in findings and reports; the file's base name when left out. */
  readonly name?: string;
  readonly limits?: Partial<ReadLimits>;
}

/** File name endings of other kinds. An .xlsb or .ods is a zip file too; its parts give it away. */
const ENDINGS_NOT_OF: Readonly<Record<"zip" | "text", ReadonlySet<string>>> = {
  zip: new Set([".csv", ".tsv", ".tab", ".txt", ".xls"]),
  text: new Set([".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"]),
};

interface OpenedBytes {
  readonly bytes: SteadyFile;
  readonly kind: FileKind;
  readonly head: Buffer;
  readonly census: ByteCensus;
}

/** What the first reading has found so far. */
interface FirstReading {
  head: Buffer;
  kind: FileKind | "ole";
  inOle: ReturnType<typeof oleKind>;
}

/** Reads the whole file once, for its hash, its kind and the evidence of its encoding. */
async function openBytes(path: string, name: string, limits: ReadLimits): Promise<OpenedBytes> {
  const found: FirstReading = { head: Buffer.alloc(0), kind: "foreign", inOle: null };
  const counter = createByteCounter();
  const see = (chunk: Buffer, position: number, fileBytes: number): void => {
    if (position === 0) {
      found.head = Buffer.from(chunk.subarray(0, headBytes));
      found.kind = fileKind(found.head, utf16Encoding(found.head));
      if (found.kind === "zip" && fileBytes > limits.workbookBytesMax) {
        throw unreadable(
          name,
          "file-too-large",
          `The workbook "${name}" takes ${fileBytes} bytes; at most ${limits.workbookBytesMax} are read`,
        );
      }
    }
    if (found.kind === "text") counter.add(chunk);
    if (found.kind === "ole" && found.inOle !== "encrypted")
      found.inOle = oleKind(chunk) ?? found.inOle;
  };
  try {
    const bytes = await openSteadyFile(path, see, limits.stuckMsMax);
    const kind = found.kind === "ole" ? (found.inOle ?? "foreign") : found.kind;
    return { bytes, kind, head: found.head, census: counter.census() };
  } catch (error) {
    throw openError(name, error);
  }
}

const WHY_NOT_OPENED: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  EBUSY: "another program has it open",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOTDIR: "a part of its path is no folder",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** The error for a file that cannot be opened or read; a fault of ours stays what it is. */
function openError(name: string, error: unknown): unknown {
  if (error instanceof NotAFileError) {
    return unreadable(name, "file-unreadable", `"${name}" ${error.message}`, {
      cause: error,
      hint: "Name a file, or take this out of the folder with the files",
    });
  }
  if (!(
    error instanceof Error &&
    "syscall" in error &&
    /^(?:open|stat)$/.test(String(error.syscall))
  )) {
    return readingError(name, error);
  }
  const code = "code" in error ? String(error.code) : "unknown";
  const why = WHY_NOT_OPENED[code] ?? code;
  return unreadable(name, "file-unreadable", `The file "${name}" cannot be opened: ${why}`, {
    cause: error,
  });
}

function isQuote(quote: string, delimiter: string | undefined): boolean {
  return quote === NO_QUOTE || (/^[^\r\n]$/.test(quote) && quote !== delimiter);
}

/** A zip file with the name of another kind: told by its right name when it is no workbook either. */
async function refuseOtherZip(name: string, bytes: SteadyFile, limits: ReadLimits): Promise<void> {
  const { readZipDirectory } = await import("./package/zip-directory.ts");
  const { contentOfZip, notWorkbook } = await import("./package/zip-content.ts");
  // One that is damaged is told by its ending.
  const entries = await readZipDirectory(bytes, limits).catch(() => null);
  if (entries === null || contentOfZip(entries.keys()) === "workbook") return;
  throw notWorkbook(name, contentOfZip(entries.keys()));
}

function hasOtherEnding(path: string, kind: "zip" | "text"): boolean {
  return ENDINGS_NOT_OF[kind].has(extname(path).toLowerCase());
}

/** A file whose name denies its content would surprise the next program that opens it. */
function refuseWrongName(path: string, name: string, kind: "zip" | "text"): void {
  if (!hasOtherEnding(path, kind)) return;
  const ending = extname(path).toLowerCase();
  const [content, rightEnding] =
    kind === "zip" ? ["a zip file, as .xlsx workbooks are", ".xlsx"] : ["plain text", ".csv"];
  throw unreadable(
    name,
    "file-mislabelled",
    `The name "${name}" says ${ending}, but the file is ${content}`,
    { hint: `Rename the file so that it ends in ${rightEnding}, or save it anew as ${ending}` },
  );
}

function refuseKind(name: string, kind: Exclude<FileKind, "zip" | "text">, head: Buffer): never {
  switch (kind) {
    case "xls":
      throw unreadable(name, "file-is-xls", `"${name}" is an old Excel workbook (.xls)`);
    case "encrypted":
      throw unreadable(name, "file-encrypted", `The workbook "${name}" is protected by a password`);
    case "foreign":
      throw unreadable(
        name,
        "file-type-unknown",
        `"${name}" is ${foreignName(head, utf16Encoding(head)) ?? "neither an .xlsx workbook nor CSV"}`,
      );
  }
}

/**
 * Opens an .xlsx workbook or a CSV file for reading. Explicit options win over detection.
 * @throws UnreadableFileError when it is missing, empty, of another kind, mislabelled or damaged
 * @throws CasBatchError when an option cannot be used
 */
export async function openTable(path: string, options: OpenTableOptions = {}): Promise<Table> {
  if (options.delimiter !== undefined && !/^[^"\r\n]$/.test(options.delimiter)) {
    throw new CasBatchError(
      "configuration-invalid",
      `The delimiter "${options.delimiter}" cannot be used; it is one character, no quotation mark`,
    );
  }
  if (options.quote !== undefined && !isQuote(options.quote, options.delimiter)) {
    throw new CasBatchError(
      "configuration-invalid",
      `The quotation mark "${options.quote}" cannot be used; it is one character other than the delimiter, or none`,
    );
  }
  const name = options.name ?? basename(path);
  const limits = { ...defaultReadLimits, ...options.limits };
  const absolutePath = resolve(path);
  const { bytes, kind, head, census } = await openBytes(absolutePath, name, limits);
  const { sizeBytes, sha256 } = bytes;
  const file: SourceFile = { path: absolutePath, name, sizeBytes, sha256 };
  try {
    if (head.length === 0) throw unreadable(name, "file-empty", `The file "${name}" is empty`);
    if (kind !== "zip" && kind !== "text") refuseKind(name, kind, head);
    if (kind === "zip" && hasOtherEnding(absolutePath, kind)) {
      await refuseOtherZip(name, bytes, limits);
    }
    refuseWrongName(absolutePath, name, kind);
    if (kind === "text") return await csvTable(file, bytes, head, census, limits, options);
    const { openXlsxTable } = await import("./xlsx/xlsx-table.ts");
    return await openXlsxTable(file, bytes, limits, options);
  } catch (error) {
    await bytes.close();
    if (!(error instanceof UnreadableFileError)) throw error;
    throw new UnreadableFileError(error.finding, { cause: error.cause, file });
  }
}
