// Keeps secrets out of everything people see. By value: a secret that is registered here is removed from
// every text and error that passes through, in each form it travels in. And by name: what calls itself a
// secret or a token is hidden, also when its value was not registered.
// Errors are copied, never edited: an error of a library may carry more members than we know of.

/** Shorter values are no secrets worth the name, and removing them would garble every text. */
const SECRET_LENGTH_MIN = 4;
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
  /** A copy with name, message, code, stack and causes, all redacted, and nothing else. */
  readonly error: (error: unknown) => Error;
}

/** @param secrets removed always */
export function createRedactor(secrets: readonly string[]): Redactor {
  const remembered = new Set<string>();
  let forms = writtenForms(secrets);

  const remember = (secret: string): void => {
    remembered.add(secret);
    const [oldest] = remembered;
    if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
    forms = writtenForms([...secrets, ...remembered]);
  };

  const text = (value: string): string =>
    withoutNamed(forms.reduce((redacted, form) => redacted.replaceAll(form, MASK), value));

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
 * Each secret as it is, and as a URL, a form, a JSON text and Basic authentication write it. Longest
 * first: one secret may be the beginning of another.
 */
function writtenForms(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      new URLSearchParams([["", secret]]).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ]);
  return [...new Set(forms)].sort((left, right) => right.length - left.length);
}
