// JSON as CAS answers it. A member that is named twice makes an answer ambiguous (readers differ in which
// one they take), so it is found rather than silently decided; and so is nesting that no answer of CAS has.
import { isJsonNumber, parseJson, type JsonValue } from "../core/json.ts";

/** From this many digits on, a JavaScript number may not hold a JSON number exactly. */
const LONG_DIGITS = 16;
/** Far above any answer; deeper ones would end the program in what walks through them. Source: assumed. */
const DEPTH_MAX = 200;

/** An answer, read; or what is wrong with it, in words that follow a colon. */
export type ParsedAnswer =
  | { readonly value: unknown; readonly repeated: readonly MemberPath[] }
  | { readonly fault: string };

/** Names of members and places in lists. */
export type MemberPath = readonly (string | number)[];

/** Reads an answer strictly; an id of twenty digits keeps them all. */
export function readAnswer(text: string): ParsedAnswer {
  const value = parseAnswer(text);
  if (value === undefined) return { fault: "it is no JSON" };
  const members = countMembers(value);
  if (members === null) return { fault: `it is nested deeper than ${DEPTH_MAX} levels` };
  return { value, repeated: countNames(text) === members ? [] : repeatedMembers(text) };
}

/**
 * The JSON value of an answer, or undefined when it is none; of a member that is named twice the last
 * counts. Exactness costs time, so only a text that can hold a long number pays for it.
 */
export function parseAnswer(text: string): unknown {
  try {
    return hasLongNumber(text) ? parseJson(text) : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

/**
 * Whether so many digits in a row may be part of a number. They cover one of every so many places, so only these are
 * looked at; after a quotation mark or a letter they are part of a text, such as an LRN.
 */
function hasLongNumber(text: string): boolean {
  for (let at = LONG_DIGITS - 1; at < text.length; at += LONG_DIGITS) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (isDigit(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
    if (end - start >= LONG_DIGITS && !/["a-df-z]/i.test(text.charAt(start - 1))) return true;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isJson(text: string): boolean {
  return parseAnswer(text) !== undefined;
}

/** The same JSON with every character as itself that need not be escaped: `\\u002B` is `+`, `\\/` is `/`. */
export function withoutNeedlessEscapes(json: string): string {
  if (!json.includes("\\")) return json;
  return json.replaceAll(/\\(?:u(00[2-7][0-9a-f])|.)/gis, (escape, code: string | undefined) => {
    const plain = code === undefined ? escape.slice(1) : String.fromCharCode(parseInt(code, 16));
    const isNeeded = code === undefined ? plain !== "/" : /["\\\x7f]/.test(plain);
    return isNeeded ? escape : plain;
  });
}

/** The text of a text, number or boolean; null for everything else and for the empty text. */
export function textOrNull(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return isJsonNumber(value) ? value.rawJSON : null;
}

/** How many members the objects of a value have together; null when it is nested too deep. */
function countMembers(root: unknown): number | null {
  let count = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return null;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null || isJsonNumber(value)) continue;
      const isList = Array.isArray(value);
      const inside: readonly unknown[] = isList ? value : Object.values(value);
      if (!isList) count += inside.length;
      for (const one of inside) if (typeof one === "object" && one !== null) next.push(one);
    }
    level = next;
  }
  return count;
}

/** How many members a text names: a colon follows a string nowhere else. */
function countNames(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = afterString(text, at);
    let next = at;
    while (isBlank(text.charCodeAt(next))) next += 1;
    if (text[next] === ":") count += 1;
  }
  return count;
}

/** @param start at its first quotation mark */
function afterString(text: string, start: number): number {
  let end = start;
  let backslashes: number;
  do {
    end = text.indexOf('"', end + 1);
    backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes += 1;
  } while (backslashes % 2 === 1);
  return end + 1;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

interface Open {
  readonly names: Set<string> | null;
  /** The name of the member, or the place in the list, that is being read. */
  at: string | number;
}

/** Where the text, which is JSON, names a member of an object for the second time. */
function repeatedMembers(text: string): readonly MemberPath[] {
  const repeated: MemberPath[] = [];
  const open: Open[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const inner = open.at(-1);
    switch (text.charAt(at)) {
      case "{":
        open.push({ names: new Set(), at: "" });
        break;
      case "[":
        open.push({ names: null, at: 0 });
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        if (typeof inner?.at === "number") inner.at += 1;
        break;
      case '"': {
        const end = afterString(text, at);
        let next = end;
        while (isBlank(text.charCodeAt(next))) next += 1;
        if (inner?.names != null && text[next] === ":") {
          const name = String(JSON.parse(text.slice(at, end)));
          inner.at = name;
          if (inner.names.has(name)) repeated.push(open.map((level) => level.at));
          inner.names.add(name);
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return repeated;
}
