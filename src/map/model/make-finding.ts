// A finding with its place. Severity and hint come from the table of codes unless the caller gives them.
import { findingCodes, type FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import { messageText } from "../../core/text/quoted-text.ts";
import { visibleText } from "../../core/text/visible-text.ts";

export interface FindingPlace {
  readonly file: string;
  readonly sheet: string | null;
  readonly row?: number;
  /** Shape: `M`. */
  readonly letters?: string;
  readonly header?: string;
  readonly path?: string | null;
}

export interface FindingText {
  readonly value?: string | null;
  readonly message: string;
  readonly hint?: string | null;
}

export function makeFinding(
  code: FindingCode,
  place: FindingPlace,
  text: FindingText,
  severity: Severity = findingCodes[code].severity,
): Finding {
  const { row, letters } = place;
  return {
    code,
    severity,
    file: place.file,
    sheet: place.sheet,
    row: row ?? null,
    cell: row === undefined || letters === undefined ? null : `${letters}${row}`,
    header: visible(place.header),
    path: place.path ?? null,
    value: visible(text.value),
    message: messageText(text.message, text.value),
    hint: text.hint ?? findingCodes[code].hint,
  };
}

function visible(text: string | null = null): string | null {
  return text === null ? null : visibleText(text);
}
