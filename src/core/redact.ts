// Keeps secrets out of everything people see. Redaction is by value: whoever holds a secret names it
// here, and no text or error that passes through shows it again, in any of the forms it travels in.
// Errors are copied, never edited: an error of a library may carry more members than we know of.

/** Shorter values are no secrets worth the name, and removing them would garble every text. */
const SECRET_LENGTH_MIN = 4;
/** Tokens come and go by the hour; older ones than this have long expired. */
const SECRETS_MAX = 64;
/** How far a chain of causes is followed. */
const CAUSE_DEPTH_MAX = 6;
const MASK = "[secret]";

export interface Redactor {
  /** From now on `secret` is removed too. */
  readonly remember: (secret: string) => void;
  readonly text: (text: string) => string;
  /** A copy with name, message, code, stack and causes, all redacted, and nothing else. */
  readonly error: (error: unknown) => Error;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const formsBySecret = new Map<string, readonly string[]>();

  const remember = (secret: string): void => {
    if (secret.length < SECRET_LENGTH_MIN || formsBySecret.has(secret)) return;
    formsBySecret.set(secret, writtenForms(secret));
    if (formsBySecret.size <= SECRETS_MAX) return;
    // The configured secrets came first and stay; the oldest token after them goes.
    for (const known of [...formsBySecret.keys()].slice(secrets.length, -SECRETS_MAX / 2)) {
      formsBySecret.delete(known);
    }
  };
  secrets.forEach(remember);

  const text = (value: string): string => {
    let redacted = value;
    for (const forms of formsBySecret.values()) {
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
