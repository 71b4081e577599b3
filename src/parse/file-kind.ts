// Finds the kind of a file by its bytes, never by its name: names lie, and a library that gets the wrong
// kind hangs or finds nothing.
import { endWithoutNuls } from "../core/text/end-of-text.ts";
import type { TextEncoding } from "./encoding/text-encoding.ts";

export type FileKind = "zip" | "xls" | "encrypted" | "foreign" | "text";

/** Enough to see the marks of every kind, and to judge a text. */
export const headBytes = 64 * 1024;

const OLE_SIGNATURE = Buffer.from("d0cf11e0a1b11ae1", "hex");
/** The first record of Excel 2 to 4 files, which have no container. Source: MS-XLS, 2.4.21 */
const BARE_XLS = ["0900", "0902", "0904"].map((hex) => Buffer.from(hex, "hex"));
/** The first bytes of files that people name .csv or .xlsx, and what they are. */
const FOREIGN = (
  [
    ["%PDF-", "latin1", "a PDF document"],
    ["1f8b08", "hex", "a gzip archive"],
    ["425a68", "hex", "a bzip2 archive"],
    ["fd377a585a00", "hex", "an xz archive"],
    ["28b52ffd", "hex", "a Zstandard archive"],
    ["377abcaf271c", "hex", "a 7-Zip archive"],
    ["526172211a07", "hex", "a RAR archive"],
    ["89504e47", "hex", "a picture (PNG)"],
    ["ffd8ff", "hex", "a picture (JPEG)"],
    ["474946383", "latin1", "a picture (GIF)"],
    ["{\\rtf", "latin1", "a text document (RTF)"],
    ["53514c69746520666f726d6174203300", "hex", "a SQLite database"],
    ["PAR1", "latin1", "a Parquet file"],
    ["PK\u0005\u0006", "latin1", "an empty zip archive"],
  ] as const
).map(([text, encoding, what]) => ({ mark: Buffer.from(text, encoding), what }));
/** The same for texts. */
const FOREIGN_TEXTS: readonly (readonly [form: RegExp, what: string])[] = [
  [/^\s*(?:<!doctype html|<html|<table|<meta|<style)/i, "an HTML page"],
  [/^\s*<(?:\?xml|!doctype|!--|\w+:?workbook)/i, "an XML file"],
  [/^\s*(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\}\s*$)|\[\s*(?:[[{]|\]\s*$))/, "a JSON file"],
];
/** Of a text, where its kind shows. */
const TEXT_HEAD_CHARS = 1024;

function startsWith(head: Buffer, mark: Buffer): boolean {
  return head.subarray(0, mark.length).equals(mark);
}

/** Names of streams in an OLE container are entries of 128 bytes. Source: MS-CFB, 2.6.1 */
const OLE_ENTRY_BYTES = 128;
const OLE_NAME_LENGTH_AT = 64;

function oleEntryName(entry: Buffer): string {
  const nameBytes = entry.readUInt16LE(OLE_NAME_LENGTH_AT);
  if (nameBytes < 4 || nameBytes > OLE_NAME_LENGTH_AT) return "";
  return entry.toString("utf16le", 0, nameBytes - 2);
}

/**
 * Whether an OLE container holds a password-protected .xlsx or an .xls, by a chunk that names a stream;
 * null when this chunk names none. A chunk begins with an entry.
 */
export function oleKind(chunk: Buffer): "encrypted" | "xls" | null {
  let kind: "xls" | null = null;
  for (let at = 0; at + OLE_ENTRY_BYTES <= chunk.length; at += OLE_ENTRY_BYTES) {
    const name = oleEntryName(chunk.subarray(at, at + OLE_ENTRY_BYTES));
    if (name === "EncryptedPackage") return "encrypted";
    if (name === "Workbook" || name === "Book") kind = "xls";
  }
  return kind;
}

/** Characters that no text holds: all controls but tabs, line and page ends, and DOS's end mark. */
const CONTROLS = /[\0-\x08\x0e-\x19\x1b-\x1f]/g;
/**
 * A damaged text has a few of them in its cells, where findings name them. In files of other kinds a tenth of
 * all bytes are such, or of the first bytes where texts follow.
 */
const CONTROL_SHARE_MAX = 0.05;
const FIRST_CHARS = 1024;

/** What a file is called that is no table; null when it may be one. */
export function foreignName(head: Buffer, utf16: TextEncoding | null): string | null {
  const byBytes = FOREIGN.find(({ mark }) => startsWith(head, mark));
  if (byBytes !== undefined) return byBytes.what;
  const text = new TextDecoder(utf16?.label ?? "utf-8").decode(
    head.subarray(0, TEXT_HEAD_CHARS * 2),
  );
  return FOREIGN_TEXTS.find(([form]) => form.test(text.slice(0, TEXT_HEAD_CHARS)))?.[1] ?? null;
}

/** Whether a file is no table, though its first bytes are those of no kind that we know. */
function looksBinary(head: Buffer, utf16: TextEncoding | null): boolean {
  const decoded = new TextDecoder(utf16?.label ?? "latin1").decode(head);
  const text = decoded.slice(0, endWithoutNuls(decoded));
  return [text, text.slice(0, FIRST_CHARS)].some(
    (part) => (part.match(CONTROLS)?.length ?? 0) > part.length * CONTROL_SHARE_MAX,
  );
}

/**
 * The kind of a file with these first bytes; an OLE container shows further down what it holds.
 * `utf16` is what they are encoded in when they may be text in UTF-16, whose bytes look like binary
 * data otherwise.
 */
export function fileKind(head: Buffer, utf16: TextEncoding | null): FileKind | "ole" {
  if (startsWith(head, Buffer.from("PK\u0003\u0004", "latin1"))) return "zip";
  if (startsWith(head, OLE_SIGNATURE)) return "ole";
  if (BARE_XLS.some((mark) => startsWith(head, mark)) && head.includes(0)) return "xls";
  return foreignName(head, utf16) !== null || looksBinary(head, utf16) ? "foreign" : "text";
}
