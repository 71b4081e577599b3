// How a person settles a message that nobody else can: the command in full, ready to be pasted.
import type { Environment, ShipmentKey } from "../core/shipment.ts";

/** What the shells of all systems take as it stands. */
const PLAIN_WORD = /^[\w.:=/@%+,-]+$/;

export function settleCommand(
  environment: Environment,
  { direction, externalReference }: ShipmentKey,
  outcome: "arrived" | "resend",
): string {
  const word = `${direction}:${externalReference}=${outcome}`;
  return `cas-batch resume --env ${environment} --settle ${PLAIN_WORD.test(word) ? word : `"${word}"`}`;
}
