// Decides from the head of every sheet how the file is mapped: layout, header rows, columns and the
// members they fill. A file with an error here is not mapped at all: below a misread header every row
// would be misread.
import type { SheetRow } from "../core/cell.ts";
import type { DecimalMark } from "../core/decimal-mark.ts";
import type { Finding } from "../core/finding.ts";
import { customsShipment } from "./catalogue/customs-shipment.ts";
import type { HeaderCell } from "./headers/header-cells.ts";
import { DEFAULT_MESSAGE_TYPE, type FieldLevel } from "./model/levels.ts";
import { makeFinding } from "./model/make-finding.ts";
import type {
  KnownSlots,
  Layout,
  MappingPlan,
  PlanColumn,
  SheetPlan,
} from "./model/mapping-plan.ts";
import type {
  CatalogueField,
  KnownMember,
  MessageCatalogue,
  SheetRole,
} from "./model/message-catalogue.ts";
import { withSeverities } from "./model/severity.ts";
import { chooseProfileSheets } from "./plan/choose-profile-sheets.ts";
import { chooseSheets, type ChosenSheet } from "./plan/choose-sheets.ts";
import { columnCompiler, type ColumnCompiler, type FileMark } from "./plan/compile-column.ts";
import { constantDirection, constantHeaders, fixConstants } from "./plan/constants.ts";
import type { HeaderPlace } from "./plan/header-findings.ts";
import { profileHeaderReader, templateHeaderReader } from "./plan/header-meaning.ts";
import { createMemberSlots, type MemberSlots } from "./plan/member-slots.ts";
import { planColumns } from "./plan/plan-columns.ts";
import { planSheetRules, type SheetRules } from "./plan/plan-sheet-rules.ts";
import { matchProfileHeaders } from "./plan/profile-headers.ts";
import { textColumns } from "./plan/text-columns.ts";
import { judgeUnknownColumns } from "./plan/unknown-columns.ts";
import type { Profile } from "./profile/profile.ts";
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
  return { decimalMark, decimalMarkIsNamed, decimalMarkIsGuess };
}

export function planMapping(given: MappingInput): MappingPlan {
  const input = { ...given, sheets: given.sheets.filter(({ name }) => !isNotesSheet(name)) };
  const catalogue = customsShipment;
  const profile = input.profile ?? null;
  const choice =
    profile === null
      ? chooseSheets(input.fileName, input.sheets)
      : chooseProfileSheets(input.fileName, input.sheets, profile);
  const messageType = profile?.messageType ?? DEFAULT_MESSAGE_TYPE;
  const slots = createMemberSlots(catalogue, messageType);
  const constants = profile?.constants ?? [];
  const fixed = constantHeaders(constants);
  const findings: Finding[] = [...choice.findings];
  const compiler = columnCompiler(profile, fileMark(input));
  const headerCells = choice.sheets.flatMap(({ header }) => header.cells);
  const planned = choice.sheets.map((chosen, sheetIndex) =>
    planSheet({ ...input, compiler, headerCells }, chosen, sheetIndex, slots),
  );
  const inFile = new Set([...fixed.keys(), ...planned.flatMap(({ here }) => [...here])]);
  const sheets = planned.map(({ chosen, place, here, unknown, ...rest }): SheetPlan => {
    const required = requiredHeaders(catalogue, chosen.role, choice.sheets);
    const judged = judgeUnknownColumns({
      place,
      unknown,
      here,
      inFile,
      head: chosen.sheet.head,
      required: required.filter((header) => !fixed.has(header)),
      isTemplate: (chosen.profile?.columns ?? null) === null,
    });
    findings.push(...rest.findings, ...judged.findings);
    return { ...rest.sheet, unknownColumns: judged.open };
  });
  if (sheets.length > 0 && profile !== null)
    findings.push(...fixConstants(input.fileName, profile, slots));
  const weighed = withSeverities(findings, profile?.severities);
  const layout: Layout | null = weighed.some(({ severity }) => severity === "error")
    ? null
    : choice.layout;
  return {
    kind: catalogue.kind,
    catalogue,
    fileName: input.fileName,
    layout,
    sheets: layout === null ? [] : sheets,
    findings: weighed,
    slots: slots.slots,
    trees: slots.trees,
    known: knownSlots(catalogue, slots),
    namesSheetInSources: input.sheets.length > 1,
    messageType,
    direction: constantDirection(constants),
    constants: fixed,
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

interface PlannedSheet {
  readonly chosen: ChosenSheet;
  readonly place: HeaderPlace;
  readonly sheet: Omit<SheetPlan, "unknownColumns">;
  /** Headers of the fields that have a column. */
  readonly here: ReadonlySet<string | undefined>;
  readonly unknown: readonly HeaderCell[];
  readonly findings: readonly Finding[];
}

function planSheet(
  input: MappingInput & {
    readonly compiler: ColumnCompiler;
    /** Of all sheets that are read. */
    readonly headerCells: readonly HeaderCell[];
  },
  chosen: ChosenSheet,
  sheetIndex: number,
  slots: MemberSlots,
): PlannedSheet {
  const { sheet, role, header, profile } = chosen;
  const profileName = input.profile?.name ?? null;
  const place = { fileName: input.fileName, sheet: sheet.name, header, profileName };
  const slips = input.profile?.slips ?? [];
  const headers = matchProfileHeaders(profile?.columns ?? [], header.cells);
  const rules =
    profile === null ? noSheetRules : planSheetRules(place, profile, headers, fileMark(input));
  const planned = planColumns(
    {
      ...place,
      slips,
      readHeader:
        profile === null
          ? templateHeaderReader(header.cells, input.headerCells)
          : profileHeaderReader(profile, headers, header.cells),
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
    here: new Set(planned.fields.map((field) => field?.header)),
    findings: [...above, ...rules.findings, ...planned.findings],
  };
}

const noSheetRules: SheetRules = { composed: [], prepareRow: null, findings: [] };

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
