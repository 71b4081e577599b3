// Adds parts to a workbook: relationships, content types and sheets.
// Source: ECMA-376-1, 12.3 (parts), 18.2 (workbook); ECMA-376-2, 9.3 (relationships), 10.1 (types).
import {
  readWorkbookParts,
  relationshipsPartOf,
  type WorkbookParts,
} from "../../../parse/xlsx/workbook-parts.ts";
import type { SourcePackage } from "./package-file.ts";
import {
  attributesOf,
  elementsNamed,
  escapeXml,
  NotEditableError,
  prefixOf,
  rootTag,
} from "./package-xml.ts";

export interface BookSheet {
  readonly name: string;
  readonly part: string;
}

export interface BookParts extends Pick<
  WorkbookParts,
  "workbookPart" | "stylesPart" | "sharedStringsPart"
> {
  readonly workbookText: string;
  readonly sheets: readonly BookSheet[];
  /** Whether the file keeps to the strict form of the format, which knows no comments with a shape. */
  readonly isStrict: boolean;
}

export async function readBookParts({ xlsx, readText }: SourcePackage): Promise<BookParts> {
  const parts = await readWorkbookParts(xlsx);
  const workbookText = await readText(parts.workbookPart);
  return { ...parts, workbookText, isStrict: workbookText.includes(STRICT_MAIN) };
}

const STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main";
const TRANSITIONAL_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships";
const TRANSITIONAL_RELATIONS =
  "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";

export function mainNamespace({ isStrict }: BookParts): string {
  return isStrict ? STRICT_MAIN : TRANSITIONAL_MAIN;
}

export function relationsNamespace({ isStrict }: BookParts): string {
  return isStrict ? STRICT_RELATIONS : TRANSITIONAL_RELATIONS;
}

/** The relation id of an element: an attribute `id` with a prefix, whichever it is. */
export function relationIdOf(attributes: ReadonlyMap<string, string>): string | null {
  for (const [name, value] of attributes) if (name.endsWith(":id")) return value;
  return attributes.get("id") ?? null;
}

/** Shape: `../comments1.xml`; some programs do not understand targets from the root. */
function relativeTarget(owner: string, part: string): string {
  const from = owner.split("/").slice(0, -1);
  const to = part.split("/");
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}

/** Relations of one part to which others can be added. */
export interface RelationsEdit {
  /** The id of the new relation. `part` is the whole name of what it points at. */
  readonly add: (kind: string, part: string) => string;
  /** The name of the part that holds them. */
  readonly part: string;
  readonly isChanged: () => boolean;
  readonly text: () => string;
}

export async function editRelations(
  source: SourcePackage,
  owner: string,
  book: BookParts,
): Promise<RelationsEdit> {
  const name = source.find(relationshipsPartOf(owner));
  const start =
    name === null
      ? `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="${PACKAGE_RELATIONS}"></Relationships>`
      : await source.readText(name);
  const taken = new Set(
    elementsNamed(start, "Relationship").map(({ tag }) => attributesOf(start, tag).get("Id")),
  );
  let added = "";
  const prefix = prefixOf(rootTag(start));
  return {
    add: (kind, part) => {
      let number = taken.size + 1;
      while (taken.has(`rId${String(number)}`)) number += 1;
      const id = `rId${String(number)}`;
      taken.add(id);
      // Not in the strict form of the standard, so Excel writes its old name there as well.
      const namespace = kind === "vmlDrawing" ? TRANSITIONAL_RELATIONS : relationsNamespace(book);
      added += `<${prefix}Relationship Id="${id}" Type="${namespace}/${kind}" Target="${escapeXml(relativeTarget(owner, part))}"/>`;
      return id;
    },
    part: name ?? relationshipsPartOf(owner),
    isChanged: () => added !== "",
    text: () => insertAtEnd(start, added),
  };
}

/** Content types to which others can be added. */
export interface ContentTypesEdit {
  readonly addPart: (part: string, type: string) => void;
  readonly addExtension: (extension: string, type: string) => void;
  readonly text: () => string;
}

export function editContentTypes(start: string): ContentTypesEdit {
  const prefix = prefixOf(rootTag(start));
  const extensions = new Set(
    elementsNamed(start, "Default").map(({ tag }) =>
      attributesOf(start, tag).get("Extension")?.toLowerCase(),
    ),
  );
  let defaults = "";
  let overrides = "";
  return {
    addPart: (part, type) => {
      overrides += `<${prefix}Override PartName="/${escapeXml(part)}" ContentType="${type}"/>`;
    },
    addExtension: (extension, type) => {
      if (extensions.has(extension)) return;
      extensions.add(extension);
      defaults += `<${prefix}Default Extension="${extension}" ContentType="${type}"/>`;
    },
    text: () => {
      const root = rootTag(start);
      if (root.kind === "empty") return insertAtEnd(start, defaults + overrides);
      const opened = start.slice(0, root.end) + defaults + start.slice(root.end);
      return insertAtEnd(opened, overrides);
    },
  };
}

/** Puts `addition` before the closing tag of the root element. */
function insertAtEnd(text: string, addition: string): string {
  if (addition === "") return text;
  const root = rootTag(text);
  if (root.kind === "empty") {
    const opened = text.slice(root.start, root.end).replace(/(?<!\s)\s*\/>$/, ">");
    return `${text.slice(0, root.start)}${opened}${addition}</${root.rawName}>${text.slice(root.end)}`;
  }
  const close = text.lastIndexOf(`</${root.rawName}`);
  if (close < 0) throw new NotEditableError("Its root element does not end");
  return text.slice(0, close) + addition + text.slice(close);
}

/** A name for a new part that no part has: `xl/comments3.xml`. */
export function freePartName(
  source: SourcePackage,
  taken: Set<string>,
  stem: string,
  extension: string,
): string {
  let number = 1;
  const name = (): string => `${stem}${String(number)}.${extension}`;
  while (source.find(name()) !== null || taken.has(name().toLowerCase())) number += 1;
  taken.add(name().toLowerCase());
  return name();
}

/** The workbook part with one more sheet, the last. `id` is its relation. */
export function insertSheet(book: BookParts, name: string, id: string): string {
  const { workbookText } = book;
  const [list] = elementsNamed(workbookText, "sheets");
  const sheets = elementsNamed(workbookText, "sheet");
  const like = sheets[0];
  if (list === undefined || like === undefined) {
    throw new NotEditableError("Its workbook part names no sheets");
  }
  const numbers = sheets.map(({ tag }) =>
    Number(attributesOf(workbookText, tag).get("sheetId") ?? 0),
  );
  const idName = [...attributesOf(workbookText, like.tag).keys()].find((key) =>
    key.endsWith(":id"),
  );
  if (idName === undefined) throw new NotEditableError("Its sheets have no relations");
  const number = String(Math.max(...numbers) + 1);
  // openpyxl declares the prefix on each sheet anew, so it need not be known here.
  const declaration = `xmlns:${idName.slice(0, -":id".length)}="${relationsNamespace(book)}"`;
  const element = `<${prefixOf(like.tag)}sheet ${declaration} name="${escapeXml(name)}" sheetId="${number}" ${idName}="${escapeXml(id)}"/>`;
  const close = workbookText.lastIndexOf("</", list.end - 1);
  return workbookText.slice(0, close) + element + workbookText.slice(close);
}
