// A shipment as the ledger takes it in: its message as the text that will be sent, and the fingerprint
// by which the same content is known again. Made only for what is kept; checking needs neither.
import { contentHash } from "../../core/shipment.ts";
import type { LineDraft } from "../../ledger/contract/staging.ts";
import type { ShipmentLine } from "./batch-sink.ts";

export function lineDraft({ message, ...line }: ShipmentLine): LineDraft {
  if (message === null) return { ...line, message };
  const { body, messageType, sources } = message;
  const payload = JSON.stringify(body);
  return {
    ...line,
    message: {
      messageKind: "CustomsShipment",
      messageType,
      payload,
      contentHash: contentHash(body),
      sources,
    },
  };
}
