// Takes personal data out of what is given to others. First all values are collected wherever a member says that it
// holds such a one; then each is replaced wherever it stands: in messages, in sentences that quote it, in events, in
// the report. A value becomes a mark that is the same for the same value, made with a key that is never written: so
// what belongs together still does, and nobody can try names until one fits.
import { createHmac, randomBytes } from "node:crypto";
import { isJsonNumber, parseJson } from "../core/json.ts";
import { isPersonal, isPersonalPath } from "../core/personal-data.ts";

/** A shorter value stands in too many words, and is replaced only where a member holds it. */
const SEARCHED_LENGTH_MIN = 3;
/** By which the values that may begin at a place are found. */
const START_LENGTH = SEARCHED_LENGTH_MIN;
/** As messages cut what they quote; see core/text/quoted-text.ts. */
const QUOTED_LENGTHS = [40, 80, 200];
const MARK_LENGTH = 12;
/** Of a finding, an error or a change, beside the `path` of the member that it is about. */
const VALUES_OF_PATH: readonly string[] = ["value", "before", "after"];
/** A tree like the message whose leaves are cells: they say where, not what. */
const CELLS = "sources";
const EMAIL = /[^\s@"'<>,;:()[\]{}]+@[^\s@"'<>,;:()[\]{}]+\.[a-z]{2,}/gi;
const LETTER = /[\p{L}\p{N}]/u;

export interface Redaction {
  /** Notes every personal value in it. */
  readonly collect: (value: unknown) => void;
  /** The same with marks in place of personal values; dates and bytes pass. */
  readonly redacted: <Value>(value: Value) => Value;
  /** In place of a value that a rule of its own leaves out. */
  readonly mark: (value: string) => string;
  readonly values: () => ReadonlySet<string>;
}

export function createRedaction(key: Buffer = randomBytes(32)): Redaction {
  const values = new Set<string>();
  /** The values and their cut forms, in small letters. */
  const forms = new Set<string>();
  /** How long those with these first letters are, the longest first: thousands of EORI numbers begin alike. */
  const lengthsByStart = new Map<string, number[]>();

  const mark = (value: string): string => {
    const hash = createHmac("sha256", key).update(value.toLowerCase()).digest("hex");
    return `[redacted:${hash.slice(0, MARK_LENGTH)}]`;
  };

  const note = (value: string): void => {
    const text = value.trim();
    if (text === "" || values.has(text)) return;
    values.add(text);
    if (text.length < SEARCHED_LENGTH_MIN) return;
    const cut = QUOTED_LENGTHS.filter((length) => text.length > length);
    for (const form of [text, ...cut.map((length) => text.slice(0, length).trimEnd())]) {
      const small = form.toLowerCase();
      forms.add(small);
      const start = small.slice(0, START_LENGTH);
      const lengths = lengthsByStart.get(start) ?? [];
      if (lengths.includes(small.length)) continue;
      lengths.push(small.length);
      lengths.sort((left, right) => right - left);
      lengthsByStart.set(start, lengths);
    }
  };

  const walk = (value: unknown, names: readonly string[]): void => {
    if (typeof value === "string") {
      if (isPersonal(names)) note(value);
      else {
        for (const [email] of value.matchAll(EMAIL)) note(email);
        const json = jsonOf(value);
        if (json !== null) walk(json, names);
      }
    } else if (isJsonNumber(value)) {
      if (isPersonal(names)) note(value.rawJSON);
    } else if (Array.isArray(value)) {
      for (const element of value as readonly unknown[]) walk(element, names);
    } else if (isPlain(value)) {
      for (const name of isOfPerson(value) ? VALUES_OF_PATH : []) {
        const named = value[name];
        if (typeof named !== "string") continue;
        const json = jsonOf(named);
        if (json === null) note(named);
        else walk(json, ["party"]);
      }
      for (const [name, member] of Object.entries(value)) {
        if (name !== CELLS) walk(member, [...names, name]);
      }
    }
  };

  const search = (text: string): string => {
    const small = text.toLowerCase();
    // Some letters are longer as small ones: then places would not fit.
    if (small.length !== text.length) return values.has(text) ? mark(text) : replaceEach(text);
    let found = "";
    let from = 0;
    for (let at = 0; at + START_LENGTH <= small.length; at += 1) {
      const lengths = lengthsByStart.get(small.slice(at, at + START_LENGTH));
      const length = lengths?.find(
        (one) => forms.has(small.slice(at, at + one)) && isWhole(text, at, one),
      );
      if (length === undefined) continue;
      found += text.slice(from, at) + mark(small.slice(at, at + length));
      from = at + length;
      at = from - 1;
    }
    return found === "" ? text : found + text.slice(from);
  };

  const replaceEach = (text: string): string =>
    [...values]
      .filter(({ length }) => length >= SEARCHED_LENGTH_MIN)
      .sort((left, right) => right.length - left.length)
      .reduce((left, value) => left.replaceAll(value, mark(value)), text);

  const redact = (value: unknown, names: readonly string[]): unknown => {
    if (typeof value === "string") {
      if (isPersonal(names)) return value === "" ? value : mark(value.trim());
      const json = jsonOf(value);
      return json === null ? search(value) : JSON.stringify(redact(json, names));
    }
    if (isJsonNumber(value)) return isPersonal(names) ? mark(value.rawJSON) : value;
    if (Array.isArray(value)) return value.map((element) => redact(element, names));
    if (value instanceof Map) {
      const entries = [...(value as ReadonlyMap<unknown, unknown>)];
      return new Map(entries.map(([key, member]) => [redact(key, names), redact(member, names)]));
    }
    if (!isPlain(value)) return value;
    const valuesOfPerson = isOfPerson(value) ? VALUES_OF_PATH : [];
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        if (name === CELLS) return [name, member];
        const isValue = valuesOfPerson.includes(name) && typeof member === "string";
        const written = isValue ? mark(member.trim()) : redact(member, [...names, name]);
        return [search(name), written];
      }),
    );
  };

  return {
    collect: (value) => {
      walk(value, []);
    },
    redacted: (value) => redact(value, []) as typeof value,
    mark,
    values: () => values,
  };
}

function isOfPerson({ path }: Readonly<Record<string, unknown>>): boolean {
  return typeof path === "string" && isPersonalPath(path);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !isJsonNumber(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

/** Whether no letter or digit stands right before or behind it. */
function isWhole(text: string, at: number, length: number): boolean {
  const before = text[at - 1] ?? " ";
  const behind = text[at + length] ?? " ";
  return !LETTER.test(before) && !LETTER.test(behind);
}

/** Null for what is no JSON object or list. */
function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Books whose every answer is redacted. */
export function redactedBooks<Books extends object>(books: Books, redaction: Redaction): Books {
  const answer = (result: unknown): unknown => {
    if (result instanceof Promise) return result.then(redaction.redacted);
    if (typeof result === "object" && result !== null && Symbol.asyncIterator in result) {
      return redactedBatches(result as AsyncIterable<unknown>, redaction);
    }
    return redaction.redacted(result);
  };
  return new Proxy(books, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...values: unknown[]): unknown => answer(Reflect.apply(member, target, values));
    },
  });
}

async function* redactedBatches(batches: AsyncIterable<unknown>, { redacted }: Redaction) {
  for await (const batch of batches) yield redacted(batch);
}
