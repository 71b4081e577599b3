// Which sheets of a file are read, and as what. The names of the sheets decide, matched like headers;
// a file whose only sheet with our headers has another name is read as the flat layout.
import type { SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import {
  findHeaderRow,
  findRowOf,
  likelyHeaderRow,
  templateHeaders,
} from "../headers/find-header-row.ts";
import { readHeaderRow, type HeaderRow } from "../headers/header-cells.ts";
import { profileInit } from "./header-findings.ts";
import { certainField, readHeaderName } from "../headers/header-names.ts";
import { fieldOf } from "../headers/match-header.ts";
import {
  helpSheetNames,
  languageOf,
  sheetNames,
  templateLanguages,
} from "../headers/template-languages.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { Layout } from "../model/mapping-plan.ts";
import { normalizeHeader } from "../headers/normalize-header.ts";
import type { SheetRole } from "../model/message-catalogue.ts";
import type { SheetProfile } from "../profile/profile.ts";
import { surveySheet, type SheetSurvey } from "../profile/init/survey-sheet.ts";

export interface SheetHead {
  readonly name: string;
  readonly head: readonly SheetRow[];
}

export interface ChosenSheet {
  readonly sheet: SheetHead;
  readonly role: SheetRole;
  readonly header: HeaderRow;
  /** Null without a profile. */
  readonly profile: SheetProfile | null;
}

export interface SheetChoice {
  readonly layout: Layout | null;
  /** Shipments first. */
  readonly sheets: readonly ChosenSheet[];
  readonly findings: readonly Finding[];
}

const OUR_OWN = new Set(["read me", "lists"]);
const OUR_OWN_IN_OTHER_LANGUAGES = new Set(
  templateLanguages
    .flatMap((language) => Object.values(helpSheetNames[language]))
    .map(normalizeHeader),
);
const CHILD_ROLES: readonly SheetRole[] = ["goods items", "packaging", "documents"];

/** Whether a sheet of the template's is for people and lists, never for shipments. */
export function isOurOwn({ name, head }: SheetHead): boolean {
  const normalized = normalizeHeader(name);
  if (OUR_OWN.has(normalized)) return true;
  return OUR_OWN_IN_OTHER_LANGUAGES.has(normalized) && !namesReference(head);
}

/**
 * Whether a sheet has the name that the template gives to this role. In other languages people have sheets of
 * these names too: there its headers must be those of the template as well.
 */
export function isNamedFor(role: SheetRole, { name, head }: SheetHead): boolean {
  const normalized = normalizeHeader(name);
  if (normalized === role) return true;
  const language = templateLanguages.find(
    (one) => normalizeHeader(sheetNames[one][role]) === normalized,
  );
  const row = language === undefined ? null : findHeaderRow(head);
  return row !== null && languageOf(readHeaderRow([row]).cells) === language;
}

function namesReference(head: readonly SheetRow[]): boolean {
  return (findHeaderRow(head)?.cells ?? []).some((cell) => {
    const text = cell?.value ?? "";
    return (fieldOf(text) ?? certainField(text))?.header === "External reference";
  });
}

export function chooseSheets(fileName: string, all: readonly SheetHead[]): SheetChoice {
  const sheets = all.filter((sheet) => !isOurOwn(sheet));
  const filled = sheets.filter(({ head }) => head.length > 0);
  const named = (role: SheetRole): SheetHead | undefined =>
    sheets.find((sheet) => isNamedFor(role, sheet));
  const shipments = named("shipments");
  const children = CHILD_ROLES.flatMap((role) => {
    const sheet = named(role);
    return sheet === undefined || sheet.head.length === 0 ? [] : [{ sheet, role }];
  });
  const withHeaders = sheetsMeant(filled.filter(({ head }) => findHeaderRow(head) !== null));

  if (shipments !== undefined) {
    const wanted = [{ sheet: shipments, role: "shipments" as const }, ...children];
    return choice(fileName, children.length > 0 ? "workbook" : "flat", wanted, filled);
  }
  const [only, second] = withHeaders;
  if (only !== undefined && second === undefined) {
    return choice(fileName, "flat", [{ sheet: only, role: "shipments" }], filled);
  }
  return refuse(fileName, filled, withHeaders);
}

/**
 * Of sheets that have a header row those with the template's own headers; where there is none, those
 * that name a shipment. The others are lists of codes, of partners, of settings.
 */
export function sheetsMeant(sheets: readonly SheetHead[]): readonly SheetHead[] {
  const withOurs = sheets.filter(({ head }) => findRowOf(head, templateHeaders) !== null);
  if (withOurs.length > 0) return withOurs;
  const ofShipments = sheets.filter(({ head }) => namesShipment(findHeaderRow(head)));
  return ofShipments.length > 0 ? ofShipments : sheets;
}

function namesShipment(row: SheetRow | null): boolean {
  return (row?.cells ?? []).some((cell) => {
    const reading = readHeaderName(cell?.value ?? "");
    const fields = reading.kind === "certain" ? [reading.field] : [];
    const likely = reading.kind === "likely" ? reading.fields : [];
    return [...fields, ...likely].some(({ header }) => header === "External reference");
  });
}

function choice(
  fileName: string,
  layout: Layout,
  wanted: readonly { readonly sheet: SheetHead; readonly role: SheetRole }[],
  filled: readonly SheetHead[],
): SheetChoice {
  const found = wanted.map(({ sheet, role }) => ({
    sheet,
    role,
    headerRow: findHeaderRow(sheet.head),
  }));
  const chosen = found.flatMap(({ headerRow, ...rest }) =>
    headerRow === null ? [] : [{ ...rest, header: readHeaderRow([headerRow]), profile: null }],
  );
  const missing = found.filter(({ headerRow }) => headerRow === null);
  const unread = filled.filter((sheet) => wanted.every((entry) => entry.sheet !== sheet));
  const findings = [
    ...missing.map(({ sheet }) => headerMissing(fileName, sheet)),
    ...unread.map((sheet) => sheetLeftOut(fileName, sheet)),
  ];
  return missing.length > 0
    ? { layout: null, sheets: [], findings }
    : { layout, sheets: chosen, findings };
}

export function noRows(fileName: string): SheetChoice {
  const message = `${fileName} holds no rows`;
  const place = { file: fileName, sheet: null };
  return { layout: null, sheets: [], findings: [makeFinding("file-empty", place, { message })] };
}

function refuse(
  fileName: string,
  filled: readonly SheetHead[],
  withHeaders: readonly SheetHead[],
): SheetChoice {
  if (filled.length === 0) return noRows(fileName);
  if (withHeaders.length === 0) {
    const findings = filled.map((sheet) => headerMissing(fileName, sheet));
    return { layout: null, sheets: [], findings };
  }
  const finding = makeFinding(
    "sheet-missing",
    { file: fileName, sheet: null },
    {
      message: `Sheets ${namesOf(withHeaders)} have our headers, but none of them is named Shipments`,
      hint: `Name the sheet that holds the shipments Shipments; to read several, list them under \`sheet\` in a profile (${profileInit(fileName)} drafts one)`,
    },
  );
  return { layout: null, sheets: [], findings: [finding] };
}

/** Shape: `\`March\`, \`April\``. */
export function namesOf(sheets: readonly SheetHead[]): string {
  return sheets.map(({ name }) => `\`${name}\``).join(", ");
}

export function headerMissing(fileName: string, sheet: SheetHead): Finding {
  const survey = surveySheet(sheet.name, sheet.head);
  const likely = likelyHeaderRow(sheet.head);
  const rowNumber = survey?.headerRows[0] ?? likely?.rowNumber;
  return makeFinding(
    "header-missing",
    {
      file: fileName,
      sheet: sheet.name,
      ...(rowNumber === undefined ? {} : { row: rowNumber }),
    },
    {
      message: `Sheet ${sheet.name} has no row with headers that are known`,
      ...headerHint(fileName, survey, likely),
    },
  );
}

/** A profile for headers that are like ours; the template for those that are nearly the template's. */
function headerHint(
  fileName: string,
  survey: SheetSurvey | null,
  likely: SheetRow | null,
): { readonly hint?: string } {
  const draft = `${profileInit(fileName)} writes a profile that reads them`;
  const [first, second] = survey?.headerRows ?? [];
  if (first !== undefined && second !== undefined) {
    return { hint: `${fileName} seems to have two header rows, ${first} and ${second}: ${draft}` };
  }
  const texts = survey?.columns.map(({ cell }) => cell.text) ?? textsOf(likely);
  const row = first ?? likely?.rowNumber;
  if (row === undefined) return {};
  const shown = texts.map((text) => `\`${text}\``).join(", ");
  const template = "`cas-batch template` writes a file that has them";
  return {
    hint: `Row ${row} looks like it (${shown}): correct its headers; ${survey === null ? template : `${template}, ${draft}`}`,
  };
}

function textsOf(row: SheetRow | null): readonly string[] {
  return (row?.cells ?? []).flatMap((cell) => {
    const text = cell?.value.trim() ?? "";
    return text === "" ? [] : [text];
  });
}

function sheetLeftOut(fileName: string, sheet: SheetHead): Finding {
  const place = { file: fileName, sheet: sheet.name };
  const row = findHeaderRow(sheet.head);
  const isOurs = findRowOf(sheet.head, templateHeaders) !== null || namesShipment(row);
  return row === null || !isOurs
    ? makeFinding("sheet-ignored", place, {
        message: `Sheet ${sheet.name} has none of our headers and was not read`,
      })
    : makeFinding("sheet-not-read", place, {
        message: `Sheet ${sheet.name} has our headers but was not read: only Shipments, Goods items, Packaging and Documents are`,
      });
}
