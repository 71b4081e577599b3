import type { Environment, ShipmentKey } from "../../core/shipment.ts";
import { settleCommand } from "../../core/settle-command.ts";

/** What a person does about a message that nobody else can settle. */
export function settleStep(environment: Environment, key: ShipmentKey): string {
  return `Look up ${key.externalReference} in CAS, then \`${settleCommand(environment, key, "arrived")}\`, or =resend when CAS does not have it`;
}
