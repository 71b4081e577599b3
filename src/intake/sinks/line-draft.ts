// A shipment as the ledger takes it in, with the text that will be sent. Made only for shipments that
// are kept; checking needs neither text nor fingerprint.
import type { LineDraft } from "../../ledger/ledger.ts";
import type { ShipmentLine } from "./batch-sink.ts";

export function lineDraft({ message, ...line }: ShipmentLine): LineDraft {
  if (message === null) return { ...line, message };
  const { body, messageType, contentHash, sources } = message;
  return { ...line, message: { messageType, payload: JSON.stringify(body), contentHash, sources } };
}
