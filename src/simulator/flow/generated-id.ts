// Ids that are the same after a restart: made from what they name, never from chance.
import { sha256Hex } from "../../core/json.ts";

/** Shape: a UUID of version 8, the one for own schemes (RFC 9562). */
export function uuidFrom(text: string): string {
  const hex = sha256Hex(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
