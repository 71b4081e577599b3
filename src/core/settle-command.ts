// What a person types to decide about one shipment, in full, to be pasted.
import type { Environment, ShipmentKey } from "./shipment.ts";

/** What the shells of all systems take as it stands. */
const PLAIN_WORD = /^[\w.:=/@%+,-]+$/;

export function settleCommand(
  environment: Environment,
  { kind, direction, externalReference }: ShipmentKey,
  outcome: "arrived" | "resend",
): string {
  const word = `${direction ?? kind ?? ""}:${externalReference}=${outcome}`;
  return `cas-batch resume --env ${environment} --settle ${shellWord(word)}`;
}

/** What looks like a flag or a file behind a flag is taken for one. */
const NOT_A_REFERENCE = /^-|[/\\]|\.[a-z]+$/i;

/** The flag that allows the change of one shipment, or a second message of a kind that is never changed. */
export function amendFlag({ kind, externalReference }: ShipmentKey): string {
  const between = NOT_A_REFERENCE.test(externalReference) ? "=" : " ";
  const flag = kind === undefined ? "--allow-amend" : "--allow-again";
  const reference = kind === undefined ? externalReference : `${kind}:${externalReference}`;
  return `${flag}${between}${shellWord(reference)}`;
}

/** What a shell would replace, or run, between double quotes. Names and references are from others. */
const NOT_IN_DOUBLE_QUOTES = /["$`!]/;

/** The text as one word of a command line that can be pasted; double quotes are those of every system. */
export function shellWord(text: string): string {
  if (PLAIN_WORD.test(text)) return text;
  return NOT_IN_DOUBLE_QUOTES.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : `"${text}"`;
}
