// The one way into this stage: a path goes in, a Table comes out, whatever the file turns out to
// be. What a file is, is decided here from its bytes, before any reader sees it.
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import type { SourceFile, Table } from "../core/cell.ts";
import { CasBatchError } from "../core/errors.ts";
import { csvTable, NO_QUOTE, type CsvOptions } from "./csv-table.ts";
import { unreadable } from "./file-finding.ts";
import { fileKind, headBytes, type FileKind } from "./file-kind.ts";
import { defaultReadLimits, type ReadLimits } from "./read-limits.ts";
import { createByteCounter, type ByteCensus } from "./byte-evidence.ts";
import { utf16Encoding } from "./text-encoding.ts";
import { openXlsxTable, type XlsxOptions } from "./xlsx-table.ts";

export interface OpenTableOptions extends CsvOptions, XlsxOptions {
  /** What people see in findings and reports; the file's base name when left out. */
  readonly name?: string;
  readonly limits?: Partial<ReadLimits>;
}

const READ_BYTES = 256 * 1024;
/** Endings that promise something else. An .xlsb or .ods is a zip file too, and told by its parts. */
const ENDINGS_NOT_OF: Readonly<Record<"zip" | "text", ReadonlySet<string>>> = {
  zip: new Set([".csv", ".tsv", ".tab", ".txt", ".xls"]),
  text: new Set([".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"]),
};

interface FileLook {
  readonly kind: FileKind;
  readonly head: Buffer;
  readonly census: ByteCensus;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Reads the whole file once: its fingerprint, its first bytes, what its encoding may be. */
async function lookAt(handle: FileHandle, name: string, limits: ReadLimits): Promise<FileLook> {
  const stat = await handle.stat();
  // A pipe or a device may never end.
  if (!stat.isFile()) {
    throw unreadable(name, "file-unreadable", `"${name}" is a folder or a device, no file`);
  }
  const block = Buffer.alloc(Math.min(READ_BYTES, Math.max(1, stat.size)));
  const first = await handle.read(block, 0, Math.min(headBytes, block.length), 0);
  const head = Buffer.from(block.subarray(0, first.bytesRead));
  if (head.length === 0) {
    throw unreadable(name, "file-empty", `The file "${name}" is empty`);
  }
  const kind = await fileKind(handle, stat.size, head, utf16Encoding(head));
  if (kind === "zip" && stat.size > limits.workbookBytesMax) {
    throw unreadable(
      name,
      "file-too-large",
      `The workbook "${name}" takes ${stat.size} bytes; at most ${limits.workbookBytesMax} are read`,
    );
  }
  const hash = createHash("sha256");
  const counter = createByteCounter();
  let sizeBytes = 0;
  // Bounded by the size at the start: what is appended meanwhile belongs to another night.
  while (sizeBytes < stat.size) {
    const wanted = Math.min(block.length, stat.size - sizeBytes);
    const { bytesRead } = await handle.read(block, 0, wanted, sizeBytes);
    if (bytesRead === 0) break;
    const chunk = block.subarray(0, bytesRead);
    hash.update(chunk);
    if (kind === "text") counter.add(chunk);
    sizeBytes += bytesRead;
  }
  return { kind, head, census: counter.census(), sizeBytes, sha256: hash.digest("hex") };
}

function isQuote(quote: string, delimiter: string | undefined): boolean {
  return quote === NO_QUOTE || (/^[^\r\n]$/.test(quote) && quote !== delimiter);
}

/** Reading by content what the name denies would surprise whoever gets the file next. */
function refuseWrongName(path: string, name: string, kind: "zip" | "text"): void {
  const ending = extname(path).toLowerCase();
  if (!ENDINGS_NOT_OF[kind].has(ending)) return;
  const [content, rightEnding] =
    kind === "zip" ? ["a zip file, as .xlsx workbooks are", ".xlsx"] : ["plain text", ".csv"];
  throw unreadable(
    name,
    "file-mislabelled",
    `The name "${name}" says ${ending}, but the file is ${content}`,
    { hint: `Rename the file so that it ends in ${rightEnding}, or save it anew as ${ending}` },
  );
}

function refuseKind(name: string, kind: Exclude<FileKind, "zip" | "text">): never {
  switch (kind) {
    case "xls":
      throw unreadable(name, "file-is-xls", `"${name}" is an old Excel workbook (.xls)`);
    case "encrypted":
      throw unreadable(name, "file-encrypted", `The workbook "${name}" is protected by a password`);
    case "foreign":
      throw unreadable(name, "file-type-unknown", `"${name}" is neither an .xlsx workbook nor CSV`);
  }
}

async function openHandle(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const why =
      code === "ENOENT" ? "it is not there" : code === "EACCES" ? "it may not be read" : code;
    throw unreadable(name, "file-unreadable", `The file "${name}" cannot be opened: ${why}`, {
      cause: error,
    });
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
  const handle = await openHandle(absolutePath, name);
  let look: FileLook;
  try {
    look = await lookAt(handle, name, limits);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw unreadable(name, "file-unreadable", `The file "${name}" cannot be read`, {
      cause: error,
    });
  } finally {
    await handle.close();
  }
  const { kind, head, census, sizeBytes, sha256 } = look;
  const file: SourceFile = { path: absolutePath, name, sizeBytes, sha256 };
  if (kind !== "zip" && kind !== "text") refuseKind(name, kind);
  refuseWrongName(absolutePath, name, kind);
  return kind === "text"
    ? csvTable(file, head, census, limits, options)
    : openXlsxTable(file, limits, options);
}
