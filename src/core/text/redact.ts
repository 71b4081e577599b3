// Keeps secrets out of everything people see. By value: a secret that is registered here is removed from
// every text and error that passes through, in each form it travels in. And by name: what calls itself a
// secret or a token is hidden, also when its value was not registered.
// Errors are copied, never edited: an error of a library may carry more members than we know of.
import { escapedText } from "./escaped-text.ts";

/** Shorter values are no secrets worth the name, and removing them would garble every text. */
const SECRET_LENGTH_MIN = 4;
/** Data counts to the letter: a shorter secret may be a word of it. */
const SECRET_IN_DATA_LENGTH_MIN = 8;
/** A shorter part of Base64 may stand in any text. */
const ENCODED_LENGTH_MIN = 10;
/** How many secrets that came up on the way are kept: tokens come by the hour and expire within it. */
const REMEMBERED_MAX = 64;
/** How far a chain of causes is followed. */
const CAUSE_DEPTH_MAX = 6;
const MASK = "[secret]";

/** Shape: `client_secret=…`, `"access_token": "…"`, `clientSecret: …`. Source: RFC 6749, 2.3.1 and 5.1. */
const NAMED_SECRET =
  /((?:client[_-]?secret|(?:access|refresh|id)[_-]?token|client[_-]?assertion|password)\\?["']?\s*[=:]\s*)(\\?["'])?([^\s"'&,;}\\]+)/gi;
/** Shape: `Bearer eyJ…`. Shorter words after it are prose. */
const AUTHORIZATION = /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{16,}/g;

export interface Redactor {
  /** From now on `secret` is removed too, until 64 others have been remembered after it. */
  readonly remember: (secret: string) => void;
  readonly text: (text: string) => string;
  /** For what is stored and compared: removes secrets by their value alone, and none of under 8 characters. */
  readonly data: (text: string) => string;
  /** A copy with name, message, code, stack and causes, all redacted, and nothing else. */
  readonly error: (error: unknown) => Error;
}

/** @param secrets removed always */
export function createRedactor(secrets: readonly string[]): Redactor {
  const remembered = new Set<string>();
  let known = secrets;
  let forms = writtenForms(known, SECRET_LENGTH_MIN);
  let formsInData = writtenForms(known, SECRET_IN_DATA_LENGTH_MIN);

  const remember = (secret: string): void => {
    remembered.add(secret);
    const [oldest] = remembered;
    if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
    known = [...secrets, ...remembered];
    forms = writtenForms(known, SECRET_LENGTH_MIN);
    formsInData = writtenForms(known, SECRET_IN_DATA_LENGTH_MIN);
  };

  const without = (some: readonly string[], value: string): string =>
    some.reduce((redacted, form) => redacted.replaceAll(form, MASK), value);
  const text = (value: string): string => withoutNamed(without(forms, value));
  const data = (value: string): string => without(formsInData, value);

  const copyOf = (error: unknown, depth: number): Error => {
    if (!(error instanceof Error)) return new Error(text(String(error)));
    const cause =
      error.cause === undefined || depth >= CAUSE_DEPTH_MAX
        ? undefined
        : { cause: copyOf(error.cause, depth + 1) };
    const copy = new Error(text(error.message), cause);
    copy.name = error.name;
    if (error.stack !== undefined) copy.stack = text(error.stack);
    const code = "code" in error ? error.code : undefined;
    return typeof code === "string" ? Object.assign(copy, { code: text(code) }) : copy;
  };

  return { remember, text, data, error: (error) => copyOf(error, 0) };
}

function withoutNamed(text: string): string {
  return text
    .replace(NAMED_SECRET, (_all, name: string, quote: string | undefined, value: string) =>
      value.length < SECRET_LENGTH_MIN
        ? `${name}${quote ?? ""}${value}`
        : `${name}${quote ?? ""}${MASK}`,
    )
    .replace(AUTHORIZATION, `$1 ${MASK}`);
}

/**
 * Each secret as it is, and as a URL, a form, a JSON text, a page, hexadecimal digits and Base64 write it
 * (as a part of more, too, such as Basic authentication). Longest first: one secret may be the beginning of
 * another.
 */
function writtenForms(secrets: readonly string[], lengthMin: number): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= lengthMin)
    .flatMap((secret) => {
      const asUrl = encodeURIComponent(secret.toWellFormed());
      const asForm = new URLSearchParams([["", secret]]).toString().slice(1);
      const hex = Buffer.from(secret).toString("hex");
      return [
        secret,
        ...inEitherCase([asUrl, asForm]),
        JSON.stringify(secret).slice(1, -1),
        escapedText(secret),
        Buffer.from(secret).toString("base64"),
        Buffer.from(secret).toString("base64url"),
        ...partsOfBase64(secret),
        ...(hex.length < ENCODED_LENGTH_MIN ? [] : [hex, hex.toUpperCase()]),
      ];
    });
  return [...new Set(forms)].sort((left, right) => right.length - left.length);
}

function inEitherCase(forms: readonly string[]): readonly string[] {
  const lower = forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
  return [...forms, ...lower];
}

/** What of the secret shows in Base64 whatever stands before and after it: three bytes are four signs. */
function partsOfBase64(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const from = before === 0 ? 0 : before + 1;
    return (["base64", "base64url"] as const)
      .map((encoding) => bytes.toString(encoding).replace(/=+$/, ""))
      .map((signs) => signs.slice(from, bytes.length % 3 === 0 ? undefined : -1))
      .filter((part) => part.length >= ENCODED_LENGTH_MIN);
  });
}
