// What a person types to decide about one shipment, in full, to be pasted.
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

/** What looks like a flag or a file behind a flag is taken for one. */
const NOT_A_REFERENCE = /^-|[/\\]|\.[a-z]+$/i;

/** The flag that allows the change of one shipment. */
export function amendFlag({ externalReference }: ShipmentKey): string {
  const between = NOT_A_REFERENCE.test(externalReference) ? "=" : " ";
  return `--allow-amend${between}${shellWord(externalReference)}`;
}

/** The text as one word of a command line that can be pasted. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `"${text}"`;
}
