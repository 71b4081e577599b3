// The command by which a person says whether CAS has a message, in full, to be pasted.
import type { Environment, ShipmentKey } from "./shipment.ts";

/** What the shells of all systems take as it stands. */
const PLAIN_WORD = /^[\w.:=/@%+,-]+$/;

export function settleCommand(
  environment: Environment,
  { direction, externalReference }: ShipmentKey,
  outcome: "arrived" | "resend",
): string {
  const word = `${direction}:${externalReference}=${outcome}`;
  return `cas-batch resume --env ${environment} --settle ${shellWord(word)}`;
}

/** The text as one word of a command line that can be pasted. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `"${text}"`;
}
