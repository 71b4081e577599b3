// Reads one part of a workbook, from packed bytes to XML events. A part that is one long list (rows,
// shared texts) may have a taker: it reads the list elements that it knows straight from the bytes, and the
// XML scanner gets the rest, as if the part had been written without them. What a taker does not know it
// leaves to the scanner, so the fast way understands nothing that the slow way does not.
import { TextDecoder } from "node:util";
import { partWindow, type PartWindow } from "./part-window.ts";
import { packageError, type XlsxPackage } from "./xlsx-package.ts";
import { xmlEncoding, XmlBrokenError } from "./xml-markup.ts";
import { createXmlScanner, type XmlHandler, type XmlScanner } from "./xml-scanner.ts";
import { ZipDamagedError } from "./zip-directory.ts";
import { createTimeBudget } from "./time-budget.ts";
import { zipEntryBytes } from "./zip-entry-bytes.ts";

/** Takes elements out of a part before the scanner sees them. */
export interface ElementTaker {
  /** The local name of the element whose children are taken. */
  readonly parent: string;
  /** The local name of the children. */
  readonly element: string;
  /** Whether the handler stands inside the parent, between two children. */
  readonly isInside: () => boolean;
  /** Called once, with the prefix that the parent has (`x:`), or "". */
  readonly begin: (prefix: string) => void;
  /** Takes the elements that start at `at`, one by one; gives where it stopped. */
  readonly take: (window: PartWindow, at: number) => number;
}

interface PartReader {
  readonly write: (chunk: Buffer) => void;
  readonly end: () => void;
}

/** Gives every chunk to the scanner. */
function scanningReader(
  scanner: XmlScanner,
  encoding: string,
  part: string,
): PartReader & { readonly scan: (bytes: Buffer) => void } {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes: Buffer | null): string => {
    try {
      return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw notText(part, error);
    }
  };
  const scan = (bytes: Buffer): void => {
    scanner.write(decode(bytes));
  };
  return {
    write: scan,
    scan,
    end: () => {
      scanner.write(decode(null));
      scanner.end();
    },
  };
}

function notText(part: string, cause?: unknown): XmlBrokenError {
  return new XmlBrokenError(`The part "${part}" holds bytes that are no text`, { cause });
}

/** Where the content of the taker's parent starts in the first chunk, and its prefix, or null. */
function findParent(
  chunk: Buffer,
  taker: ElementTaker,
): { readonly prefix: string; readonly contentAt: number } | null {
  const tag = new RegExp(`<([A-Za-z_][\\w.-]*:)?${taker.parent}(?:\\s[^<>]*)?>`);
  const match = tag.exec(chunk.toString("latin1"));
  if (match === null) return null;
  return { prefix: match[1] ?? "", contentAt: match.index + match[0].length };
}

/**
 * Handled at once. Small enough for its text to lie among V8's young objects, where it costs
 * next to nothing; a text of twice the size costs as much as all the rest of reading.
 */
const WINDOW_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Gives the taker what it may take, and the scanner the rest: the head of the part, single elements
 * that the taker leaves, and all that follows the first thing of which not even the end is certain.
 */
function takingReader(
  scanner: XmlScanner,
  taker: ElementTaker,
  part: string,
  pendingBytesMax: number,
): PartReader {
  const scanning = scanningReader(scanner, "utf-8", part);
  let state: "head" | "taking" | "scanning" = "head";
  let pending: Buffer = NOTHING;
  let startTag = "";
  let endTag = "";

  const begin = (chunk: Buffer): Buffer => {
    state = "scanning";
    const found = findParent(chunk, taker);
    if (found === null) return chunk;
    scanning.scan(chunk.subarray(0, found.contentAt));
    if (scanner.isBetweenTokens() && taker.isInside()) {
      state = "taking";
      startTag = `<${found.prefix}${taker.element}`;
      endTag = `</${found.prefix}${taker.element}>`;
      taker.begin(found.prefix);
    }
    return chunk.subarray(found.contentAt);
  };

  /** Takes the elements of a window, handing on those that are left; gives where it stopped. */
  const takeWindow = (bytes: Buffer): number => {
    const window = partWindow(bytes);
    if (window === null) throw notText(part);
    let at = taker.take(window, 0);
    while (at < bytes.length) {
      const end = window.text.indexOf(endTag, at) + endTag.length;
      scanning.scan(bytes.subarray(at, end));
      at = end;
      if (!scanner.isBetweenTokens() || !taker.isInside()) {
        // The end tag stood in a comment or a CDATA section, or the list is over.
        state = "scanning";
        break;
      }
      at = taker.take(window, at);
    }
    return at;
  };

  /** Takes whole elements, a window at a time; gives where it stopped. */
  const takeWhole = (bytes: Buffer): number => {
    let at = 0;
    while (state === "taking") {
      let lastEnd = bytes.lastIndexOf(endTag, at + WINDOW_BYTES);
      if (lastEnd < at) lastEnd = bytes.indexOf(endTag, at);
      if (lastEnd < 0) break;
      at += takeWindow(bytes.subarray(at, lastEnd + endTag.length));
    }
    return at;
  };

  /** Takes what a chunk border had cut off; gives the bytes that are left. */
  const takePending = (fresh: Buffer): Buffer => {
    if (pending.length === 0) return fresh;
    // Only as much as makes the element whole: joining copies.
    const firstEnd = fresh.indexOf(endTag);
    const cut = firstEnd < 0 ? fresh.length : firstEnd + endTag.length;
    const joined = Buffer.concat([pending, fresh.subarray(0, cut)]);
    const taken = takeWhole(joined);
    if (taken === joined.length) return fresh.subarray(cut);
    return Buffer.concat([joined.subarray(taken), fresh.subarray(cut)]);
  };

  return {
    write: (chunk) => {
      let bytes = state === "head" ? begin(chunk) : chunk;
      if (state === "taking") {
        bytes = takePending(bytes);
        bytes = bytes.subarray(takeWhole(bytes));
        // What is no element ends the list, and what has no end is for the scanner to refuse.
        const isListOver = bytes.length >= startTag.length && !mayStart(bytes, startTag);
        if (isListOver || bytes.length > pendingBytesMax) state = "scanning";
        pending = state === "taking" ? bytes : NOTHING;
      }
      if (state === "scanning") scanning.scan(bytes);
    },
    end: () => {
      if (pending.length > 0) scanning.scan(pending);
      scanning.end();
    },
  };
}

/** Whether an element may start at the first byte that is no blank. */
function mayStart(bytes: Buffer, startTag: string): boolean {
  const head = bytes.toString("latin1", 0, startTag.length + 64).trimStart();
  return head.startsWith(startTag) || startTag.startsWith(head);
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
  taker?: ElementTaker,
): AsyncGenerator<undefined> {
  try {
    const entry = xlsx.entries.get(name);
    if (entry === undefined) throw new ZipDamagedError(`The part "${name}" is missing`);
    const { bytes, limits } = xlsx;
    const scanner = createXmlScanner(handler, limits);
    const readerOf = (head: Buffer): PartReader => {
      const encoding = xmlEncoding(head);
      return taker === undefined || encoding !== "utf-8"
        ? scanningReader(scanner, encoding, name)
        : takingReader(scanner, taker, name, limits.xmlTokenCharsMax);
    };
    let reader: PartReader | undefined;
    const budget = createTimeBudget(limits.partReadMsMax);
    const chunks = zipEntryBytes(bytes, entry, xlsx.count);
    try {
      for (
        let next = await budget.wait(chunks.next());
        next.done !== true;
        next = await budget.wait(chunks.next())
      ) {
        const chunk = next.value;
        const partReader = (reader ??= readerOf(chunk));
        budget.spend(() => {
          partReader.write(chunk);
        });
        yield;
      }
    } finally {
      // Not waited for: a reading that hangs would hang here too.
      chunks.return(undefined).catch(() => undefined);
    }
    if (reader === undefined) scanner.end();
    else reader.end();
  } catch (error) {
    if (!(error instanceof XmlBrokenError)) throw packageError(xlsx.fileName, error);
    const place = handler.where?.() ?? `its part "${name}"`;
    throw packageError(
      xlsx.fileName,
      new XmlBrokenError(`${error.message}, in ${place}`, { cause: error }),
    );
  }
}

/** Scans a whole part for its elements and their attributes. @throws UnreadableFileError as `scanPart` */
export async function readElements(
  xlsx: XlsxPackage,
  name: string,
  open: XmlHandler["open"],
  close: XmlHandler["close"] = () => undefined,
): Promise<void> {
  for await (const _chunk of scanPart(xlsx, name, { open, text: () => undefined, close }));
}
