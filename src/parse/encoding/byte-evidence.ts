// Gathers the evidence of a text file's encoding while the file is hashed: its bytes beyond ASCII with the
// bytes beside them. Each combination is kept once, so that the evidence of any file is small.
import { isAscii, isUtf8 } from "node:buffer";
import { wideEncodings } from "./legacy-encodings.ts";

/** A byte of 80 or more, and the bytes beside it. */
export interface ByteContext {
  readonly before: number;
  readonly byte: number;
  readonly behind: number;
  /** Whether a letter or another such byte stands before `before`. */
  readonly isInner: boolean;
}

/** An encoding of eastern Asia in which all of the file's bytes are characters. */
export interface WideReading {
  readonly label: string;
  readonly name: string;
  /** Its different characters, or the first of them. */
  readonly characters: ReadonlySet<string>;
}

/** What the bytes of a whole file say about its encoding. */
export interface ByteCensus {
  /** How much of it is valid UTF-8 beyond ASCII: about its characters. */
  readonly utf8Characters: number;
  /** Bytes that cannot stand where they stand in UTF-8. */
  readonly utf8Faults: number;
  /** In the order in which they came up. */
  readonly contexts: readonly ByteContext[];
  /** Words that hold them, to be shown to people. */
  readonly words: readonly Buffer[];
  readonly wide: readonly WideReading[];
}

interface ByteCounter {
  readonly add: (chunk: Buffer) => void;
  readonly census: () => ByteCensus;
}

/** A part with more characters than this that is valid UTF-8 throughout is not so by chance. */
const CHANCE_CHARACTERS_MAX = 500;
/** No word is longer; texts without blanks are. */
const RUN_BYTES_MAX = 64;
const CONTEXTS_MAX = 20_000;
const WORDS_MAX = 500;
const WORD_BYTES_MAX = 40;
const BLANK = 0x20;
const ZERO = 0x30;

/** How many bytes follow a first byte in UTF-8, 0 when it cannot be one. Source: RFC 3629, 4 */
const FOLLOWERS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
});

/** The second byte has tighter bounds where longer or forbidden forms would begin. */
function secondByteFits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second <= 0x9f;
  if (first === 0xf0) return second >= 0x90;
  return first === 0xf4 ? second <= 0x8f : true;
}

function isAsciiLetter(byte: number): boolean {
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

/** What a byte counts as beside another: digits are alike here, and so are controls. */
const BESIDE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < BLANK ? BLANK : byte >= ZERO && byte <= 0x39 ? ZERO : byte,
);
/** 1 for letters and bytes beyond ASCII. */
const IN_WORD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || isAsciiLetter(byte) ? 1 : 0,
);

/** Blank, quotation mark, comma, semicolon, bar. */
const WORD_ENDS = new Set([BLANK, 0x22, 0x2c, 0x3b, 0x7c]);

function isWordEnd(byte: number | undefined): boolean {
  return byte === undefined || byte < BLANK || WORD_ENDS.has(byte);
}

function wordAround(part: Buffer, at: number): Buffer {
  let start = at;
  let end = at + 1;
  while (at - start < WORD_BYTES_MAX / 2 && !isWordEnd(part[start - 1])) start -= 1;
  while (end - start < WORD_BYTES_MAX && !isWordEnd(part[end])) end += 1;
  return Buffer.from(part.subarray(start, end));
}

/** Counts what `ByteCensus` holds over chunks of a file. */
export function createByteCounter(): ByteCounter {
  let utf8Characters = 0;
  let utf8Faults = 0;
  /** The word at the end of what came, of which the rest is still to come. */
  let held: Buffer = Buffer.alloc(0);
  const contexts: ByteContext[] = [];
  const words: Buffer[] = [];
  let seen: Uint8Array | null = null;
  const bytesSeen = new Set<number>();
  let wide: readonly WideCounter[] | null = null;

  const addContext = (part: Buffer, at: number): void => {
    const byte = part[at] ?? 0;
    const before = BESIDE[part[at - 1] ?? BLANK] ?? BLANK;
    const behind = BESIDE[part[at + 1] ?? BLANK] ?? BLANK;
    const isInner = IN_WORD[part[at - 2] ?? BLANK] ?? 0;
    const bit = (isInner << 23) | (before << 15) | ((byte & 0x7f) << 8) | behind;
    const mask = 1 << (bit & 7);
    seen ??= new Uint8Array(1 << 21);
    const flags = seen[bit >> 3] ?? 0;
    if ((flags & mask) !== 0) return;
    seen[bit >> 3] = flags | mask;
    if (contexts.length >= CONTEXTS_MAX && bytesSeen.has(byte)) return;
    bytesSeen.add(byte);
    contexts.push({ before, byte, behind, isInner: isInner === 1 });
    if (words.length < WORDS_MAX) words.push(wordAround(part, at));
  };
  /** Notes the contexts of a part; gives its characters and its faults of UTF-8. */
  const examine = (part: Buffer): { readonly characters: number; readonly faults: number } => {
    wide ??= wideEncodings.map(createWideCounter);
    wide = wide.filter((counter) => counter.add(part));
    let characters = 0;
    let faults = 0;
    for (let at = 0; at < part.length; at += 1) {
      const first = part[at] ?? 0;
      if (first < 0x80) continue;
      addContext(part, at);
      const followers = FOLLOWERS[first] ?? 0;
      let found = 0;
      while (found < followers) {
        const byte = part[at + 1] ?? 0;
        if ((byte & 0xc0) !== 0x80 || (found === 0 && !secondByteFits(first, byte))) break;
        found += 1;
        at += 1;
        addContext(part, at);
      }
      if (followers > 0 && found === followers) characters += 1;
      else faults += 1;
    }
    return { characters, faults };
  };
  const addPart = (part: Buffer): void => {
    if (isAscii(part)) return;
    if (isUtf8(part)) {
      const characters = part.length - part.toString("utf8").length;
      utf8Characters += characters;
      if (characters <= CHANCE_CHARACTERS_MAX) examine(part);
      return;
    }
    const { characters, faults } = examine(part);
    utf8Characters += characters;
    utf8Faults += faults;
  };
  return {
    add: (chunk) => {
      if (isAscii(held) && isAscii(chunk)) {
        held = Buffer.from(chunk.subarray(partEnd(chunk)));
        return;
      }
      const whole = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = partEnd(whole);
      held = Buffer.from(whole.subarray(end));
      addPart(whole.subarray(0, end));
    },
    census: () => {
      addPart(held);
      held = Buffer.alloc(0);
      const readings = (wide ?? []).flatMap((counter) => counter.reading() ?? []);
      return { utf8Characters, utf8Faults, contexts, words, wide: readings };
    },
  };
}

/** Where a part can be cut so that characters, and all but very long words, stay whole. */
function partEnd(whole: Buffer): number {
  let end = whole.length;
  while (end > 0 && whole.length - end < RUN_BYTES_MAX && !isWordEnd(whole[end - 1])) end -= 1;
  // Within a long run: not between the bytes of a character of UTF-8.
  const latest = Math.min(whole.length, end + 3);
  while (end < latest && ((whole[end] ?? 0) & 0xc0) === 0x80) end += 1;
  return end;
}

interface WideCounter {
  /** False when some bytes are no characters there. */
  readonly add: (part: Buffer) => boolean;
  readonly reading: () => WideReading | null;
}

/** Enough to know which characters are usual; validity is checked to the end. */
const WIDE_RUNS_MAX = 20_000;
/** Enough to know that they are no words. */
const WIDE_RUNS_MIN = 200;
function createWideCounter({ label, name }: { label: string; name: string }): WideCounter {
  const decoder = new TextDecoder(label, { fatal: true });
  const characters = new Set<string>();
  let runs = 0;
  let runsAtLetters = 0;
  const decode = (part?: Buffer): string | null => {
    try {
      return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
    } catch {
      return null;
    }
  };
  const take = (text: string | null): boolean => {
    if (text === null || /[\ufffd\ue000-\uf8ff]/.test(text)) return false;
    if (runs < WIDE_RUNS_MAX) {
      for (const character of text.match(/[^\0-\x7f]/gu) ?? []) characters.add(character);
      runs += text.match(/[^\0-\x7f]+/g)?.length ?? 0;
      runsAtLetters += text.match(/[a-z][^\0-\x7f]+|[^\0-\x7f]+[a-z]/gi)?.length ?? 0;
    }
    return runs < WIDE_RUNS_MIN || runsAtLetters <= runs / 2;
  };
  return {
    add: (part) => take(decode(part)),
    reading: () => {
      // Where it reads words of western Europe, its characters have eaten some of their letters.
      if (!take(decode()) || runsAtLetters > runs / 2) return null;
      return characters.size === 0 ? null : { label, name, characters };
    },
  };
}
