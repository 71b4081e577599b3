// Findings about the headers of one sheet.
import { pastablePath } from "../../core/text/pastable-path.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import type { TemplateLanguage } from "../../core/template.ts";
import { fieldCatalogue } from "../catalogue/field-catalogue.ts";
import type { HeaderCell, HeaderRow } from "../headers/header-cells.ts";
import { readHeaderName } from "../headers/header-names.ts";
import { makeFinding } from "../model/make-finding.ts";
import { nowhere, pathText, type MemberPath } from "../model/member-path.ts";
import { nearestHeaders } from "../headers/normalize-header.ts";
import { headerIn } from "../headers/template-languages.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";

export interface HeaderPlace {
  readonly fileName: string;
  readonly sheet: string;
  readonly header: HeaderRow;
  /** What people call the profile; null without one. */
  readonly profileName: string | null;
  /** Of the template that the sheet is made from; null for English, and for other sheets. */
  readonly language: TemplateLanguage | null;
}

export function headerFinding(
  place: HeaderPlace,
  code: Finding["code"],
  about: {
    readonly message: string;
    readonly cell?: HeaderCell;
    readonly path?: MemberPath | null;
    readonly hint?: string | undefined;
    readonly severity?: Severity;
  },
): Finding {
  const { message, cell, path = null, hint = null, severity } = about;
  return makeFinding(
    code,
    {
      file: place.fileName,
      sheet: place.sheet,
      row: place.header.rowNumber,
      path: path === null ? null : pathText(path, nowhere),
      ...(cell === undefined ? {} : { letters: cell.letters, header: cell.spanned }),
    },
    { message, value: cell?.spanned ?? null, hint },
    severity,
  );
}

/** A column that cannot be read for certain, because of a header at fault. */
export interface HiddenColumn {
  /** Headers of the default template: what it may hold. */
  readonly fields: readonly string[];
  /**
   * The column of the file that it must be, or most likely is, and the header that it is then read by: the
   * file is refused, so its rows are read only to show their mistakes.
   */
  readonly readAs?: { readonly cell: HeaderCell; readonly header: string };
  /** Columns of the file that are not told apart. */
  readonly notRead?: readonly HeaderCell[];
  /** Its header differs in a letter or two. */
  readonly isSlip?: true;
}

/** The command that writes a first profile for the file. */
export function profileInit(fileName: string): string {
  const draft = fileName.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
  return `\`cas-batch profile init ${pastablePath(fileName)} -o ${pastablePath(`${draft}.yaml`)}\``;
}

export function columnText({ letters, spanned }: HeaderCell): string {
  return `Column ${letters} \`${spanned}\``;
}

/** The columns that a missing header may be, by name or by a slip in it. */
export function columnsMeant(
  { language }: HeaderPlace,
  field: CatalogueField,
  unknown: readonly HeaderCell[],
): readonly HeaderCell[] {
  const named = unknown.filter(({ spanned }) => {
    const reading = readHeaderName(spanned);
    return reading.kind === "likely" && reading.fields.includes(field);
  });
  if (named.length > 0) return named;
  const [nearest] = nearestHeaders(
    headerIn(language, field.header),
    unknown.map(({ text }) => text),
  );
  const cell = unknown.find(({ text }) => text === nearest);
  return cell === undefined ? [] : [cell];
}

/** @param header Of the default template. */
export function missingHeader(
  place: HeaderPlace,
  header: string,
  meant: readonly HeaderCell[],
): Finding {
  if (place.profileName !== null) {
    return headerFinding(place, "header-required", {
      message: `No column of sheet ${place.sheet} is read as \`${header}\`, and ${place.profileName} has no constant for it`,
      hint: `Add a line \`<header of the file>: ${header}\` to \`columns\` in the profile, or the value to \`constants\``,
    });
  }
  const name = headerIn(place.language, header);
  return headerFinding(place, "header-required", {
    message: `Column \`${name}\` is missing from the headers in row ${place.header.rowNumber}`,
    hint:
      meant.length === 0
        ? `Add the column \`${name}\``
        : `Did you mean ${meant.map(({ letters, text }) => `column ${letters} \`${text}\``).join(" or ")}? Rename it to \`${name}\`, or write a profile with ${profileInit(place.fileName)}`,
  });
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
  return headerFinding(place, "profile-column-missing", {
    message: `Sheet ${place.sheet} has no column \`${header}\` in row ${place.header.rowNumber}, which ${place.profileName ?? "the profile"} names`,
    hint:
      cell === undefined
        ? undefined
        : `Did you mean column ${cell.letters} \`${cell.spanned}\`? Correct the name in the profile`,
  });
}

/** @param fields Those of the template, unless it says otherwise. */
export function headersNotPresent(
  present: ReadonlySet<string | undefined>,
  fields: readonly CatalogueField[] = fieldCatalogue,
): readonly string[] {
  return fields.map(({ header }) => header).filter((header) => !present.has(header));
}
