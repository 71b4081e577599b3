// The sheet of lists: the values of every drop-down, each list below the header of its column and with
// a name. Excel limits values inside a drop-down to 255 characters; a named list has no limit.
import type { Workbook } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { TemplateModel } from "../../core/template.ts";
import { listStyle, templateHeaderStyle } from "./template-styles.ts";

const WIDTH = 24;

/** One list of values and the name by which drop-downs know it. */
export interface ValueList {
  readonly name: string;
  /** The header of the first column that uses it. */
  readonly header: string;
  readonly values: readonly string[];
}

/** The lists of a template. Columns with the same values share one. */
export function listsOf({ sheets }: TemplateModel): readonly ValueList[] {
  const lists: ValueList[] = [];
  for (const { header, allowedValues: values } of sheets.flatMap((sheet) => sheet.columns)) {
    if (values.length === 0 || listFor(lists, values) !== null) continue;
    const name = `List_${String(lists.length + 1)}_${header.replace(/[^A-Za-z0-9]+/g, "_")}`;
    lists.push({ name, header, values });
  }
  return lists;
}

/** The list that holds exactly these values. */
export function listFor(lists: readonly ValueList[], values: readonly string[]): ValueList | null {
  const wanted = JSON.stringify(values);
  return lists.find((list) => JSON.stringify(list.values) === wanted) ?? null;
}

export function addLists(workbook: Workbook, name: string, lists: readonly ValueList[]): void {
  if (lists.length === 0) return;
  const sheet = workbook.addWorksheet(name, {
    views: [{ state: "frozen", ySplit: 1, xSplit: 0 }],
  });
  lists.forEach((list, index) => {
    const { header, values } = list;
    sheet.getColumn(index + 1).width = WIDTH;
    [header, ...values].forEach((text, row) => {
      const cell = sheet.getCell(row + 1, index + 1);
      cell.value = text;
      cell.style = row === 0 ? templateHeaderStyle(false) : listStyle;
    });
    const letters = columnLetters(index);
    const range = `${name}!$${letters}$2:$${letters}$${String(values.length + 1)}`;
    workbook.definedNames.add(range, list.name);
  });
}
