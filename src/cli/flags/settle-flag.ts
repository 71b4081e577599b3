// `--settle REFERENCE=arrived|resend`: what a person found out about a message of which nobody knows
// whether CAS has it. `IN:` or `OUT:` stands before a reference that both directions have.
import { CasBatchError } from "../../core/errors.ts";
import type { HandSettlement } from "../../submit/settle-by-hand.ts";

const SETTLEMENT = /^(?:(IN|OUT):)?(.+)=(arrived|resend)$/su;

/** @throws CasBatchError `usage` */
export function parseSettlement(text: string): HandSettlement {
  const match = SETTLEMENT.exec(text);
  const [, direction, externalReference, outcome] = match ?? [];
  if (externalReference === undefined || outcome === undefined) {
    throw new CasBatchError("usage", `--settle "${text}" cannot be understood`, {
      hint: "Write --settle REFERENCE=arrived when CAS has it, --settle REFERENCE=resend when it has not",
    });
  }
  return {
    externalReference,
    direction: direction === "IN" || direction === "OUT" ? direction : null,
    outcome: outcome === "arrived" ? "arrived" : "resend",
  };
}
