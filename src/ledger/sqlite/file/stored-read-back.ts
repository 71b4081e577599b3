// What CAS said of a message that was read there, as its row keeps it.
import { isJsonObject, objectIn, textMember, type JsonValue } from "../../../core/json.ts";
import type { ReadBackView } from "../../contract/views.ts";

/** Of a row of `shipments s`. */
export const READ_BACK_SQL =
  "s.read_at AS readAt, s.read_status AS readStatus, s.read_answer AS readAnswer";

export interface ReadBackRow {
  readonly readAt: string | null;
  readonly readStatus: string | null;
  readonly readAnswer: string | null;
}

export function readBackOf({ readAt, readStatus, readAnswer }: ReadBackRow): ReadBackView | null {
  if (readAt === null) return null;
  const errors = readAnswer === null ? [] : errorsIn(readAnswer);
  return { readAt: new Date(readAt), status: readStatus, errors };
}

function errorsIn(answer: string): readonly string[] {
  const errors = objectIn(answer)?.["errors"];
  if (!Array.isArray(errors)) return [];
  return (errors as readonly JsonValue[]).map((error) => {
    if (typeof error === "string") return error;
    const text = JSON.stringify(error);
    return isJsonObject(error) ? (textMember(text, "message") ?? text) : text;
  });
}
