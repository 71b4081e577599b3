// Apart from the shipment, because what shows a message needs no exact JSON.
import { canonicalJson, sha256Hex, type JsonObject } from "./json.ts";
import { DEFAULT_KIND, type MessageKind } from "./message-kind.ts";

/**
 * The fingerprint of what a message says. The message type of a shipment is left out: the same content sent
 * again under another type would still be the same content. In other kinds a member of that name is content.
 */
export function contentHash(body: JsonObject, kind: MessageKind = DEFAULT_KIND): string {
  if (kind !== DEFAULT_KIND) return sha256Hex(canonicalJson(body));
  const { messageType: _messageType, ...content } = body;
  return sha256Hex(canonicalJson(content));
}
