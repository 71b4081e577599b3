// Decides from the head of every sheet how the file is mapped: layout, header rows, columns and the
// members they fill. An error here refuses the file: below a misread header every row would be misread. Its
// rows are read all the same, a mistyped header as what it must be, so that one round shows their mistakes too.
import type { SheetRow } from "../core/cell.ts";
import type { DecimalMark } from "../core/decimal-mark.ts";
import type { Finding } from "../core/finding.ts";
import { kindOf } from "../core/message-kind.ts";
import { customsShipment } from "./catalogue/customs-shipment.ts";
import type { HeaderCell } from "./headers/header-cells.ts";
import { certainField, massUnit } from "./headers/header-names.ts";
import { fieldOf } from "./headers/match-header.ts";
import { languageOf } from "./headers/template-languages.ts";
import { DEFAULT_MESSAGE_TYPE, type FieldLevel } from "./model/levels.ts";
import { makeFinding } from "./model/make-finding.ts";
import type { KnownSlots, MappingPlan, PlanColumn, SheetPlan } from "./model/mapping-plan.ts";
import type {
  CatalogueField,
  KnownMember,
  MessageCatalogue,
  SheetRole,
} from "./model/message-catalogue.ts";
import { withSeverities } from "./model/severity.ts";
import { chooseProfileSheets } from "./plan/choose-profile-sheets.ts";
import { chooseSheets, type ChosenSheet, type SheetChoice } from "./plan/choose-sheets.ts";
import { columnCompiler, type ColumnCompiler, type FileMark } from "./plan/compile-column.ts";
import { constantDirection, constantHeaders, fixConstants } from "./plan/constants.ts";
import type { HeaderPlace, HiddenColumn } from "./plan/header-findings.ts";
import { profileHeaderReader, templateHeaderReader } from "./plan/header-meaning.ts";
import { createMemberSlots, type MemberSlots } from "./plan/member-slots.ts";
import { planColumns } from "./plan/plan-columns.ts";
import { planKind } from "./plan/plan-kind.ts";
import { planSheetRules, type SheetRules } from "./plan/plan-sheet-rules.ts";
import { matchProfileHeaders, type ProfileHeaders } from "./plan/profile-headers.ts";
import { textColumns } from "./plan/text-columns.ts";
import { judgeUnknownColumns } from "./plan/unknown-columns.ts";
import type { Profile, SheetProfile } from "./profile/profile.ts";
import { targetOf } from "./profile/target.ts";
import type { StoredValue } from "./model/value-rule.ts";
import { reasonColumnOf } from "./rows/incomplete-rows.ts";

export interface MappingInput {
  readonly fileName: string;
  /** Whether it is delimited text, whose rows may be longer than their headers by mistake. */
  readonly isText?: boolean | undefined;
  readonly formulasMaybeStale?: boolean | undefined;
  readonly decimalMark: DecimalMark;
  /** A person named the mark, so it is not inferred. */
  readonly decimalMarkIsNamed?: boolean | undefined;
  readonly decimalMarkIsGuess?: boolean | undefined;
  readonly sheets: readonly {
    readonly name: string;
    /** The first `HEADER_SEARCH_ROWS` non-blank rows. */
    readonly head: readonly SheetRow[];
  }[];
  /** Left out: the default template. */
  readonly profile?: Profile | null;
}

function fileMark(input: MappingInput): FileMark {
  const { decimalMark, decimalMarkIsNamed = false, decimalMarkIsGuess = false } = input;
  return {
    decimalMark,
    decimalMarkIsNamed,
    decimalMarkIsGuess,
    isDelimited: input.isText === true,
  };
}

export function planMapping(given: MappingInput): MappingPlan {
  const input = { ...given, sheets: given.sheets.filter(({ name }) => !isNotesSheet(name)) };
  const catalogue = customsShipment;
  const profile = input.profile ?? null;
  if (profile !== null && !kindOf(profile.kind).isDirected) {
    return planKind(input, profile, fileMark(input));
  }
  const choice =
    profile === null
      ? chooseSheets(input.fileName, input.sheets)
      : chooseProfileSheets(input.fileName, input.sheets, profile);
  const messageType = profile?.messageType ?? DEFAULT_MESSAGE_TYPE;
  const fixed = constantHeaders(profile?.constants ?? []);
  const compiler = columnCompiler(profile, fileMark(input));
  const asWritten = planSheets({ ...input, profile, compiler, fixed, choice, readAs: new Map() });
  const findings = withSeverities([...choice.findings, ...asWritten.findings], profile?.severities);
  const isRefused = findings.some(({ severity }) => severity === "error");
  const doubtful = isRefused ? asWritten.hidden : [];
  const readAs = new Map<HeaderCell, string | null>();
  for (const { readAs: as, notRead = [] } of doubtful) {
    if (as !== undefined) readAs.set(as.cell, as.header);
    for (const cell of notRead) readAs.set(cell, null);
  }
  const { slots, sheets, isWhole } =
    readAs.size === 0
      ? asWritten
      : planSheets({ ...input, profile, compiler, fixed, choice, readAs });
  const layout = isWhole ? choice.layout : null;
  return {
    kind: catalogue.kind,
    catalogue,
    fileName: input.fileName,
    layout,
    isRefused,
    sheets: layout === null ? [] : sheets,
    findings,
    slots: slots.slots,
    trees: slots.trees,
    known: knownSlots(catalogue, slots),
    namesSheetInSources: input.sheets.length > 1,
    messageType,
    direction: constantDirection(profile?.constants ?? []),
    constants: fixed,
    hidden: new Set(doubtful.flatMap(({ fields, isSlip }) => (isSlip === true ? [] : fields))),
    emptyCellDeletes: profile?.emptyCell === "delete",
    severities: profile?.severities,
    formulasMaybeStale: input.formulasMaybeStale === true,
  };
}

/** An annotated copy may hold a sheet of ours; the copy goes in again as it is. */
function isNotesSheet(name: string): boolean {
  return name.toLowerCase() === "cas-batch notes";
}

function requiredHeaders(
  catalogue: MessageCatalogue,
  role: SheetRole,
  sheets: readonly ChosenSheet[],
): readonly string[] {
  const hasItemSheet = sheets.some((sheet) => sheet.role === "goods items");
  const ofItems = role === "shipments" && !hasItemSheet ? ["Goods description"] : [];
  return [...catalogue.requiredHeaders[role], ...ofItems];
}

interface SheetsInput extends Omit<MappingInput, "profile"> {
  readonly profile: Profile | null;
  readonly compiler: ColumnCompiler;
  /** Headers of the template that a constant fills. */
  readonly fixed: ReadonlyMap<string, StoredValue>;
  readonly choice: SheetChoice;
  /** Headers at fault, and what they are read as instead; null for a column that is not read. */
  readonly readAs: ReadonlyMap<HeaderCell, string | null>;
}

interface PlannedSheets {
  readonly slots: MemberSlots;
  readonly sheets: readonly SheetPlan[];
  readonly hidden: readonly HiddenColumn[];
  /** Whether it is known which rows are read. */
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
}

function planSheets(input: SheetsInput): PlannedSheets {
  const { fileName, profile, fixed, choice } = input;
  const slots = createMemberSlots(customsShipment, profile?.messageType ?? DEFAULT_MESSAGE_TYPE);
  const planned = choice.sheets.map((chosen, sheetIndex) =>
    planSheet(input, chosen, sheetIndex, slots),
  );
  const inFile = new Set([...fixed.keys(), ...planned.flatMap(({ here }) => [...here])]);
  const findings: Finding[] = [];
  const hidden: HiddenColumn[] = [];
  const sheets = planned.map(({ chosen, place, here, unknown, ...rest }): SheetPlan => {
    const required = requiredHeaders(customsShipment, chosen.role, choice.sheets);
    const named = new Set(rest.hidden.flatMap(({ fields }) => fields));
    const judged = judgeUnknownColumns({
      place,
      unknown,
      here,
      inFile,
      masses: rest.masses,
      head: chosen.sheet.head,
      // The finding about a column of the profile, or about two columns of one name, says what is missing.
      required: required.filter((header) => !fixed.has(header) && !named.has(header)),
      isTemplate: (chosen.profile?.columns ?? null) === null,
    });
    findings.push(...rest.findings, ...judged.findings);
    hidden.push(...rest.hidden, ...judged.hidden);
    return { ...rest.sheet, unknownColumns: judged.open };
  });
  if (sheets.length > 0 && profile !== null)
    findings.push(...fixConstants(fileName, profile, slots));
  return { slots, sheets, hidden, isWhole: planned.every(({ isWhole }) => isWhole), findings };
}

interface PlannedSheet {
  readonly chosen: ChosenSheet;
  readonly place: HeaderPlace;
  readonly sheet: Omit<SheetPlan, "unknownColumns">;
  /** Headers of the fields that have a column. */
  readonly here: ReadonlySet<string | undefined>;
  readonly unknown: readonly HeaderCell[];
  readonly masses: readonly HeaderCell[];
  readonly hidden: readonly HiddenColumn[];
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
}

function planSheet(
  input: SheetsInput,
  chosen: ChosenSheet,
  sheetIndex: number,
  slots: MemberSlots,
): PlannedSheet {
  const { sheet, role, header, profile } = chosen;
  const profileName = input.profile?.name ?? null;
  const place = {
    fileName: input.fileName,
    sheet: sheet.name,
    header,
    profileName,
    language: profile === null ? languageOf(header.cells) : null,
  };
  const slips = input.profile?.slips ?? [];
  const asRead = new Map(
    header.cells.map((cell) => {
      const text = input.readAs.get(cell) ?? null;
      return [cell, text === null ? cell : { ...cell, text, spanned: text }] as const;
    }),
  );
  const cells = [...asRead.values()];
  const headers = matchProfileHeaders(profile?.columns ?? [], cells);
  const rules =
    profile === null ? noSheetRules : planSheetRules(place, profile, headers, fileMark(input));
  const readHeader =
    profile === null
      ? templateHeaderReader(
          cells,
          input.choice.sheets.flatMap((other) => other.header.cells),
        )
      : profileHeaderReader(profile, headers, cells);
  const planned = planColumns(
    {
      ...place,
      slips,
      readHeader: (cell) =>
        input.readAs.get(cell) === null
          ? { kind: "not-read" }
          : readHeader(asRead.get(cell) ?? cell),
      compiler: input.compiler,
      composed: rules.composed,
    },
    slots,
  );
  const columnOf = (header: CatalogueField["header"]): number =>
    planned.fields.findIndex((field) => field?.header === header);
  const above =
    header.rowNumber === 1 || profile?.headerRows != null
      ? []
      : [
          makeFinding(
            "header-below-first-row",
            { file: input.fileName, sheet: sheet.name, row: header.rowNumber },
            {
              message: `The headers of sheet ${sheet.name} stand in row ${header.rowNumber}; what is above is not read`,
            },
          ),
        ];
  return {
    sheet: {
      sheet: sheet.name,
      role,
      sheetIndex,
      headerRow: header.rowNumber,
      columns: planned.columns,
      columnsOf: {
        shipment: indexesOf(planned.columns, "shipment"),
        item: indexesOf(planned.columns, "item"),
        packaging: indexesOf(planned.columns, "packaging"),
        document: indexesOf(planned.columns, "document"),
      },
      referenceColumn: columnOf("External reference"),
      directionColumn: columnOf("Direction"),
      itemNumberColumn: columnOf("Item number"),
      withHeader:
        profile?.otherColumns === "ignore"
          ? null
          : new Set(header.cells.map(({ columnIndex }) => columnIndex)),
      reasonColumn: reasonColumnOf(header),
      textColumns:
        input.isText === true
          ? textColumns(header, sheet.head, profile?.otherColumns === "ignore")
          : null,
      prepareRow: rules.prepareRow,
    },
    chosen,
    place,
    unknown: planned.unknown,
    masses: cells.filter((cell) => isMassWithoutUnit(cell, profile, headers)),
    here: new Set(planned.fields.map((field) => field?.header)),
    hidden: [...rules.hidden, ...planned.hidden],
    isWhole: rules.isWhole,
    findings: [...above, ...rules.findings, ...planned.findings],
  };
}

/** Read as kilograms because neither its header nor the profile says another unit. */
function isMassWithoutUnit(
  cell: HeaderCell,
  profile: SheetProfile | null,
  headers: ProfileHeaders,
): boolean {
  if (massUnit(cell.text) !== null) return false;
  const column = headers.columnOf(cell);
  if (column !== null) {
    return column.targets.some(
      ({ to, transforms }) =>
        targetOf(to).field?.units !== undefined &&
        !transforms.some(({ kind }) => kind === "multiply"),
    );
  }
  const isNamed = (profile?.columns ?? null) === null || profile?.otherColumns === "match";
  return isNamed && (fieldOf(cell.text) ?? certainField(cell.text))?.units !== undefined;
}

const noSheetRules: SheetRules = {
  composed: [],
  prepareRow: null,
  hidden: [],
  isWhole: true,
  findings: [],
};

function indexesOf(columns: readonly PlanColumn[], level: FieldLevel): readonly number[] {
  return columns.flatMap((column, index) =>
    column.slot >= 0 && column.level === level ? [index] : [],
  );
}

function knownSlots({ members, totals }: MessageCatalogue, { slots }: MemberSlots): KnownSlots {
  const known = Object.entries(members).map(([name, { level, member }]) => [
    name,
    slots[level].findIndex(({ segments }) => segments.join(".") === member),
  ]);
  // One for each name of the catalogue.
  const all = Object.fromEntries(known) as Record<KnownMember, number>;
  const kinds = ["grossMass", "netMass", "packages", "items"] as const;
  return {
    ...all,
    totals: slots.shipment.flatMap(({ segments }, slot) => {
      const of = kinds.find((kind) => totals[kind].test(String(segments.at(-1))));
      return of === undefined ? [] : [{ slot, of }];
    }),
  };
}
