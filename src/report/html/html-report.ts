// The report as one page that needs nothing besides itself: no address is asked, and no script but its own runs.
// The same sheets as in the workbook are drawn, row by row; of a long table the first rows, with their number.
import { createHash } from "node:crypto";
import { counted } from "../../core/text/count-words.ts";
import type {
  CellKind,
  Column,
  CellValue,
  PageCell,
  PageRow,
  PageSheet,
  SheetLink,
  TableSheet,
} from "../model/sheet.ts";
import type { ReportForm, Table } from "../model/report-form.ts";
import { TextFile } from "../text/text-file.ts";
import { bar } from "./charts.ts";
import { htmlText } from "./html-text.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";

interface SheetHead {
  readonly name: string;
  /** Of a table. */
  readonly columns?: readonly Pick<Column<never>, "header" | "kind" | "width">[];
  readonly printedColumns?: number;
}

/** What is known before the first row. */
export interface HtmlHead {
  readonly title: string;
  /** In the order in which they follow. */
  readonly sheets: readonly SheetHead[];
  /** The charts, drawn. */
  readonly charts: readonly string[];
  /** How many rows of the sheet `Action needed` need a person. */
  readonly actionNeeded: number;
  /** Beside the page; null when no workbook is written. */
  readonly workbookName: string | null;
  readonly timeText: (at: Date) => string;
}

/** More of them make the page slow on a phone; the workbook has every row. */
const TABLE_ROWS_MAX = 2_000;

/** Starts a new file; there must be none of that name. */
export function createHtmlReport(path: string, head: HtmlHead): ReportForm {
  const file = new TextFile(path);
  const cellText = (kind: CellKind | undefined, value: CellValue): string =>
    valueText(kind, value, head.timeText);
  const workbook =
    head.workbookName === null
      ? "the workbook has all of them"
      : `all of them stand in <a href="${htmlText(encodeURIComponent(head.workbookName))}">${htmlText(head.workbookName)}</a>`;
  let isFirst = true;
  return {
    page: (sheet) => {
      const opening = isFirst ? openingOf(sheet, head) : "";
      isFirst = false;
      const title = `<h2>${htmlText(sheet.name)}</h2>`;
      file.add(
        `${opening}<section id="${slugOf(sheet.name)}">${title}\n<div class="parts">${sectionsOf(sheet, cellText)}</div></section>\n`,
      );
    },
    table: (sheet) => tableOn(file, sheet, cellText, workbook),
    drain: () => file.drain(),
    end: async () => {
      file.add(`</main>\n<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`);
      await file.flush();
    },
    abandon: () => file.close(),
  };
}

function openingOf(first: PageSheet, { title, sheets, charts, actionNeeded }: HtmlHead): string {
  const actions =
    actionNeeded === 0
      ? '<p class="line good">Nothing needs action</p>'
      : `<p class="line bad">${counted(actionNeeded)} to look at: <a href="#action-needed">Action needed</a></p>`;
  const style =
    PAGE_STYLE + sheets.map((sheet) => columnStyles(sheet) + printStyles(sheet)).join("");
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const links = sheets.map(
    ({ name }) => `<li><a href="#${slugOf(name)}">${htmlText(name)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1 class="${first.tone}">${htmlText(first.headline)}</h1>
${actions}
<nav aria-label="Sheets"><ul>${links.join("")}</ul></nav>
</header>
<main>
<div id="charts">
${charts.join("")}</div>
`;
}

/** Source: CSP level 3, 2.3.1: the hash is of the text between the tags. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** On a phone each cell says which column it is of; what is a number stands at the right. */
function columnStyles({ name, columns = [] }: SheetHead): string {
  return columns
    .map(({ header, kind, width }, at) => {
      const cells = `#${slugOf(name)} td:nth-child(${String(at + 1)})`;
      const align = kind === "integer" || kind === "days" ? ";text-align:right" : "";
      const room = kind === "wrapped" ? `;--room:${String(width)}ch` : "";
      return `${cells}{--of:"${cssText(header)}"${align}${room}}\n`;
    })
    .join("");
}

/** On paper a table has the columns, and their shares of the width, that it has on paper from the workbook. */
function printStyles({ name, columns = [], printedColumns = columns.length }: SheetHead): string {
  if (columns.length === 0) return "";
  const slug = `#${slugOf(name)}`;
  const printed = columns.slice(0, printedColumns);
  const sum = printed.reduce((total, { width }) => total + width, 0);
  const shares = printed.map(
    ({ width }, at) =>
      `${slug} th:nth-child(${String(at + 1)}){width:${((width / sum) * 100).toFixed(1)}%}`,
  );
  const others = `${slug} tr>:nth-child(n+${String(printedColumns + 1)}){display:none}`;
  return `@media print{${shares.join("")}${others}}\n`;
}

function cssText(text: string): string {
  return text.replace(/[^\w ()/-]/g, (one) => `\\${(one.codePointAt(0) ?? 0).toString(16)} `);
}

/** Shape: `action-needed`. */
function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

type CellText = (kind: CellKind | undefined, value: CellValue) => string;

function valueText(
  kind: CellKind | undefined,
  value: CellValue,
  timeText: (at: Date) => string,
): string {
  if (value === null) return "";
  if (value instanceof Date) return htmlText(timeText(value));
  if (typeof value === "string") return htmlText(value);
  return kind === "days" ? value.toFixed(1) : counted(value);
}

function tableOn<Row>(
  file: TextFile,
  sheet: TableSheet<Row>,
  cellText: CellText,
  workbook: string,
): Table<Row> {
  const { columns, name, isOpen } = sheet;
  const slug = slugOf(name);
  const headers = columns.map(({ header }) => `<th scope="col">${htmlText(header)}</th>`);
  file.add(
    `<section class="sheet" id="${slug}"><h2>${htmlText(name)}</h2>\n${filtersOf(sheet)}<div class="scroll" tabindex="0" role="region" aria-label="${htmlText(name)}"><table class="rows"><thead><tr>${headers.join("")}</tr></thead><tbody>\n`,
  );
  let rows = 0;
  return {
    addRow: (row) => {
      rows += 1;
      if (rows > TABLE_ROWS_MAX) return;
      const cells = columns.map(({ kind, value, tone, link }) => {
        const content = value(row);
        const text = linked(cellText(kind, content), link?.(row) ?? null);
        const coloured = text === "" || typeof content !== "string" ? undefined : tone?.(row);
        return coloured === undefined ? `<td>${text}</td>` : `<td class="${coloured}">${text}</td>`;
      });
      const state = isOpen === undefined || isOpen(row) ? "" : ' class="d"';
      file.add(`<tr id="${slug}-${String(rows)}"${state}>${cells.join("")}</tr>\n`);
    },
    isFull: () => rows > TABLE_ROWS_MAX,
    end: (rowsInAll = rows) => {
      if (rows === 0) {
        file.add(
          `<tr><td colspan="${String(columns.length)}">${htmlText(sheet.emptyNote)}</td></tr>`,
        );
      }
      const cut =
        rows > TABLE_ROWS_MAX
          ? `<p class="cut">${counted(TABLE_ROWS_MAX)} of ${counted(rowsInAll)} shown; ${workbook}</p>`
          : "";
      file.add(`</tbody></table></div>${cut}</section>\n`);
    },
  };
}

/** A row that is not shown cannot be led to. */
function linked(text: string, link: SheetLink | null): string {
  if (link === null || text === "" || (link.row ?? 0) > TABLE_ROWS_MAX) return text;
  const row = link.row === undefined ? "" : `-${String(link.row)}`;
  return `<a href="#${slugOf(link.sheet)}${row}">${text}</a>`;
}

/** Hidden until the script runs: without it they would do nothing. */
function filtersOf<Row>({ name, columns, isOpen }: TableSheet<Row>): string {
  const options = columns.map(
    ({ header }, at) => `<option value="${String(at)}">${htmlText(header)}</option>`,
  );
  const open =
    isOpen === undefined ? "" : `<label><input type="checkbox"> Only what is open</label>`;
  const about = htmlText(name);
  return `<div class="filters" hidden><input type="search" placeholder="Filter" aria-label="Filter ${about}"><select aria-label="Column to filter ${about} by"><option value="">In any column</option>${options.join("")}</select>${open}<output></output></div>\n`;
}

function sectionsOf({ sections }: PageSheet, cellText: CellText): string {
  return sections
    .map(({ title, headers = [], rows, bars = 0, across: isAcross }) => {
      const cells = rows.flatMap((row) => ("line" in row ? [] : [row.length]));
      const across = Math.max(headers.length, ...cells) + (bars > 0 ? 1 : 0);
      const most = Math.max(1, ...rows.slice(0, bars).map(countOf));
      const heads = headers.map((text, at) => {
        const isLast = at === headers.length - 1;
        const rest = across - at - (bars > 0 ? 1 : 0);
        const span = isLast && rest > 1 ? ` colspan="${String(rest)}"` : "";
        const head = text === "" ? "<td></td>" : `<th scope="col"${span}>${htmlText(text)}</th>`;
        return at === 1 && bars > 0 ? `${head}<td></td>` : head;
      });
      const thead = headers.length === 0 ? "" : `<thead><tr>${heads.join("")}</tr></thead>`;
      const lines = rows.flatMap((row) =>
        "line" in row ? [`<p class="line ${row.tone}">${htmlText(row.line)}</p>`] : [],
      );
      const body = rows.flatMap((row, at) =>
        "line" in row || row.length === 0
          ? []
          : [rowOf(row, across, bars === 0 ? null : { most, isBar: at < bars }, cellText)],
      );
      const sheet =
        body.length === 0
          ? ""
          : `<table class="page">${thead}<tbody>${body.join("\n")}</tbody></table>\n`;
      const heading = title === undefined ? "" : `<h3>${htmlText(title)}</h3>\n`;
      return `<div class="part${isAcross === true ? " whole" : ""}">${heading}${lines.join("\n")}${sheet}</div>`;
    })
    .join("");
}

function countOf(row: PageRow): number {
  const value = "line" in row ? null : row[1]?.value;
  return typeof value === "number" ? value : 0;
}

/** Cells span what they span on the sheet; there the words of the last one run on to the end of the row. */
function rowOf(
  cells: readonly PageCell[],
  across: number,
  bars: { readonly most: number; readonly isBar: boolean } | null,
  cellText: CellText,
): string {
  const last = cells.findLastIndex(({ value }) => value !== null);
  const shown = cells.slice(0, Math.max(1, last + 1));
  const barColumns = bars === null ? 0 : 1;
  const drawn = shown.map(({ value, kind, style = "plain", link = null }, at) => {
    const number = typeof value === "number" && style !== "fact" ? " r" : "";
    const classes = style === "plain" && number === "" ? "" : ` class="${style}${number}"`;
    const isLast = at === shown.length - 1;
    const rest = across - at - (at > 1 ? barColumns : 0) - (at === 1 ? barColumns : 0);
    const span = isLast && at > 0 && rest > 1 ? ` colspan="${String(rest)}"` : "";
    const text = linked(cellText(kind, value), link);
    if (at === 0) {
      return isLast && style === "note"
        ? `<td class="note" colspan="${String(across)}">${text}</td>`
        : `<th scope="row"${classes}>${text}</th>`;
    }
    const drawnBar =
      bars?.isBar === true && at === 1
        ? bar(typeof value === "number" ? value : 0, bars.most, "quiet")
        : "";
    const barCell = bars !== null && at === 1 ? `<td class="bar">${drawnBar}</td>` : "";
    return `<td${classes}${barCell === "" ? span : ""}>${text}</td>${barCell}`;
  });
  return `<tr>${drawn.join("")}</tr>`;
}
