// What a file is, told by its bytes and never by its name: names lie, and a library that is given
// the wrong thing hangs or answers "nothing in it".
import type { FileHandle } from "node:fs/promises";

export type FileKind = "zip" | "xls" | "encrypted" | "foreign" | "text";

/** Enough to see the marks of every kind, and to judge a text. */
export const headBytes = 64 * 1024;

const OLE_SIGNATURE = Buffer.from("d0cf11e0a1b11ae1", "hex");
/** The first record of Excel 2 to 4 files, which have no container. Source: MS-XLS, 2.4.21 */
const BARE_XLS = ["0900", "0902", "0904"].map((hex) => Buffer.from(hex, "hex"));
const FOREIGN = [
  ["%PDF-", "latin1"],
  ["1f8b08", "hex"],
  ["377abcaf271c", "hex"],
  ["526172211a07", "hex"],
  ["89504e47", "hex"],
  ["{\\rtf", "latin1"],
].map(([text = "", encoding]) => Buffer.from(text, encoding as BufferEncoding));

function startsWith(head: Buffer, mark: Buffer): boolean {
  return head.subarray(0, mark.length).equals(mark);
}

/** Names of streams in an OLE container are entries of 128 bytes. Source: MS-CFB, 2.6.1 */
const OLE_ENTRY_BYTES = 128;
const OLE_NAME_LENGTH_AT = 64;
const OLE_BLOCK_BYTES = 64 * 1024;

function oleEntryName(entry: Buffer): string {
  const nameBytes = entry.readUInt16LE(OLE_NAME_LENGTH_AT);
  if (nameBytes < 4 || nameBytes > OLE_NAME_LENGTH_AT) return "";
  return entry.toString("utf16le", 0, nameBytes - 2);
}

/** Tells a password-protected .xlsx and an .xls apart, which share their container. */
async function oleKind(handle: FileHandle, sizeBytes: number): Promise<FileKind> {
  const block = Buffer.alloc(OLE_BLOCK_BYTES);
  let kind: FileKind = "foreign";
  for (let offset = 0; offset < sizeBytes; offset += OLE_BLOCK_BYTES) {
    const { bytesRead } = await handle.read(block, 0, OLE_BLOCK_BYTES, offset);
    for (let at = 0; at + OLE_ENTRY_BYTES <= bytesRead; at += OLE_ENTRY_BYTES) {
      const name = oleEntryName(block.subarray(at, at + OLE_ENTRY_BYTES));
      if (name === "EncryptedPackage") return "encrypted";
      if (name === "Workbook" || name === "Book") kind = "xls";
    }
  }
  return kind;
}

function looksLikeMarkup(head: Buffer): boolean {
  const start = head.toString("latin1", 0, 512).replace(/^(?:\u00ef\u00bb\u00bf)?\s+/, "");
  return /^(?:\u00ef\u00bb\u00bf)?<(?:\?xml|!doctype|html|table|\w+:?workbook)/i.test(start);
}

/** Whether the bytes are no text in any encoding we know: they hold control characters. */
function looksBinary(head: Buffer, isUtf16: boolean): boolean {
  if (isUtf16) return false;
  return head.some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte));
}
/** Tab, line feed, vertical tab, form feed, carriage return, and the end mark of old DOS files. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);

/**
 * The kind of a file with these first bytes.
 * `isUtf16` says whether they are text in UTF-16, whose bytes look like binary data.
 */
export async function fileKind(
  handle: FileHandle,
  sizeBytes: number,
  head: Buffer,
  isUtf16: boolean,
): Promise<FileKind> {
  if (startsWith(head, Buffer.from("PK\u0003\u0004", "latin1"))) return "zip";
  if (startsWith(head, OLE_SIGNATURE)) return oleKind(handle, sizeBytes);
  if (BARE_XLS.some((mark) => startsWith(head, mark)) && head.includes(0)) return "xls";
  if (FOREIGN.some((mark) => startsWith(head, mark))) return "foreign";
  return looksLikeMarkup(head) || looksBinary(head, isUtf16) ? "foreign" : "text";
}
