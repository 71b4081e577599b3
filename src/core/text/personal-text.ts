// Keeps people out of logs: logs are copied, sent around and kept for longer than anyone thinks of. What a log says of
// a shipment is its reference; whoever needs more has the ledger.
import { isPersonal } from "../personal-data.ts";

const MASK = "[personal]";
/** Bounded, so that no text takes long. Source: RFC 5321, 4.5.3.1. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{1,63}/gu;
/** Shape: `"eori": "…"`, also as a text within JSON. */
const MEMBER = /(\\?"([A-Za-z][\w-]{0,63})\\?"\s{0,4}:\s{0,4}\\?")((?:[^"\\]|\\[^"])+)/g;
/** Shape: `importerName=…`, as queries of addresses have it. */
const PARAMETER = /\b(([A-Za-z][\w-]{0,63})=)([^\s&"',;)]+)/g;

/** Without e-mail addresses, and without the values of members that are of a party. */
export function withoutPersonal(text: string): string {
  const masked = (whole: string, start: string, name: string): string =>
    isPersonal([name]) ? `${start}${MASK}` : whole;
  return text.replace(MEMBER, masked).replace(PARAMETER, masked).replace(EMAIL, MASK);
}
