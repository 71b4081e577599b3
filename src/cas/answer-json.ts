import { isJsonNumber, parseJson, type JsonValue } from "../core/json.ts";

/** From this many digits on, a JavaScript number may not hold a JSON number exactly. */
const LONG_NUMBER = /\d{16}/;

/**
 * The JSON value of an answer, or undefined when it is none. An id of twenty digits keeps them all;
 * exactness costs time, so only a text that can hold such a number pays for it.
 */
export function parseAnswer(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? parseJson(text) : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

/** The text of a text, number or boolean; null for everything else and for the empty text. */
export function textOrNull(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return isJsonNumber(value) ? value.rawJSON : null;
}
