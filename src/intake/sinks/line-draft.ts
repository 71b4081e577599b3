// A shipment as the ledger takes it in, with the text that will be sent. Made only for shipments that
// are kept; checking needs neither text nor fingerprint.
import type { LineDraft } from "../../ledger/contract/staging.ts";
import type { ShipmentLine } from "./batch-sink.ts";

export function lineDraft({ message, ...line }: ShipmentLine): LineDraft {
  if (message === null) return { ...line, message };
  const { body, messageKind, messageType, contentHash, sources } = message;
  const payload = JSON.stringify(body);
  return { ...line, message: { messageKind, messageType, payload, contentHash, sources } };
}
