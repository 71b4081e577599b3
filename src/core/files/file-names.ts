// Names of files are bytes, and not always UTF-8: an archive from an older machine brings some that are not. In
// a path that is a text each byte that is no UTF-8 stands as half a surrogate pair (as PEP 383 does), so that
// the file can be opened by it; for people it is written as a number.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nameOf, visibleText } from "../text/visible-text.ts";

const HALF = 0xdc00;
const BYTE_HALF = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const BYTE_HALVES = new RegExp(BYTE_HALF, "g");
const HEX = 16;
/** Of one character in UTF-8. */
const BYTES_MAX = 4;
const LOST = "\ufffd";

/** The name as the text of a path. */
export function textOfName(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes(LOST)) return text;
  let name = "";
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    name += character ?? String.fromCharCode(HALF + (bytes[at] ?? 0));
    at += character === null ? 1 : Buffer.byteLength(character);
  }
  return name;
}

/** Null where the bytes are no UTF-8. */
function characterAt(bytes: Buffer, at: number): string | null {
  for (let length = 1; length <= BYTES_MAX; length += 1) {
    const part = bytes.subarray(at, at + length);
    const text = part.toString("utf8");
    if (Array.from(text).length === 1 && Buffer.from(text).equals(part)) return text;
  }
  return null;
}

/** What the file system is asked for: the text, or bytes where the name is not UTF-8. */
export function systemPath(path: string): string | Buffer {
  if (!BYTE_HALF.test(path)) return path;
  return Buffer.concat(
    Array.from(path, (character) =>
      BYTE_HALF.test(character)
        ? Buffer.from([character.charCodeAt(0) - HALF])
        : Buffer.from(character),
    ),
  );
}

/**
 * A path that was typed, with the name that the file has: Node gives arguments as text, in which bytes that are
 * no UTF-8 are lost. The path itself where no file, or more than one, may be meant.
 */
export function typedPath(path: string): string {
  if (!path.includes(LOST)) return path;
  let names: readonly Buffer[] = [];
  try {
    names = readdirSync(dirname(path), { encoding: "buffer" });
  } catch {
    return path;
  }
  const [name, ...others] = names.filter((bytes) => bytes.toString("utf8") === basename(path));
  return name === undefined || others.length > 0 ? path : join(dirname(path), textOfName(name));
}

/** For people. Shape: `m<E4>rz.csv` of a name in an older encoding, `a<U+000A>b.csv` of one with a line end. */
export function visibleName(name: string): string {
  const withBytes = name.replace(
    BYTE_HALVES,
    (half) => `<${(half.charCodeAt(0) - HALF).toString(HEX).toUpperCase()}>`,
  );
  return visibleText(withBytes).replace(/[\t\n\r]/g, (control) => `<${nameOf(control)}>`);
}

/** Of most file systems. Unit: bytes. */
const NAME_BYTES_MAX = 255;
const HASH_LENGTH = 8;
/** What Windows allows in no name, besides the angle brackets of `visibleName`. */
const RESERVED = /[:"/\\|?*\0-\x1f]/g;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/**
 * A name that a file of ours can have on every system. One that is too long is cut and gets a part of its hash,
 * so that two never become one. @param ending stays whole; shape: `.failed.csv`
 */
export function portableName(stem: string, ending: string): string {
  const name = `${stem}${ending}`
    .replaceAll("<", "(")
    .replaceAll(">", ")")
    .replace(RESERVED, "_")
    .replace(/[. ]+$/, "_")
    .replace(DEVICE, "$&_");
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return name;
  const kept = Buffer.byteLength(ending) <= NAME_BYTES_MAX / 2 ? name.slice(-ending.length) : "";
  const hash = createHash("sha256").update(`${stem}${ending}`).digest("hex").slice(0, HASH_LENGTH);
  const end = `~${hash}${ending === "" ? "" : kept}`;
  return cutToBytes(name, NAME_BYTES_MAX - Buffer.byteLength(end)) + end;
}

function cutToBytes(text: string, bytesMax: number): string {
  let cut = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}
