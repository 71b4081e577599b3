// Plans a file of messages of a kind that has no layout of its own: one sheet, whose headers are JSON paths or
// names of the kind's own columns, one of them the key. A plan comes out like that of shipments, so that rows are
// read, brought together, drawn and checked by the same code: the outer list that rows add to takes the place of
// the goods items, the list within it that of the packaging.
import * as z from "zod";
import type { Finding } from "../../core/finding.ts";
import { kindOf, standingType, type MessageKind } from "../../core/message-kind.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { customsShipment } from "../catalogue/customs-shipment.ts";
import { memberRule } from "../catalogue/member-rule.ts";
import { compileCellReader } from "../cells/cell-reader.ts";
import { readHeaderRow, type HeaderCell, type HeaderRow } from "../headers/header-cells.ts";
import { matchHeader } from "../headers/match-header.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { KnownSlots, MappingPlan, PlanColumn } from "../model/mapping-plan.ts";
import type { MessageCatalogue } from "../model/message-catalogue.ts";
import type { ValueRule } from "../model/value-rule.ts";
import { withSeverities } from "../model/severity.ts";
import { isOurOwn, namesOf, noRows, type SheetHead } from "./choose-sheets.ts";
import { columnCompiler, type FileMark } from "./compile-column.ts";
import { columnText, headerFinding, type HeaderPlace } from "./header-findings.ts";
import { createMemberSlots, type MemberSlots } from "./member-slots.ts";
import { planSheetRules } from "./plan-sheet-rules.ts";
import { matchProfileHeaders } from "./profile-headers.ts";
import { textColumns } from "./text-columns.ts";
import type { ColumnTarget, Profile, SheetProfile } from "../profile/profile.ts";
import { fitsPattern } from "../../core/text/name-pattern.ts";
import { reasonColumnOf } from "../rows/incomplete-rows.ts";
import { structureOf, type WrittenPath } from "../kinds/kind-path.ts";
import { keyPathOf, readTarget } from "../kinds/kind-target.ts";

/** Of a file; see `MappingInput`. */
interface KindInput {
  readonly fileName: string;
  readonly isText?: boolean | undefined;
  readonly formulasMaybeStale?: boolean | undefined;
  readonly sheets: readonly SheetHead[];
}

/** A column that fills a member. */
interface FilledColumn {
  readonly cell: HeaderCell;
  readonly written: WrittenPath;
  /** Null: by the data type that the member's name implies. */
  readonly rule: ValueRule | null;
  readonly spec: ColumnTarget | null;
}

interface Sheet {
  readonly head: SheetHead;
  readonly header: HeaderRow;
}

export function planKind(input: KindInput, profile: Profile, fileMark: FileMark): MappingPlan {
  const { fileName } = input;
  const { kind } = profile;
  const rules = profile.sheets.shipments;
  const key = keyPathOf(profile);
  const sheets = input.sheets.filter((sheet) => !isOurOwn(sheet));
  const chosen =
    rules === undefined ? noRows(fileName).findings : chooseSheet(fileName, sheets, rules, profile);
  const nothing = emptyPlan(input, profile);
  if (!("header" in chosen) || rules === undefined) {
    const findings = withSeverities("header" in chosen ? [] : chosen, profile.severities);
    return { ...nothing, findings, isRefused: true };
  }
  const { head, header } = chosen;
  const findings: Finding[] = [];
  const place: HeaderPlace = {
    fileName,
    sheet: head.name,
    header,
    profileName: profile.name === "" ? null : profile.name,
    language: null,
  };
  const filled = readColumns(kind, key, rules, place, findings);
  const structure = structureOf(
    filled.map(({ written }) => written),
    filled.map(({ cell }) => `column ${cell.letters}`),
  );
  for (const { code, at, message } of structure.faults) {
    const cell = filled[at]?.cell;
    if (cell === undefined) continue;
    const words = `${columnText(cell)} cannot be filled: ${message}`;
    findings.push(headerFinding(place, code, { cell, message: words }));
  }
  const keyIndex = filled.findIndex(({ written }) => written.text === key);
  if (keyIndex < 0) findings.push(keyMissing(kind, key, place, filled));
  const headers = matchProfileHeaders(rules.columns ?? [], header.cells);
  const sheetRules = planSheetRules(place, rules, headers, fileMark, () => []);
  findings.push(...sheetRules.findings);

  const lists = listsOf(structure.lists);
  const slots = createMemberSlots({ lists }, null);
  const compiler = columnCompiler(profile, fileMark);
  const isSound = !findings.some(({ severity }) => severity === "error");
  const columns = !isSound
    ? []
    : filled.map((column, at): PlanColumn => {
        const path = structure.paths[at] ?? { level: "shipment", segments: [] };
        const { cell, spec } = column;
        const rule = column.rule ?? memberRule(path);
        const wanted = { target: { path, rule, field: null }, spec };
        const { settings, prepare, byFileMark } = compiler(cell.spanned, wanted);
        const name = { sheet: head.name, letters: cell.letters, text: cell.spanned };
        const taken = slots.take(path, null, name);
        return {
          columnIndex: cell.columnIndex,
          partIndexes: null,
          letters: cell.letters,
          header: cell.spanned,
          level: path.level,
          path,
          slot: taken.kind === "slot" ? taken.slot : -1,
          required: at === keyIndex,
          kind: rule.kind,
          byFileMark,
          read: compileCellReader(cell.spanned, rule, settings, prepare),
        };
      });
  findings.push(...fixConstants(profile, key, fileName, isSound ? slots : null));
  const weighed = withSeverities(findings, profile.severities);
  const isRefused = weighed.some(({ severity }) => severity === "error");
  const layout = isRefused ? null : "flat";
  const indexesOf = (level: PlanColumn["level"]): readonly number[] =>
    columns.flatMap((column, index) => (column.level === level ? [index] : []));
  return {
    ...nothing,
    layout,
    isRefused,
    findings: weighed,
    catalogue: { schema: anyObject, lists },
    slots: slots.slots,
    trees: slots.trees,
    known: { ...nothing.known, reference: columns[keyIndex]?.slot ?? -1 },
    namesSheetInSources: input.sheets.length > 1,
    sheets: isRefused
      ? []
      : [
          {
            sheet: head.name,
            role: "shipments",
            sheetIndex: 0,
            headerRow: header.rowNumber,
            columns,
            columnsOf: {
              shipment: indexesOf("shipment"),
              item: indexesOf("item"),
              packaging: indexesOf("packaging"),
              document: [],
            },
            referenceColumn: keyIndex,
            directionColumn: -1,
            itemNumberColumn: -1,
            withHeader:
              rules.otherColumns === "ignore"
                ? null
                : new Set(header.cells.map(({ columnIndex }) => columnIndex)),
            reasonColumn: reasonColumnOf(header),
            textColumns:
              input.isText === true
                ? textColumns(header, head.head, rules.otherColumns === "ignore")
                : null,
            unknownColumns: [],
            prepareRow: sheetRules.prepareRow,
          },
        ],
  };
}

const anyObject = z.looseObject({});

function emptyPlan(input: KindInput, { kind, severities }: Profile): MappingPlan {
  const slots = createMemberSlots({ lists: [] }, null);
  const unknown = Object.keys(customsShipment.members).map((member) => [member, -1]);
  return {
    kind,
    catalogue: { schema: anyObject, lists: [] },
    fileName: input.fileName,
    layout: null,
    isRefused: false,
    sheets: [],
    findings: [],
    slots: slots.slots,
    trees: slots.trees,
    // Rules speak of shipments alone.
    known: { ...(Object.fromEntries(unknown) as Omit<KnownSlots, "totals">), totals: [] },
    namesSheetInSources: false,
    messageType: standingType(kind) ?? "Upsert",
    direction: null,
    constants: new Map(),
    hidden: new Set(),
    emptyCellDeletes: false,
    severities,
    formulasMaybeStale: input.formulasMaybeStale === true,
  };
}

/** The sheet that has the key among its headers; the only one that has rows where none has. */
function chooseSheet(
  fileName: string,
  sheets: readonly SheetHead[],
  rules: SheetProfile,
  profile: Profile,
): Sheet | readonly Finding[] {
  const names = rules.names;
  const filled = sheets.filter(({ head }) => head.length > 0);
  if (filled.length === 0) return noRows(fileName).findings;
  const meant =
    names === null
      ? filled
      : filled.filter(({ name }) => names.some((pattern) => fitsPattern(name, pattern)));
  const found = meant.flatMap((head): readonly Sheet[] => {
    const header = headerOf(head, rules, profile);
    return header === null ? [] : [{ head, header }];
  });
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const [single, further] = meant;
  const [first] = single?.head ?? [];
  if (only === undefined && single !== undefined && further === undefined && first !== undefined) {
    return { head: single, header: readHeaderRow([first]) };
  }
  const key = keyPathOf(profile);
  const message =
    meant.length === 0
      ? `${fileName} has no sheet named ${(names ?? []).join(" or ")}; there are ${namesOf(filled)}`
      : only === undefined
        ? `No sheet of ${fileName} has the header \`${key}\`; there are ${namesOf(filled)}`
        : `${found.length} sheets of ${fileName} have the header \`${key}\`: ${namesOf(found.map(({ head }) => head))}`;
  const hint = "Name the sheet in a profile with `sheet`, or leave one sheet in the file";
  return [makeFinding("sheet-missing", { file: fileName, sheet: null }, { message, hint })];
}

/** The row that has the key. */
function headerOf(
  { head }: SheetHead,
  { headerRows, columns }: SheetProfile,
  profile: Profile,
): HeaderRow | null {
  if (headerRows !== null) {
    const lines = head.filter(({ rowNumber }) => headerRows.includes(rowNumber));
    return lines.at(-1)?.rowNumber === headerRows.at(-1) ? readHeaderRow(lines) : null;
  }
  const key = keyPathOf(profile);
  for (const row of head) {
    const header = readHeaderRow([row]);
    const named = matchProfileHeaders(columns ?? [], header.cells);
    const isKey = (text: string): boolean => {
      const reading = readTarget(profile.kind, key, text);
      return reading.kind === "target" && reading.written.text === key;
    };
    const has = header.cells.some((cell) =>
      (named.columnOf(cell)?.targets.map(({ to }) => to) ?? [cell.text]).some(isKey),
    );
    if (has) return header;
  }
  return null;
}

function readColumns(
  kind: MessageKind,
  key: string,
  rules: SheetProfile,
  place: HeaderPlace,
  findings: Finding[],
): readonly FilledColumn[] {
  const { cells } = place.header;
  const named = matchProfileHeaders(rules.columns ?? [], cells);
  const seen = new Map<string, HeaderCell>();
  return cells.flatMap((cell): readonly FilledColumn[] => {
    if (matchHeader(cell.text).kind === "ours") return [];
    const column = named.columnOf(cell);
    if (column === null && rules.otherColumns !== "match") {
      if (rules.otherColumns === "report") {
        const message = `${columnText(cell)} is not named in ${place.profileName ?? "the profile"} and is not sent`;
        findings.push(headerFinding(place, "header-unknown", { cell, message }));
      }
      return [];
    }
    const twin = column === null ? seen.get(cell.text) : undefined;
    seen.set(cell.text, cell);
    if (twin !== undefined) {
      const message = `Columns ${twin.letters} and ${cell.letters} have the same header \`${cell.text}\``;
      findings.push(headerFinding(place, "header-doubled", { cell, message }));
      return [];
    }
    const specs: readonly (ColumnTarget | null)[] = column === null ? [null] : column.targets;
    return specs.flatMap((spec) => {
      const reading = readTarget(kind, key, spec?.to ?? cell.text);
      if (reading.kind === "target") {
        return [{ cell, written: reading.written, rule: reading.rule, spec }];
      }
      const message = `${columnText(cell)} cannot be filled: ${reading.reason}`;
      findings.push(headerFinding(place, reading.code, { cell, message }));
      return [];
    });
  });
}

function keyMissing(
  kind: MessageKind,
  key: string,
  place: HeaderPlace,
  filled: readonly FilledColumn[],
): Finding {
  const { noun } = kindOf(kind);
  const near = didYouMean(
    key,
    filled.map(({ written }) => written.text),
    2,
  );
  const inList = filled.some(({ written }) => written.text.replaceAll("[]", "") === key);
  const message = inList
    ? `The member \`${key}\`, which identifies a ${noun}, cannot stand in a list that rows add to`
    : `No column of sheet ${place.sheet} is \`${key}\`, which identifies a ${noun}${near}`;
  return headerFinding(place, "key-column-missing", { message });
}

function listsOf({
  item,
  packaging,
}: ReturnType<typeof structureOf>["lists"]): MessageCatalogue["lists"] {
  return [
    ...(item.length === 0
      ? []
      : [{ name: "items", level: "shipment", segments: item, elements: "item" } as const]),
    ...(packaging.length === 0
      ? []
      : [
          { name: "packaging", level: "item", segments: packaging, elements: "packaging" } as const,
        ]),
  ];
}

/** After all columns: a constant is what is written where no cell says a value. */
function fixConstants(
  { constants, kind }: Profile,
  key: string,
  fileName: string,
  slots: MemberSlots | null,
): readonly Finding[] {
  if (slots === null) return [];
  return constants.flatMap(({ to, value }) => {
    const reading = readTarget(kind, key, to);
    if (reading.kind !== "target") return [];
    const [path] = structureOf([reading.written], [""]).paths;
    const inTheWay =
      path === undefined || path.level !== "shipment"
        ? "a list that rows add to"
        : slots.fix(path, null, value);
    if (inTheWay === null) return [];
    const message = `The constant \`${to}\` cannot be filled: ${inTheWay} fills the same member of the message`;
    return [makeFinding("path-conflict", { file: fileName, sheet: null }, { message })];
  });
}
