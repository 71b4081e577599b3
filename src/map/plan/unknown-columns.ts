// Columns whose headers are not known: is one of them a column of the template under another name?
// Dropped in silence it would leave its values out of every shipment; taken for one by mistake, a
// person's own column would stop the file. So a name that is only likely is an error where the field
// has no column and the values fit it; every other unknown column gets one finding and is not sent.
import type { SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { fieldCatalogue } from "../catalogue/field-catalogue.ts";
import { allFields } from "../catalogue/field-groups.ts";
import type { HeaderCell } from "../headers/header-cells.ts";
import {
  bearsOut,
  isKilogramColumn,
  resembledFields,
  textOfCell,
} from "../headers/header-evidence.ts";
import {
  certainField,
  foldHeader,
  isUnitOfMass,
  massUnit,
  readHeaderName,
} from "../headers/header-names.ts";
import { fieldOf } from "../headers/match-header.ts";
import { mistypedHeader, nearestHeaders } from "../headers/normalize-header.ts";
import { headerIn } from "../headers/template-languages.ts";
import type { UnknownColumn } from "../model/mapping-plan.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import {
  columnsMeant,
  columnText,
  headerFinding,
  headersNotPresent,
  missingHeader,
  profileInit,
  type HeaderPlace,
  type HiddenColumn,
} from "./header-findings.ts";

/** Of columns of units: `Weight unit`, `Gewichtseinheit`, `GewEH`, `Unité de poids`. */
const SAYS_UNIT_OF_MASS =
  /(?:weight|wt|mass) ?(?:unit|uom)|unit of (?:weight|mass)|gew(?:icht)?s? ?(?:einheit|eh$)|gewichtseenheid|massaeenheid|unite de (?:poids|masse)/;

interface UnknownColumnsInput {
  readonly place: HeaderPlace;
  readonly unknown: readonly HeaderCell[];
  readonly head: readonly SheetRow[];
  /** Headers of the template that this sheet must have. */
  readonly required: readonly string[];
  /** Fields that have a column on this sheet. */
  readonly here: ReadonlySet<string | undefined>;
  /** Fields that have a column on any sheet, or a constant. */
  readonly inFile: ReadonlySet<string | undefined>;
  /** Whether the file is read by the default template; else its profile names its columns. */
  readonly isTemplate: boolean;
}

export function judgeUnknownColumns(input: UnknownColumnsInput): {
  readonly findings: readonly Finding[];
  readonly open: readonly UnknownColumn[];
  readonly hidden: readonly HiddenColumn[];
} {
  const { place, unknown, required, here } = input;
  const missing = required.filter((header) => !here.has(header));
  const meant = new Map(
    fieldCatalogue
      .filter(({ header }) => missing.includes(header))
      .map((field) => [field.header, columnsMeant(place, field, unknown)] as const),
  );
  const findings = missing.map((header) => missingHeader(place, header, meant.get(header) ?? []));
  const hidden = missing.map((header) => hiddenColumn(input, header, meant.get(header) ?? []));
  // A column that the finding about a missing one names gets no finding of its own.
  const named = new Set(place.profileName === null ? [...meant.values()].flat() : []);
  const open: UnknownColumn[] = [];
  for (const cell of unknown.filter((cell) => !named.has(cell))) {
    const texts = textsBelow(input, cell.columnIndex);
    const doubt = doubtOf(input, cell, texts);
    const finding = doubt?.finding ?? unknownHeader(input, cell);
    findings.push(finding);
    if (doubt !== null && doubt.fields.length > 0) hidden.push(hiddenBy(doubt, cell));
    if (finding.severity === "error") continue;
    const { columnIndex } = cell;
    if (texts.length === 0) {
      open.push({
        columnIndex,
        keeps: () => true,
        judge: (later) => doubtOf(input, cell, later)?.finding ?? null,
      });
    } else if (massWithoutUnit(input, cell) !== null && isKilogramColumn(texts)) {
      const keeps = (text: string): boolean => !isKilogramColumn([text]);
      open.push({ columnIndex, keeps, judge: (later) => otherUnit(input, cell, later) });
    }
  }
  return { findings, open, hidden };
}

/** A column of the file that the finding about a missing one names is read in its place. */
function hiddenColumn(
  input: UnknownColumnsInput,
  header: string,
  meant: readonly HeaderCell[],
): HiddenColumn {
  const fields = [header];
  const [cell, second] = meant;
  if (cell === undefined || second !== undefined || input.place.profileName !== null)
    return { fields };
  const readAs = { cell, header };
  if (mistypedIn(input.place, cell.text, [header]) !== null)
    return { fields, readAs, isSlip: true };
  const field = fieldCatalogue.find((of) => of.header === header);
  const texts = textsBelow(input, cell.columnIndex);
  const reading = readHeaderName(cell.spanned);
  const isLikely = reading.kind === "likely" && texts.length > 0;
  return isLikely && field !== undefined && bearsOut(field, texts) !== false
    ? { fields, readAs }
    : { fields };
}

/** What a column may be under another name. */
interface Doubt {
  readonly finding: Finding;
  /** Headers of the template that have no column; none where its values are what is wrong. */
  readonly fields: readonly string[];
  readonly isSlip?: true;
}

function hiddenBy({ fields, isSlip }: Doubt, cell: HeaderCell): HiddenColumn {
  const [header, second] = fields;
  if (header === undefined || second !== undefined) return { fields };
  return { fields, readAs: { cell, header }, ...(isSlip === true ? { isSlip } : {}) };
}

function textsBelow({ head, place }: UnknownColumnsInput, columnIndex: number): readonly string[] {
  return head
    .filter(({ rowNumber }) => rowNumber > place.header.rowNumber)
    .flatMap(({ cells }) => textOfCell(cells[columnIndex]) ?? []);
}

/** Null when nothing suggests that it is more than a column of the user's own. */
function doubtOf(
  input: UnknownColumnsInput,
  cell: HeaderCell,
  texts: readonly string[],
): Doubt | null {
  const { place, here, inFile, isTemplate } = input;
  const unused = headersNotPresent(here, allFields);
  const slip = isTemplate ? mistypedIn(place, cell.spanned, unused) : null;
  if (slip !== null) {
    return { finding: mistyped(place, cell, [slip]), fields: [slip], isSlip: true };
  }
  if (texts.length === 0) return null;
  const unit = otherUnit(input, cell, texts);
  if (unit !== null) return { finding: unit, fields: [] };
  const reading = readHeaderName(cell.spanned);
  if (isTemplate && reading.kind === "certain" && isBlankBelow(input, reading.field)) {
    const { header } = reading.field;
    return { finding: ambiguous(place, cell, [header], texts), fields: [header] };
  }
  if (isTemplate && reading.kind === "likely") {
    const missing = reading.fields.filter(({ header }) => !inFile.has(header));
    // "Weight" beside a Net mass may be the Gross mass that is missing; a currency beside one is hardly ever
    // another, nor is the weight of a shipment one of the masses of its goods items.
    const isAnother = reading.fields.some(
      ({ header, units }) => units !== undefined && here.has(header),
    );
    const isDoubtful = missing.length === reading.fields.length || isAnother;
    if (isDoubtful && missing.some((field) => bearsOut(field, texts))) {
      const headers = missing.map(({ header }) => header);
      return reading.doubt === "slip"
        ? { finding: mistyped(place, cell, headers), fields: headers, isSlip: true }
        : { finding: ambiguous(place, cell, headers, texts), fields: headers };
    }
  }
  const finding = resembling(input, cell, texts);
  return finding === null ? null : { finding, fields: [] };
}

/** The header of the template that a text is with a slip, in English or in the language of the sheet. */
function mistypedIn(
  { language }: HeaderPlace,
  text: string,
  headers: readonly string[],
): string | null {
  const names = new Map(
    headers.flatMap((header) => [
      [header, header] as const,
      [headerIn(language, header), header] as const,
    ]),
  );
  return names.get(mistypedHeader(text, [...names.keys()]) ?? "") ?? null;
}

/** Whether the template's own column of a field is there, and has no values. */
function isBlankBelow(input: UnknownColumnsInput, field: CatalogueField): boolean {
  const own = input.place.header.cells.find(({ text }) => fieldOf(text) === field);
  return own !== undefined && textsBelow(input, own.columnIndex).length === 0;
}

/** The mass that a column of units speaks of, where its header does not say kilograms itself. */
function massWithoutUnit(
  { place, isTemplate }: UnknownColumnsInput,
  cell: HeaderCell,
): HeaderCell | null {
  if (!isTemplate) return null;
  const { cells } = place.header;
  // Names take long to compare, and a sheet has thousands: only those that can be meant are looked at.
  if (SAYS_UNIT_OF_MASS.test(foldHeader(cell.spanned))) return cells.find(isMass) ?? null;
  const before = cells.find(({ columnIndex }) => columnIndex === cell.columnIndex - 1);
  return before !== undefined && isMass(before) ? before : null;
}

/** Whether the header is one of a mass and does not say its unit. */
function isMass({ text }: HeaderCell): boolean {
  return massUnit(text) === null && (fieldOf(text) ?? certainField(text))?.units !== undefined;
}

/** Masses that are not in kilograms by the column of their units. */
function otherUnit(
  input: UnknownColumnsInput,
  cell: HeaderCell,
  texts: readonly string[],
): Finding | null {
  const mass = massWithoutUnit(input, cell);
  if (mass === null || !texts.every(isUnitOfMass)) return null;
  const unit = texts.find((text) => !isKilogramColumn([text]));
  if (unit === undefined) return null;
  return headerFinding(input.place, "header-unit-differs", {
    cell,
    message: `${columnText(cell)} says ${unit}, and ${columnText(mass)} beside it is read as kilograms: its values are not converted`,
    hint: `Convert the masses to kilograms and write the unit into their header, such as \`${mass.spanned} (kg)\``,
  });
}

function mistyped(place: HeaderPlace, cell: HeaderCell, headers: readonly string[]): Finding {
  return headerFinding(place, "header-mistyped", {
    cell,
    message: `${columnText(cell)} is not known, and there is no ${inWords(place, headers)}: its values would be missing from every shipment`,
    hint: `Rename the column to ${inWords(place, headers)}; when it is something else, give it another name, or delete it`,
  });
}

function ambiguous(
  place: HeaderPlace,
  cell: HeaderCell,
  headers: readonly string[],
  texts: readonly string[],
): Finding {
  const lack = headers.length === 1 ? "which has no values" : "which have no values";
  return headerFinding(place, "header-ambiguous", {
    cell,
    message: `${columnText(cell)}, with values such as ${texts[0] ?? ""}, may be ${inWords(place, headers)}, ${lack}: its values would be missing from every shipment`,
    hint: `Rename the column to ${inWords(place, headers)}; when it is your own, give it another name, or write \`${cell.spanned}: ignore\` in a profile (${profileInit(place.fileName)})`,
  });
}

/** Its values have the form of those of a field that has no column. */
function resembling(
  input: UnknownColumnsInput,
  cell: HeaderCell,
  texts: readonly string[],
): Finding | null {
  const { place, inFile, isTemplate } = input;
  const fields = [...resembledFields(texts), ...massBesideKilograms(input, cell, texts)];
  const headers = fields.map(({ header }) => header).filter((header) => !inFile.has(header));
  if (headers.length === 0) return null;
  // A profile's `severities` speak of columns that it does not name by one code.
  return headerFinding(place, isTemplate ? "header-values-known" : "header-unknown", {
    cell,
    message: `${columnText(cell)} is not ${isTemplate ? "known" : `named in ${place.profileName ?? "the profile"}`}, so its values are not sent; values such as ${texts[0] ?? ""} have the form of ${inWords(place, headers)}, and there is no such column`,
    hint: isTemplate
      ? `Rename the column to ${inWords(place, headers)} when it is that; ${leftAlone(place)}`
      : `Write \`${cell.spanned}: ${headers[0] ?? ""}\` in the profile's \`columns\` when it is that, else \`${cell.spanned}: ignore\``,
  });
}

function massBesideKilograms(
  input: UnknownColumnsInput,
  cell: HeaderCell,
  texts: readonly string[],
): readonly CatalogueField[] {
  const masses = fieldCatalogue.filter(({ units }) => units !== undefined);
  if (masses.some(({ header }) => input.inFile.has(header))) return [];
  const isNumeric = masses.every((field) => bearsOut(field, texts) === true);
  const isBeside = [cell.columnIndex - 1, cell.columnIndex + 1].some(
    (index) => index >= 0 && isKilogramColumn(textsBelow(input, index)),
  );
  return isNumeric && isBeside ? masses : [];
}

function unknownHeader(input: UnknownColumnsInput, cell: HeaderCell): Finding {
  const { place, inFile, here, isTemplate } = input;
  const candidates = candidatesFor(cell, headersNotPresent(here)).filter(
    (header) => !inFile.has(header),
  );
  if (!isTemplate) {
    const [likeliest] = candidates;
    return headerFinding(place, "header-unknown", {
      cell,
      message:
        likeliest === undefined
          ? `${columnText(cell)} is not named in ${place.profileName ?? "the profile"}, so its values are not sent`
          : `${columnText(cell)} is not named in ${place.profileName ?? "the profile"}, so its values are not sent; it may be ${inWords(place, candidates)}, and there is no such column`,
      hint:
        likeliest === undefined
          ? `Name it in the profile's \`columns\`, or write \`${cell.spanned}: ignore\` there`
          : `Write \`${cell.spanned}: ${likeliest}\` in the profile's \`columns\` when it is that, else \`${cell.spanned}: ignore\``,
    });
  }
  const reading = readHeaderName(cell.spanned);
  const isSecond = reading.kind === "certain" && inFile.has(reading.field.header);
  return headerFinding(place, "header-unknown", {
    cell,
    message: isSecond
      ? `${columnText(cell)} is another name of \`${headerIn(place.language, reading.field.header)}\`, which has a column of its own, so its values are not sent`
      : `${columnText(cell)} is not known, so its values are not sent`,
    hint:
      candidates.length === 0
        ? `Nothing to do when the column is your own; ${leftAlone(place)}`
        : `Did you mean ${inWords(place, candidates)}? Rename the column when it is that; ${leftAlone(place)}`,
  });
}

/** The two ways to say once for all that a column is one's own. */
function leftAlone({ fileName }: HeaderPlace): string {
  return `a profile (${profileInit(fileName)}) leaves it out with \`ignore\`, or all such columns with \`otherColumns: ignore\``;
}

function candidatesFor(cell: HeaderCell, missing: readonly string[]): readonly string[] {
  const reading = readHeaderName(cell.spanned);
  switch (reading.kind) {
    case "certain":
      return [reading.field.header];
    case "likely":
    case "possible":
      return reading.fields.map(({ header }) => header);
    case "none":
      return nearestHeaders(cell.spanned, missing);
  }
}

/** In the language of the sheet. */
function inWords({ language }: HeaderPlace, headers: readonly string[]): string {
  return headers.map((header) => `\`${headerIn(language, header)}\``).join(" or ");
}
