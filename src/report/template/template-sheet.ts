// One sheet to fill in: the headers, and for the cells below them the format, the drop-down and the
// colour of what is still missing. It holds no row, because every row would be a shipment.
import type { DataValidation, Workbook, Worksheet } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { TemplateColumn, TemplateSheet, TemplateWords } from "../../core/template.ts";
import { listFor, type ValueList } from "./template-lists.ts";
import { columnFormats, missingFill, templateHeaderStyle } from "./template-styles.ts";

/**
 * How far down drop-downs and marks reach; the formats hold for the whole column. More would make
 * the file slow to open in programs that keep a drop-down for each cell.
 */
const LAST_MARKED_ROW = 10_001;
const HEADER_HEIGHT_POINTS = 34;
const WIDTH_MIN = 12;
const WIDTH_MAX = 32;
/** Excel cuts the text of a drop-down's messages there. Unit: UTF-16 code units. */
const PROMPT_MAX = 255;
const PROMPT_TITLE_MAX = 32;

interface RangeValidations {
  readonly add: (range: string, validation: RangeValidation) => void;
}
type RangeValidation = DataValidation & { readonly errorStyle: "warning" };

export function addTemplateSheet(
  workbook: Workbook,
  { name, columns }: TemplateSheet,
  lists: readonly ValueList[],
  words: TemplateWords,
): void {
  const sheet = workbook.addWorksheet(name, {
    views: [{ state: "frozen", ySplit: 1, xSplit: 1 }],
    pageSetup: {
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: "1:1",
    },
  });
  // The formats belong to the columns, so that they hold for empty rows too.
  sheet.columns = columns.map((column) => ({
    width: widthOf(column),
    style: { numFmt: columnFormats[column.type] },
  }));
  sheet.getRow(1).height = HEADER_HEIGHT_POINTS;
  columns.forEach((column, index) => {
    addHeader(sheet, column, index, words);
    addDropDown(sheet, column, index, listFor(lists, column.allowedValues), words);
  });
  addMissingMarks(sheet, columns);
}

/** The header as people see it; reading ignores the mark. Source: docs, The default template. */
export function markedHeader({ header, required }: TemplateColumn): string {
  return required ? `${header} *` : header;
}

function addHeader(
  sheet: Worksheet,
  column: TemplateColumn,
  index: number,
  words: TemplateWords,
): void {
  const cell = sheet.getCell(1, index + 1);
  cell.value = markedHeader(column);
  cell.style = templateHeaderStyle(column.required);
  const example = column.example === "" ? "" : `\n${words.example} ${column.example}`;
  cell.note = {
    texts: [{ text: `${column.required ? `${words.required} ` : ""}${column.note}${example}` }],
  };
}

/** A value off the list is warned about, not forbidden: lists grow, and `check` has the last word. */
function addDropDown(
  sheet: Worksheet,
  { header, note }: TemplateColumn,
  index: number,
  list: ValueList | null,
  { notOnList }: TemplateWords,
): void {
  if (list === null) return;
  validationsOf(sheet).add(below(index), {
    type: "list",
    allowBlank: true,
    formulae: [list.name],
    showInputMessage: true,
    promptTitle: header.slice(0, PROMPT_TITLE_MAX),
    prompt: note.slice(0, PROMPT_MAX),
    showErrorMessage: true,
    errorStyle: "warning",
    errorTitle: header.slice(0, PROMPT_TITLE_MAX),
    error: notOnList,
  });
}

/** Colours required cells that are empty, and carry nothing on, in rows that are not. */
function addMissingMarks(sheet: Worksheet, columns: readonly TemplateColumn[]): void {
  const row = `$A2:$${columnLetters(columns.length - 1)}2`;
  columns.forEach(({ required, carriedAs }, index) => {
    if (!required) return;
    const conditions = [
      `COUNTA(${row})>0`,
      isBlank(index),
      ...(carriedAs === undefined ? [] : [standsForNothing(columns, index, carriedAs)]),
    ];
    sheet.addConditionalFormatting({
      ref: below(index),
      rules: [
        {
          type: "expression",
          priority: 1,
          formulae: [`AND(${conditions.join(",")})`],
          style: { fill: missingFill },
        },
      ],
    });
  });
}

/** A formula: whether no row says what a blank cell in the first row below the headers stands for. */
function standsForNothing(
  columns: readonly TemplateColumn[],
  index: number,
  carriedAs: NonNullable<TemplateColumn["carriedAs"]>,
): string {
  if (carriedAs === "reference") return isFirst(index);
  const reference = columns.findIndex((column) => column.carriedAs === "reference");
  if (reference < 0) return "TRUE";
  const ofShipment = `IF(${isBlank(reference)},${isFirst(index)},${countWith([reference], index)}=0)`;
  if (carriedAs === "item") return describesNoItem(columns, index, reference, ofShipment);
  return `IF(${isBlank(reference)},${isFirst(reference)},${countWith([reference], index)}=0)`;
}

/**
 * A formula: whether a row without a description is no further row of a described goods item. A row with goods
 * of its own is one of an item of its shipment, or right below it; one with a packaging or a document only may
 * stand anywhere.
 */
function describesNoItem(
  columns: readonly TemplateColumn[],
  index: number,
  reference: number,
  isFirstOfShipment: string,
): string {
  const cellsOf = (...kinds: readonly TemplateColumn["about"][]): string => {
    const cells = columns.flatMap(({ about }, at) =>
      kinds.includes(about) && at !== index ? [cellOf(at)] : [],
    );
    return cells.length === 0 ? "0" : `COUNTA(${cells.join(",")})`;
  };
  const goods = `${cellsOf("item")}>0`;
  const withoutNumber = `OR(${goods},${cellsOf("packaging", "document")}=0,${isFirstOfShipment})`;
  const number = columns.findIndex(({ about }) => about === "item number");
  if (number < 0) return withoutNumber;
  const isAbove = `${cellOf(number)}=$${columnLetters(number)}1`;
  const ofItem = `IF(${isBlank(reference)},NOT(${isAbove}),${countWith([reference, number], index)}=0)`;
  const withNumber = `IF(${goods},${ofItem},${countWith([number], index)}=0)`;
  return `IF(${isBlank(number)},${withoutNumber},${withNumber})`;
}

/** A formula: how many rows have a text in a column, and what this row has in others. */
function countWith(same: readonly number[], index: number): string {
  const conditions = same.map((at) => `${allOf(at)},${cellOf(at)},`).join("");
  return `COUNTIFS(${conditions}${allOf(index)},"?*")`;
}

function cellOf(index: number): string {
  return `$${columnLetters(index)}2`;
}

function isBlank(index: number): string {
  return `LEN(TRIM(${cellOf(index)}))=0`;
}

/** A formula: whether only the header stands above. */
function isFirst(index: number): string {
  const letters = columnLetters(index);
  return `COUNTA($${letters}$1:$${letters}1)=1`;
}

function allOf(index: number): string {
  const letters = columnLetters(index);
  return `$${letters}$2:$${letters}$${String(LAST_MARKED_ROW)}`;
}

/** The validations of whole ranges, which the library has and its types do not declare. */
function validationsOf(sheet: Worksheet): RangeValidations {
  return (sheet as unknown as { readonly dataValidations: RangeValidations }).dataValidations;
}

function below(index: number): string {
  const letters = columnLetters(index);
  return `${letters}2:${letters}${String(LAST_MARKED_ROW)}`;
}

function widthOf({ header, example }: TemplateColumn): number {
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, header.length + 4, example.length + 2));
}
