// What is odd about the headers of one sheet, in words.
import type { Finding } from "../core/finding.ts";
import { fieldCatalogue } from "./field-catalogue.ts";
import type { HeaderCell, HeaderRow } from "./header-cells.ts";
import { makeFinding } from "./make-finding.ts";
import { nowhere, pathText, type MemberPath } from "./member-path.ts";
import { mistypedHeader, nearestHeaders } from "./normalize-header.ts";

export interface HeaderPlace {
  readonly fileName: string;
  readonly sheet: string;
  readonly header: HeaderRow;
  /** What people call the profile; null without one. */
  readonly profileName: string | null;
}

export function headerFinding(
  place: HeaderPlace,
  code: Finding["code"],
  cell: HeaderCell | null,
  path: MemberPath | null,
  message: string,
  hint?: string,
): Finding {
  return makeFinding(
    code,
    {
      file: place.fileName,
      sheet: place.sheet,
      row: place.header.rowNumber,
      path: path === null ? null : pathText(path, nowhere),
      ...(cell === null ? {} : { letters: cell.letters, header: cell.spanned }),
    },
    { message, value: cell?.spanned ?? null, ...(hint === undefined ? {} : { hint }) },
  );
}

/** @param header Of the default template. */
export function missingHeader(
  place: HeaderPlace,
  header: string,
  unknown: readonly HeaderCell[],
): Finding {
  if (place.profileName !== null) {
    return headerFinding(
      place,
      "header-required",
      null,
      null,
      `No column of sheet ${place.sheet} is read as \`${header}\`, and ${place.profileName} has no constant for it`,
      `Add a line \`<header of the file>: ${header}\` to \`columns\` in the profile, or the value to \`constants\``,
    );
  }
  const [nearest] = nearestHeaders(
    header,
    unknown.map(({ text }) => text),
  );
  const cell = unknown.find(({ text }) => text === nearest);
  return headerFinding(
    place,
    "header-required",
    null,
    null,
    `Column \`${header}\` is missing from the headers in row ${place.header.rowNumber}`,
    cell === undefined
      ? `Add the column \`${header}\``
      : `Did you mean column ${cell.letters} \`${cell.text}\`? Rename it to \`${header}\``,
  );
}

/** @param header Of the file, as the profile writes it. */
export function missingProfileColumn(
  place: HeaderPlace,
  header: string,
  unknown: readonly HeaderCell[],
): Finding {
  const [nearest] = nearestHeaders(
    header,
    unknown.map(({ spanned }) => spanned),
  );
  const cell = unknown.find(({ spanned }) => spanned === nearest);
  return headerFinding(
    place,
    "profile-column-missing",
    null,
    null,
    `Sheet ${place.sheet} has no column \`${header}\` in row ${place.header.rowNumber}, which ${place.profileName ?? "the profile"} names`,
    cell === undefined
      ? undefined
      : `Did you mean column ${cell.letters} \`${cell.spanned}\`? Correct the name in the profile`,
  );
}

/**
 * @param missing headers that the cell may have been meant to be
 * @param required those of them whose lack is told anyway
 */
export function unknownHeader(
  place: HeaderPlace,
  cell: HeaderCell,
  missing: readonly string[],
  required: readonly string[],
): Finding {
  const slip = place.profileName === null ? mistypedHeader(cell.spanned, missing) : null;
  if (slip !== null && !required.includes(slip)) {
    return headerFinding(
      place,
      "header-mistyped",
      cell,
      null,
      `Column ${cell.letters} \`${cell.text}\` is not known, and there is no \`${slip}\`: its values would be missing from every shipment`,
      `Rename the column to \`${slip}\`; when it is something else, give it another name, or delete it`,
    );
  }
  const nearest = nearestHeaders(cell.spanned, missing);
  const meant = nearest.map((header) => `\`${header}\``).join(" or ");
  const isProfile = place.profileName !== null;
  return headerFinding(
    place,
    "header-unknown",
    cell,
    null,
    isProfile
      ? `Column ${cell.letters} \`${cell.spanned}\` is not named in ${place.profileName}, so its values are not sent`
      : `Column ${cell.letters} \`${cell.text}\` is not known, so its values are not sent`,
    isProfile
      ? `Name it in the profile's \`columns\`, or write \`${cell.spanned}: ignore\` there`
      : nearest.length === 0
        ? undefined
        : `Did you mean ${meant}? Rename the column, or delete it`,
  );
}

export function headersNotPresent(present: ReadonlySet<string | undefined>): readonly string[] {
  return fieldCatalogue.map(({ header }) => header).filter((header) => !present.has(header));
}
