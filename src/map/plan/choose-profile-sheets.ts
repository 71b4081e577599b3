// Which sheets of a file a profile reads, and where their headers are. The profile is taken at its word:
// a sheet or a row that is missing is an error and never searched for elsewhere.
import type { SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { fitsPattern } from "../../core/text/name-pattern.ts";
import {
  headerMissing,
  isNamedFor,
  isOurOwn,
  namesOf,
  noRows,
  sheetsMeant,
  type ChosenSheet,
  type SheetChoice,
  type SheetHead,
} from "./choose-sheets.ts";
import { findHeaderRow, findRowOf, likelyHeaderRow } from "../headers/find-header-row.ts";
import { readHeaderRow, type HeaderRow } from "../headers/header-cells.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { SheetRole } from "../model/message-catalogue.ts";
import type { Profile, SheetProfile } from "../profile/profile.ts";
import { headerTest } from "./profile-headers.ts";

const ROLES: readonly SheetRole[] = ["shipments", "goods items", "packaging", "documents"];

export function chooseProfileSheets(
  fileName: string,
  all: readonly SheetHead[],
  profile: Profile,
): SheetChoice {
  const filled = all.filter(({ head }) => head.length > 0);
  if (filled.length === 0) return noRows(fileName);
  const findings: Finding[] = [];
  const sheets: ChosenSheet[] = [];
  for (const role of ROLES) {
    const rules = profile.sheets[role];
    if (rules === undefined) continue;
    const found = sheetsOf(fileName, all, role, rules, profile);
    if (found.problem !== null) findings.push(found.problem);
    for (const sheet of found.sheets) {
      // A sheet below Shipments may have no rows tonight; one that holds shipments has some.
      if (sheet.head.length === 0 && role !== "shipments") continue;
      const header = headerOf(sheet, rules);
      if (header === null) findings.push(noHeader(fileName, sheet, rules, profile));
      else sheets.push({ sheet, role, header, profile: rules });
    }
  }
  for (const sheet of filled) {
    if (sheets.some((chosen) => chosen.sheet === sheet)) continue;
    if (findings.some((finding) => finding.sheet === sheet.name) || isOurOwn(sheet)) continue;
    findings.push(
      makeFinding(
        "sheet-ignored",
        { file: fileName, sheet: sheet.name },
        { message: `Sheet ${sheet.name} is not named in ${profile.name} and was not read` },
      ),
    );
  }
  const isRefused = findings.some(({ severity }) => severity === "error");
  return isRefused
    ? { layout: null, sheets: [], findings }
    : { layout: profile.layout, sheets, findings };
}

interface FoundSheets {
  readonly sheets: readonly SheetHead[];
  readonly problem: Finding | null;
}

/** The sheets of one role; none with the problem that says why. */
function sheetsOf(
  fileName: string,
  all: readonly SheetHead[],
  role: SheetRole,
  rules: SheetProfile,
  profile: Profile,
): FoundSheets {
  const missing = (message: string, hint: string): FoundSheets => ({
    sheets: [],
    problem: makeFinding("sheet-missing", { file: fileName, sheet: null }, { message, hint }),
  });
  const these = (sheets: readonly SheetHead[]): FoundSheets => ({ sheets, problem: null });
  const names = rules.names ?? (profile.layout === "workbook" ? [role] : null);
  if (names === null) {
    const candidates = all.filter((sheet) => !isOurOwn(sheet));
    const found = candidates.filter((sheet) => headerOf(sheet, rules) !== null);
    const withHeaders = rules.columns === null ? sheetsMeant(found) : found;
    const [only, second] = withHeaders;
    if (only !== undefined && second === undefined) return these([only]);
    // Where several sheets have the headers, ours is the one of that name, as it is without a profile;
    // unless one beside it holds the goods items of a workbook, which would be lost in silence.
    const ours = candidates.find((sheet) => isNamedFor("shipments", sheet));
    const level = withHeaders.find((sheet) =>
      ROLES.slice(1).some((role) => isNamedFor(role, sheet)),
    );
    if (ours !== undefined && level === undefined && withHeaders.includes(ours)) {
      return these([ours]);
    }
    const [single, further] = candidates.filter(({ head }) => head.length > 0);
    if (only === undefined && single !== undefined && further === undefined) return these([single]);
    return missing(
      only === undefined
        ? `No sheet of ${fileName} has the headers of ${profile.name}; there are ${namesOf(all)}`
        : `${withHeaders.length} sheets of ${fileName} have the headers of ${profile.name}: ${namesOf(withHeaders)}`,
      level === undefined
        ? "Name the sheet in the profile with `sheet`"
        : "Say `layout: workbook` and name the `sheets` in the profile, or the one sheet with `sheet`",
    );
  }
  const found = all.filter(({ name }) => names.some((pattern) => fitsPattern(name, pattern)));
  if (found.length === 0) {
    return missing(
      `${fileName} has no sheet named ${names.join(" or ")}, which ${profile.name} reads; there are ${namesOf(all)}`,
      "Check that the file and the profile belong together, or correct `sheet` in the profile",
    );
  }
  if (found.length > 1 && profile.layout === "workbook") {
    return missing(
      `${found.length} sheets of ${fileName} are named ${names.join(" or ")}: ${namesOf(found)}`,
      "Name one sheet in the profile; only the flat layout reads several",
    );
  }
  return these(found);
}

function headerOf(sheet: SheetHead, rules: SheetProfile): HeaderRow | null {
  if (rules.headerRows !== null) {
    const wanted = rules.headerRows;
    const lines = sheet.head.filter(({ rowNumber }) => wanted.includes(rowNumber));
    // A blank upper line says nothing; without its last line there is no header.
    if (lines.at(-1)?.rowNumber !== wanted.at(-1)) return null;
    return readHeaderRow(lines);
  }
  const row = findRow(sheet.head, rules);
  return row === null ? null : readHeaderRow([row]);
}

function findRow(head: readonly SheetRow[], { columns }: SheetProfile): SheetRow | null {
  if (columns === null) return findHeaderRow(head);
  return findRowOf(head, { isKnown: headerTest(columns), count: columns.length });
}

function noHeader(
  fileName: string,
  sheet: SheetHead,
  { columns, headerRows }: SheetProfile,
  { name }: Profile,
): Finding {
  if (columns === null) return headerMissing(fileName, sheet);
  const headers = columns.map(({ header }) => header);
  if (headerRows !== null) {
    return makeFinding(
      "header-missing",
      { file: fileName, sheet: sheet.name },
      {
        message: `Row ${headerRows.at(-1) ?? 0} of sheet ${sheet.name}, which ${name} says holds the headers, is blank`,
        hint: "Correct `headerRow` in the profile, or leave it out to have the row found",
      },
    );
  }
  const likely = likelyHeaderRow(sheet.head, headers);
  return makeFinding(
    "header-missing",
    {
      file: fileName,
      sheet: sheet.name,
      ...(likely === null ? {} : { row: likely.rowNumber }),
    },
    {
      message: `Sheet ${sheet.name} has no row with the headers of ${name}`,
      hint:
        likely === null
          ? "Check that the file and the profile belong together, or name the row with `headerRow`"
          : `Row ${likely.rowNumber} looks like it: correct its headers, or the profile's columns`,
    },
  );
}
