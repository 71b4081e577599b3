// The header of the column of reasons in a file of failed rows. It also says what was told by rows that
// are not among those that failed: by which decimal mark numbers were read, or `1,234` would come back as
// a number that nobody can read; and in which older encoding the texts are, which few words may not show.
import type { DecimalMark } from "./decimal-mark.ts";

const REASON_HEADER = "cas-batch reason";
const WITH_MARK = /^cas-batch reason \(.*\bdecimal mark: (comma|point)\b.*\)$/i;
const WITH_ENCODING = /cas-batch reason \([^()\r\n]*\bencoding: ([\w-]+)\)/i;

export function reasonHeader(decimalMark: DecimalMark | null, encoding: string | null): string {
  const facts = [
    ...(decimalMark === null ? [] : [`decimal mark: ${decimalMark === "," ? "comma" : "point"}`]),
    ...(encoding === null ? [] : [`encoding: ${encoding}`]),
  ];
  return facts.length === 0 ? REASON_HEADER : `${REASON_HEADER} (${facts.join(", ")})`;
}

/** Whether a header is that of the reasons. */
export function isReasonHeader(header: string): boolean {
  return header.trim().toLowerCase().startsWith(REASON_HEADER);
}

/** The mark that a header of ours says; null when it says none. */
export function markOfReasonHeader(header: string): DecimalMark | null {
  const name = WITH_MARK.exec(header.trim())?.[1]?.toLowerCase();
  return name === undefined ? null : name === "comma" ? "," : ".";
}

/** The encoding that a header of ours in this text says; null when it says none. */
export function encodingOfReasonHeader(text: string): string | null {
  return WITH_ENCODING.exec(text)?.[1] ?? null;
}
