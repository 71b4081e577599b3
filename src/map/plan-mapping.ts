// Reads the head of every sheet and decides how the file is mapped: layout, header rows, columns and
// the members they fill. A file with an error here is not mapped at all: with a header misread, every
// row below it would be misread too.
import type { SheetRow } from "../core/cell.ts";
import type { Finding } from "../core/finding.ts";
import { chooseSheets, type ChosenSheet } from "./choose-sheets.ts";
import type { CatalogueField, FieldLevel } from "./field-catalogue.ts";
import { HEADER_SEARCH_ROWS } from "./find-header-row.ts";
import { makeFinding } from "./make-finding.ts";
import type {
  KnownSlots,
  Layout,
  MappingPlan,
  PlanColumn,
  SheetPlan,
  SheetRole,
} from "./mapping-plan.ts";
import { createMemberSlots, type MemberSlots } from "./member-slots.ts";
import { planColumns } from "./plan-columns.ts";
import { totalSlots } from "./total-slots.ts";

export { HEADER_SEARCH_ROWS };
export type { MappingPlan };

export interface MappingInput {
  readonly fileName: string;
  readonly decimalMark: "." | ",";
  readonly sheets: readonly {
    readonly name: string;
    /** The first `HEADER_SEARCH_ROWS` non-blank rows. */
    readonly head: readonly SheetRow[];
  }[];
}

export function planMapping(input: MappingInput): MappingPlan {
  const choice = chooseSheets(input.fileName, input.sheets);
  const slots = createMemberSlots();
  const findings: Finding[] = [...choice.findings];
  const sheets = choice.sheets.map((chosen, sheetIndex) => {
    const required = requiredHeaders(chosen.role, choice.sheets);
    const planned = planSheet(input, chosen, sheetIndex, required, slots);
    findings.push(...planned.findings);
    return planned.sheet;
  });
  const layout: Layout | null = findings.some(({ severity }) => severity === "error")
    ? null
    : choice.layout;
  return {
    fileName: input.fileName,
    layout,
    sheets: layout === null ? [] : sheets,
    findings,
    slots: slots.slots,
    trees: slots.trees,
    known: knownSlots(slots),
    namesSheetInSources: input.sheets.length > 1,
  };
}

/**
 * On sheets other than Shipments the Direction may be left out: it is that of the shipment with the
 * same reference, as long as there is only one.
 */
function requiredHeaders(role: SheetRole, sheets: readonly ChosenSheet[]): readonly string[] {
  switch (role) {
    case "shipments": {
      const hasItemSheet = sheets.some((sheet) => sheet.role === "goods items");
      return ["External reference", "Direction", ...(hasItemSheet ? [] : ["Goods description"])];
    }
    case "goods items":
      return ["External reference", "Goods description"];
    case "packaging":
    case "documents":
      return ["External reference"];
  }
}

function planSheet(
  input: MappingInput,
  chosen: ChosenSheet,
  sheetIndex: number,
  required: readonly string[],
  slots: MemberSlots,
): { readonly sheet: SheetPlan; readonly findings: readonly Finding[] } {
  const { sheet, role, headerRow } = chosen;
  const planned = planColumns(
    {
      fileName: input.fileName,
      sheet: sheet.name,
      decimalMark: input.decimalMark,
      headerRow,
      below: sheet.head.filter(({ rowNumber }) => rowNumber > headerRow.rowNumber),
      required,
    },
    slots,
  );
  const columnOf = (header: CatalogueField["header"]): number =>
    planned.fields.findIndex((field) => field?.header === header);
  const above =
    headerRow.rowNumber === 1
      ? []
      : [
          makeFinding(
            "header-below-first-row",
            { file: input.fileName, sheet: sheet.name, row: headerRow.rowNumber },
            {
              message: `The headers of sheet ${sheet.name} stand in row ${headerRow.rowNumber}; what is above is not read`,
            },
          ),
        ];
  return {
    sheet: {
      sheet: sheet.name,
      role,
      sheetIndex,
      headerRow: headerRow.rowNumber,
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
    },
    findings: [...above, ...planned.findings],
  };
}

function indexesOf(columns: readonly PlanColumn[], level: FieldLevel): readonly number[] {
  return columns.flatMap((column, index) =>
    column.slot >= 0 && column.level === level ? [index] : [],
  );
}

function knownSlots({ slots }: MemberSlots): KnownSlots {
  const slotOf = (level: FieldLevel, member: string): number =>
    slots[level].findIndex(({ segments }) => segments.join(".") === member);
  return {
    reference: slotOf("shipment", "externalReference"),
    messageType: slotOf("shipment", "messageType"),
    description: slotOf("item", "commodity.description"),
    grossMass: slotOf("item", "goodsMeasure.gmass"),
    netMass: slotOf("item", "goodsMeasure.nmass"),
    amount: slotOf("item", "customsValue.amount"),
    amountCurrency: slotOf("item", "customsValue.currency"),
    invoiceCurrency: slotOf("shipment", "singleAdministrativeDocument.invoiceCurrency"),
    packageType: slotOf("packaging", "type"),
    packageQuantity: slotOf("packaging", "quantity"),
    totals: totalSlots(slots.shipment),
  };
}
