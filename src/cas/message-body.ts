// The exact JSON text of what a program sends: JavaScript numbers hold neither every amount nor every id, and JSON
// turns what it cannot hold into something else without a word.
import { CasBatchError } from "../core/errors.ts";
import { toDecimal } from "../core/decimal.ts";
import { jsonNumber, type JsonNumber } from "../core/json.ts";
import { parseAnswer } from "./answer-json.ts";

/** An object, or the exact JSON text of one, which is sent to the letter. */
export type MessageBody = string | object;

/**
 * A number that is sent with these very digits: `exactNumber("25000.1234")`.
 * @throws CasBatchError `body-unusable` for what is no plain decimal text
 */
export function exactNumber(text: string): JsonNumber {
  const decimal = toDecimal(text);
  if (decimal !== null) return jsonNumber(decimal);
  throw new CasBatchError("body-unusable", `"${text}" is no number; write it like 25000.1234`);
}

/** @throws CasBatchError `body-unusable` */
export function checkedBody(body: MessageBody): string {
  const text = typeof body === "string" ? body : JSON.stringify(body, refuseInexact);
  const value = parseAnswer(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return text;
  throw new CasBatchError("body-unusable", "What is to be sent is no JSON object");
}

function refuseInexact(name: string, value: unknown): unknown {
  const isInexact =
    typeof value === "bigint" ||
    (typeof value === "number" &&
      (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))));
  if (!isInexact) return value;
  throw new CasBatchError(
    "body-unusable",
    `${name} holds ${String(value)}, which a JavaScript number cannot send exactly`,
  );
}
