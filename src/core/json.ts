// The JSON edge: the one place where decimals become JSON numbers and back without losing a digit.
// `JSON.rawJSON` writes a number's text as it is; the reviver's source text reads it back.
import { createHash } from "node:crypto";
import { toDecimal, type Decimal } from "./decimal.ts";

/** A JSON number that keeps its exact text. */
export interface JsonNumber {
  readonly rawJSON: string;
}

export type JsonValue =
  | string
  | boolean
  | null
  | JsonNumber
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = Readonly<Record<string, JsonValue>>;

// Both have been in V8 since Node 21; TypeScript's library does not declare them yet.
interface ExactJson {
  rawJSON(text: string): JsonNumber;
  isRawJSON(value: unknown): value is JsonNumber;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
const exactJson = JSON as unknown as ExactJson;

export function jsonNumber(decimal: Decimal): JsonNumber {
  return exactJson.rawJSON(decimal);
}

export function isJsonNumber(value: unknown): value is JsonNumber {
  return exactJson.isRawJSON(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !isJsonNumber(value)
  );
}

/** Parses JSON with every number kept as its exact text. @throws SyntaxError when it is no JSON. */
export function parseJson(text: string): JsonValue {
  return exactJson.parse(text, (_key, value, context) =>
    typeof value === "number" ? exactJson.rawJSON(context.source ?? String(value)) : value,
  ) as JsonValue;
}

/**
 * Text that is the same for the same content: members sorted by name, numbers canonical, no blanks.
 */
export function canonicalJson(value: JsonValue): string {
  if (isJsonNumber(value)) {
    return toDecimal(value.rawJSON) ?? value.rawJSON;
  }
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map(canonicalJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Shape: 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Null where the text is no JSON object, or its member no text. */
export function textMember(json: string, name: string): string | null {
  const value = objectIn(json)?.[name];
  return typeof value === "string" ? value : null;
}

/** Null where the text is no JSON object. */
export function objectIn(json: string): JsonObject | null {
  try {
    const value = parseJson(json);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
