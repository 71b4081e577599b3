import { canonicalJson, sha256Hex, type JsonObject } from "./json.ts";

/**
 * The fingerprint of what a message says. The message type is left out: the same content sent
 * again under another type would still be the same content.
 */
export function contentHash(body: JsonObject): string {
  const { messageType: _messageType, ...content } = body;
  return sha256Hex(canonicalJson(content));
}
