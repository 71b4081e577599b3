// Keeps secrets out of everything people see. Redaction is by value: whoever holds a secret names it
// here, and no text or error that passes through shows it again, in any of the forms it travels in.
// Errors are copied, never edited: an error of a library may carry more members than we know of.

/** Shorter values are no secrets worth the name, and removing them would garble every text. */
const SECRET_LENGTH_MIN = 4;
/** How many secrets that came up on the way are kept: tokens come by the hour and expire within it. */
const REMEMBERED_MAX = 64;
/** How far a chain of causes is followed. */
const CAUSE_DEPTH_MAX = 6;
const MASK = "[secret]";

export interface Redactor {
  /** From now on `secret` is removed too, until 64 others have been remembered after it. */
  readonly remember: (secret: string) => void;
  readonly text: (text: string) => string;
  /** A copy with name, message, code, stack and causes, all redacted, and nothing else. */
  readonly error: (error: unknown) => Error;
}

/** @param secrets removed always */
export function createRedactor(secrets: readonly string[]): Redactor {
  const standing = secrets.filter(isLongEnough).flatMap(writtenForms);
  const remembered = new Map<string, readonly string[]>();

  const remember = (secret: string): void => {
    if (!isLongEnough(secret)) return;
    remembered.set(secret, writtenForms(secret));
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
  };

  const text = (value: string): string => {
    let redacted = value;
    for (const forms of [standing, ...remembered.values()]) {
      for (const form of forms) redacted = redacted.replaceAll(form, MASK);
    }
    return redacted;
  };

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

  return { remember, text, error: (error) => copyOf(error, 0) };
}

function isLongEnough(secret: string): boolean {
  return secret.length >= SECRET_LENGTH_MIN;
}

/** As it is, and as a URL, a form, a JSON text and Basic authentication write it. Longest first. */
function writtenForms(secret: string): readonly string[] {
  const forms = new Set([
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
  ]);
  return [...forms].sort((left, right) => right.length - left.length);
}
