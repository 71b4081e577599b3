// Plans the columns of one sheet from its header row: what each is read as and which member it fills.
// All findings about headers are made here, before a row is read.
import type { Finding } from "../../core/finding.ts";
import { compileCellReader } from "../cells/cell-reader.ts";
import type { HeaderCell, HeaderRow } from "../headers/header-cells.ts";
import {
  columnText,
  headerFinding,
  profileInit,
  type HeaderPlace,
  type HiddenColumn,
} from "./header-findings.ts";
import { massUnit } from "../headers/header-names.ts";
import { findSlip } from "../catalogue/known-members.ts";
import type { ReadHeader, WantedColumn } from "./header-meaning.ts";
import type { PlanColumn } from "../model/mapping-plan.ts";
import { segmentsText, startsAtKnownMember, type MemberPath } from "../model/member-path.ts";
import type { MemberSlots } from "./member-slots.ts";
import { headerUnit } from "../headers/normalize-header.ts";
import { isHeaderIn } from "../headers/template-languages.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import type { ColumnCompiler } from "./compile-column.ts";
import type { Profile } from "../profile/profile.ts";

interface ColumnsInput {
  readonly fileName: string;
  readonly sheet: string;
  readonly header: HeaderRow;
  readonly profileName: string | null;
  readonly language: HeaderPlace["language"];
  readonly readHeader: ReadHeader;
  readonly compiler: ColumnCompiler;
  /** Paths of the profile that are nearly known ones. */
  readonly slips: Profile["slips"];
  /** Columns that are made of others, in front of those of the file. */
  readonly composed: readonly ComposedColumn[];
}

export interface ComposedColumn {
  readonly cell: HeaderCell;
  readonly partIndexes: readonly number[];
  readonly wanted: WantedColumn;
  readonly read: PlanColumn["read"];
}

/** How the cells of a column are read. */
type ColumnReading = Pick<PlanColumn, "partIndexes" | "byFileMark" | "read">;

interface PlannedColumns {
  readonly columns: readonly PlanColumn[];
  /** The catalogue's header of each column; null for a member named by its path. */
  readonly fields: readonly (CatalogueField | null)[];
  /** Headers that mean nothing to us. */
  readonly unknown: readonly HeaderCell[];
  /** Columns that could not be given a member of their own. */
  readonly hidden: readonly HiddenColumn[];
  readonly findings: readonly Finding[];
}

export function planColumns(input: ColumnsInput, slots: MemberSlots): PlannedColumns {
  const columns: PlanColumn[] = [];
  const fields: (CatalogueField | null)[] = [];
  const findings: Finding[] = [];
  const unknown: HeaderCell[] = [];
  const hidden: HiddenColumn[] = [];
  const seen = new Map<string, HeaderCell>();
  const place: HeaderPlace = input;

  const add = (
    cell: HeaderCell,
    wanted: WantedColumn,
    reading: ColumnReading,
    synonymOf: CatalogueField | null = null,
  ): void => {
    const { path, field, rule } = wanted.target;
    const name = { sheet: input.sheet, letters: cell.letters, text: cell.spanned };
    const twin = path === null ? columns[fields.indexOf(field)] : undefined;
    const taken = slots.take(path, field, name);
    if (taken.kind === "conflict" || twin !== undefined) {
      const other =
        taken.kind === "conflict"
          ? `${taken.with} fills the same member of the message`
          : `column ${twin?.letters ?? ""} \`${twin?.header ?? ""}\` is ${field?.header ?? ""} already`;
      const message = `${columnText(cell)} cannot be filled: ${other}`;
      const hint =
        place.profileName === null
          ? `Delete one of the columns, or write a profile that leaves one out with ${profileInit(place.fileName)}`
          : undefined;
      findings.push(headerFinding(place, "path-conflict", { cell, path, message, hint }));
      if (field !== null) hidden.push({ fields: [field.header] });
      return;
    }
    if (synonymOf !== null && !isHeaderIn(place.language, synonymOf.header, cell.text)) {
      const message = `${columnText(cell)} is read as ${synonymOf.header}`;
      findings.push(headerFinding(place, "header-synonym", { cell, path, message }));
    }
    findings.push(...remarks(input, cell, wanted));
    fields.push(field);
    columns.push({
      columnIndex: cell.columnIndex,
      letters: cell.letters,
      header: cell.spanned,
      level: path?.level ?? "item",
      path,
      slot: taken.slot,
      required: field?.required ?? false,
      kind: rule.kind,
      ...reading,
    });
  };

  for (const { cell, partIndexes, wanted, read } of input.composed) {
    add(cell, wanted, { partIndexes, byFileMark: null, read });
  }
  for (const cell of input.header.cells) {
    const meaning = input.readHeader(cell);
    switch (meaning.kind) {
      case "not-read":
        break;
      case "unknown":
        unknown.push(cell);
        break;
      case "unusable-path": {
        const message = `Column ${cell.letters} \`${cell.text}\` cannot be filled: ${meaning.reason}`;
        findings.push(headerFinding(place, "header-path-unusable", { cell, message }));
        break;
      }
      case "columns": {
        const twin = seen.get(meaning.name);
        if (twin !== undefined) {
          const message = `Columns ${twin.letters} and ${cell.letters} have the same header \`${cell.spanned}\``;
          const path = meaning.wanted[0]?.target.path ?? null;
          const hint =
            input.profileName === null
              ? undefined
              : `Tell them apart in the profile: \`${meaning.name} #1\`, \`${meaning.name} #2\``;
          findings.push(headerFinding(place, "header-doubled", { cell, path, message, hint }));
          hidden.push({
            fields: meaning.wanted.flatMap(({ target: { field } }) => field?.header ?? []),
            notRead: [twin, cell],
          });
          break;
        }
        seen.set(meaning.name, cell);
        for (const wanted of meaning.wanted) {
          const { settings, prepare, byFileMark } = input.compiler(cell.spanned, wanted);
          const read = compileCellReader(cell.spanned, wanted.target.rule, settings, prepare);
          add(cell, wanted, { partIndexes: null, byFileMark, read }, meaning.synonymOf);
        }
        break;
      }
    }
  }

  return { columns, fields, unknown, hidden, findings };
}

/** What does not keep a column from being read. */
function remarks(
  place: ColumnsInput,
  cell: HeaderCell,
  { target, spec }: WantedColumn,
): readonly Finding[] {
  const { field, path } = target;
  const findings: Finding[] = [];
  const isConverted = spec?.transforms.some(({ kind }) => kind === "multiply") === true;
  if (field?.units !== undefined && !isConverted) {
    findings.push(...unitRemarks(place, cell, path, field.header));
  }
  if (spec?.guess === true) {
    const message = `${columnText(cell)} is read as ${spec.to}, which ${place.profileName ?? "the profile"} marks as a guess`;
    findings.push(headerFinding(place, "profile-guess", { cell, path, message }));
  }
  if (field?.group !== undefined && path !== null) {
    const message = `${columnText(cell)} fills the member \`${segmentsText(path.segments)}\`; that name is assumed`;
    findings.push(headerFinding(place, "header-path-assumed", { cell, path, message }));
  }
  const slip = field === null && path !== null ? findSlip(path) : null;
  if (slip !== null) {
    const message = `Column ${cell.letters} \`${cell.spanned}\` is sent as it stands; no member \`${slip.written}\` is known there, the nearest is \`${slip.meant}\``;
    const inProfile = spec === null ? undefined : place.slips.find(({ to }) => to === spec.to);
    const where = inProfile === undefined ? "the header" : inProfile.place;
    const hint = `Write \`${slip.meant}\` in ${where} if that was meant; else there is nothing to do when CAS knows the member`;
    findings.push(headerFinding(place, "header-path-unfamiliar", { cell, path, message, hint }));
  } else if (field === null && path !== null && !startsAtKnownMember(path)) {
    const message = `Column ${cell.letters} \`${cell.spanned}\` is sent as it stands; no such member is known`;
    findings.push(headerFinding(place, "header-unchecked", { cell, path, message }));
  }
  return findings;
}

/** A mass in pounds that is sent as one in kilograms is false; a word that is no unit says little. */
function unitRemarks(
  place: ColumnsInput,
  cell: HeaderCell,
  path: MemberPath | null,
  header: string,
): readonly Finding[] {
  const mass = massUnit(cell.spanned);
  const unit = mass?.unit ?? headerUnit(cell.spanned);
  if (unit === null || mass?.isKilogram === true) return [];
  const message = `${columnText(cell)} is read as ${header}, its unit "${unit}" is not converted`;
  const hint =
    place.profileName === null
      ? `Convert the values to kilograms and rename the column to \`${header}\`, or write a profile that converts them with ${profileInit(place.fileName)}`
      : "Convert it in the profile with a transform such as `multiply: 0.001`";
  const severity = mass === null ? "warning" : "error";
  return [headerFinding(place, "header-unit-differs", { cell, path, message, hint, severity })];
}
