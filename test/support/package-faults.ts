// What Excel's own rules ask of a workbook package, checked part by part. Excel repairs or refuses a
// file for such faults where other programs read on, so no reading program shows them.
// Source: ECMA-376-2, 6.2 (parts), 6.5 (relationships), 7.2 (content types); ECMA-376-1, 12.3
// (required parts), 18.2.19 (sheet), 18.3.1.99 (worksheet), 18.8.39 (styleSheet); Excel
// specifications and limits.
import type { SourcePackage } from "../../src/report/annotate/package/package-file.ts";
import { readRelationships, relationshipsPartOf } from "../../src/parse/xlsx/workbook-parts.ts";
import { readBookParts } from "../../src/report/annotate/package/package-parts.ts";
import {
  attributesOf,
  elementsNamed,
  nextTag,
  rootTag,
  type XmlTag,
} from "../../src/report/annotate/package/package-xml.ts";
import { packageAt } from "./steady-files.ts";

/** In the order of CT_Worksheet. */
const WORKSHEET_ORDER = [
  ..."sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection".split(
    " ",
  ),
  ..."protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews".split(" "),
  ..."mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions".split(
    " ",
  ),
  ..."pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches".split(
    " ",
  ),
  ..."ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture".split(" "),
  ..."oleObjects controls AlternateContent webPublishItems tableParts extLst".split(" "),
];
const MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const TYPES_BY_KIND: Readonly<Record<string, string>> = {
  worksheet: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
  styles: "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
  sharedStrings: "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
  comments: "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
  vmlDrawing: "application/vnd.openxmlformats-officedocument.vmlDrawing",
};
const SHEET_NAME_CHARS_MAX = 31;
const LIST_CHARS_MAX = 255;
const FORMAT_COUNT_MAX = 65_490;
const LINK_COUNT_MAX = 65_530;

/** In words; empty when the package is as it should be. */
export async function packageFaults(path: string): Promise<readonly string[]> {
  const source = await packageAt(path);
  const faults: string[] = [];
  const say = (fault: string): void => {
    faults.push(fault);
  };
  try {
    await checkTypes(source, say);
    await checkRelations(source, say);
    await checkBook(source, say);
    return faults;
  } finally {
    await source.close();
  }
}

type Say = (fault: string) => void;

async function contentTypes(source: SourcePackage): Promise<(part: string) => string | undefined> {
  const text = await source.readText("[Content_Types].xml");
  const pairs = (element: string, key: string): readonly (readonly [string, string])[] =>
    elementsNamed(text, element).map(({ tag }) => {
      const attributes = attributesOf(text, tag);
      const name = (attributes.get(key) ?? "").toLowerCase();
      return [name, attributes.get("ContentType") ?? ""];
    });
  const overrides = new Map(pairs("Override", "PartName"));
  const defaults = new Map(pairs("Default", "Extension"));
  return (part) =>
    overrides.get(`/${part.toLowerCase()}`) ??
    defaults.get(part.slice(part.lastIndexOf(".") + 1).toLowerCase());
}

async function checkTypes(source: SourcePackage, say: Say): Promise<void> {
  const typeOf = await contentTypes(source);
  for (const name of source.names) {
    if (name !== "[Content_Types].xml" && typeOf(name) === undefined) say(`${name} has no type`);
  }
  const text = await source.readText("[Content_Types].xml");
  const named = elementsNamed(text, "Override").map(({ tag }) =>
    attributesOf(text, tag).get("PartName"),
  );
  for (const name of named) {
    if (source.find(name?.slice(1) ?? "") === null) say(`A type is given for ${String(name)}`);
    if (named.filter((other) => other === name).length > 1) say(`${String(name)} has two types`);
  }
}

async function checkRelations(source: SourcePackage, say: Say): Promise<void> {
  const typeOf = await contentTypes(source);
  const [main, ...others] = (await readRelationships(source.xlsx, "")).filter(
    ({ kind }) => kind === "officeDocument",
  );
  if (main === undefined || others.length > 0) say("There is not exactly one main document");
  else if (typeOf(main.part) !== MAIN_TYPE) say(`${main.part} is no workbook by its type`);
  for (const owner of ["", ...source.names]) {
    const part = source.find(relationshipsPartOf(owner));
    if (part === null) continue;
    const text = await source.readText(part);
    const internal = elementsNamed(text, "Relationship").filter(
      ({ tag }) => attributesOf(text, tag).get("TargetMode") !== "External",
    );
    const relations = (await readRelationships(source.xlsx, owner)).filter(
      (relation) => source.find(relation.part) !== null,
    );
    if (relations.length !== internal.length) say(`${part} points at a part that is not there`);
    if (new Set(relations.map(({ id }) => id)).size !== relations.length) say(`${part}: ids`);
    for (const relation of relations) {
      const wanted = TYPES_BY_KIND[relation.kind];
      if (wanted !== undefined && typeOf(relation.part) !== wanted) {
        say(`${relation.part} is ${String(typeOf(relation.part))}`);
      }
    }
    if (owner === "" || !owner.endsWith(".xml")) continue;
    const used = [...(await source.readText(owner)).matchAll(/\sr:(?:id|embed)="([^"]*)"/g)];
    const known = new Set(
      elementsNamed(text, "Relationship").map(({ tag }) => attributesOf(text, tag).get("Id")),
    );
    for (const [, id] of used) if (!known.has(id)) say(`${owner} uses a relation ${String(id)}`);
  }
}

async function checkBook(source: SourcePackage, say: Say): Promise<void> {
  const book = await readBookParts(source).catch((error: unknown) => {
    say(String(error));
    return null;
  });
  if (book === null) return;
  const tags = elementsNamed(book.workbookText, "sheet").map(({ tag }) =>
    attributesOf(book.workbookText, tag),
  );
  if (tags.length === 0) say("There is no sheet");
  for (const key of ["name", "sheetId", "r:id"]) {
    const values = tags.map((attributes) => attributes.get(key)?.toLowerCase());
    if (new Set(values).size !== values.length) say(`Two sheets have the same ${key}`);
  }
  for (const attributes of tags) {
    const name = attributes.get("name") ?? "";
    if (name === "" || name.length > SHEET_NAME_CHARS_MAX || /[\\/?*[\]:]|^'|'$/.test(name)) {
      say(`A sheet cannot be named ${name}`);
    }
  }
  const styles = book.stylesPart === null ? null : await checkStyles(source, book.stylesPart, say);
  const shared =
    book.sharedStringsPart === null
      ? 0
      : elementsNamed(await source.readText(book.sharedStringsPart), "si").length;
  for (const { part } of book.sheets) {
    checkSheet(part, await source.readText(part), { shared, ...(styles ?? noStyles) }, say);
  }
}

interface StyleCounts {
  readonly formats: number;
  readonly differential: number;
}
const noStyles: StyleCounts = { formats: 1, differential: 0 };

async function checkStyles(source: SourcePackage, part: string, say: Say): Promise<StyleCounts> {
  const text = await source.readText(part);
  const count = (list: string, item: string): number => {
    const [element] = elementsNamed(text, list);
    if (element === undefined) return 0;
    const items = elementsNamed(text.slice(element.tag.end, element.end), item).length;
    const told = attributesOf(text, element.tag).get("count");
    if (told !== undefined && Number(told) !== items) say(`${part}: ${list} counts ${told}`);
    return items;
  };
  const counts = {
    font: count("fonts", "font"),
    fill: count("fills", "fill"),
    border: count("borders", "border"),
    xf: count("cellStyleXfs", "xf"),
  };
  if (counts.fill < 2) say(`${part}: Excel owns the first two fills`);
  const formats = count("cellXfs", "xf");
  if (formats === 0 || formats > FORMAT_COUNT_MAX) say(`${part}: ${String(formats)} formats`);
  const [list] = elementsNamed(text, "cellXfs");
  const inner = list === undefined ? "" : text.slice(list.tag.end, list.end);
  for (const { tag } of elementsNamed(inner, "xf")) {
    for (const [kind, most] of Object.entries(counts)) {
      const id = Number(attributesOf(inner, tag).get(`${kind}Id`) ?? 0);
      if (id >= Math.max(1, most)) say(`${part}: a format uses ${kind} ${String(id)}`);
    }
  }
  return { formats, differential: count("dxfs", "dxf") };
}

function checkSheet(
  part: string,
  text: string,
  known: StyleCounts & { readonly shared: number },
  say: Say,
): void {
  const order = childNames(text).map((name) => WORKSHEET_ORDER.indexOf(name));
  if (order.some((place, index) => place < (order[index - 1] ?? 0))) {
    say(`${part}: its elements are out of order: ${childNames(text).join(" ")}`);
  }
  const links = elementsNamed(text, "hyperlink").length;
  if (links > LINK_COUNT_MAX) say(`${part}: ${String(links)} links`);
  let lastRow = 0;
  for (const { tag, end } of elementsNamed(text, "row")) {
    const row = Number(attributesOf(text, tag).get("r") ?? lastRow + 1);
    if (row <= lastRow) say(`${part}: row ${String(row)} is out of order`);
    lastRow = row;
    checkCells(part, text.slice(tag.start, end), row, known, say);
  }
  for (const { tag } of elementsNamed(text, "cfRule")) {
    const id = attributesOf(text, tag).get("dxfId");
    if (id !== undefined && Number(id) >= known.differential) say(`${part}: a rule uses dxf ${id}`);
  }
  for (const { tag, end } of elementsNamed(text, "dataValidation")) {
    const formula = /<formula1>([^<]*)</.exec(text.slice(tag.start, end))?.[1] ?? "";
    if (formula.startsWith('"') && formula.length > LIST_CHARS_MAX) say(`${part}: a list too long`);
  }
}

function checkCells(
  part: string,
  row: string,
  rowNumber: number,
  known: StyleCounts & { readonly shared: number },
  say: Say,
): void {
  let lastColumn = 0;
  for (const { tag, end } of elementsNamed(row, "c")) {
    const attributes = attributesOf(row, tag);
    const address = attributes.get("r") ?? "";
    const [, letters = "", digits = ""] = /^([A-Z]{1,3})(\d+)$/.exec(address) ?? [];
    const column = Array.from(letters).reduce(
      (sum, letter) => sum * 26 + letter.charCodeAt(0) - 64,
      0,
    );
    if (address !== "" && (Number(digits) !== rowNumber || column <= lastColumn)) {
      say(`${part}: cell ${address} is out of order`);
    }
    lastColumn = column;
    if (Number(attributes.get("s") ?? 0) >= known.formats) say(`${part}: ${address} has no format`);
    const value = /<v>([^<]*)</.exec(row.slice(tag.start, end))?.[1];
    if (attributes.get("t") === "s" && Number(value) >= known.shared)
      say(`${part}: ${address} text`);
  }
}

/** The names of the elements directly below the root. */
function childNames(text: string): readonly string[] {
  const names: string[] = [];
  const root = rootTag(text);
  let depth = 0;
  for (
    let tag: XmlTag | null = nextTag(text, root.end);
    tag !== null;
    tag = nextTag(text, tag.end)
  ) {
    if (tag.kind === "close") depth -= 1;
    else {
      if (depth === 0) names.push(tag.name);
      if (tag.kind === "open") depth += 1;
    }
  }
  return names;
}
