// Which parts a workbook consists of: its sheets in their order, and where styles and shared texts
// lie. Parts are found through relationships, never by their usual names.
// Source: ECMA-376-1, 12.3 (parts), 18.2 (workbook), ECMA-376-2, 9.3 (relationships).
import { fileFinding, unreadable } from "../text/file-finding.ts";
import type { Finding } from "../../core/finding.ts";
import { readElements } from "../package/scan-part.ts";
import { partName, type XlsxPackage } from "../package/xlsx-package.ts";
import { xmlAttributes } from "../package/xml-markup.ts";
import { contentOfZip, notWorkbook } from "../package/zip-content.ts";
import { ZipDamagedError, ZipTooLargeError } from "../package/zip-directory.ts";

export interface WorkbookSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly part: string;
}

export interface WorkbookParts {
  readonly workbookPart: string;
  readonly sheets: readonly WorkbookSheet[];
  readonly sharedStringsPart: string | null;
  readonly stylesPart: string | null;
  /** Whether day 0 is 1 January 1904, as on old Macintosh computers. */
  readonly date1904: boolean;
  /** Formulas are to be calculated anew on opening. Source: ECMA-376-1, 18.2.2 (calcPr) */
  readonly recalculates: boolean;
  readonly holdsMacros: boolean;
  readonly findings: readonly Finding[];
}

/** From one part to another; those to the world outside are left out. */
export interface Relationship {
  readonly id: string;
  /** The last segment of the type's address: transitional and strict files differ before it. */
  readonly kind: string;
  /** The part's name as it stands in the file, or as the target names it where there is none. */
  readonly part: string;
}

/** Shape: `xl/worksheets/` of a part there; empty of one at the top. */
function folderOf(part: string): string {
  return part.slice(0, part.lastIndexOf("/") + 1);
}

/** Shape: `xl/worksheets/_rels/sheet1.xml.rels`. */
export function relationshipsPartOf(part: string): string {
  return `${folderOf(part)}_rels/${part.slice(folderOf(part).length)}.rels`;
}

/** Shape: `xl/worksheets/sheet1.xml` for a target in the relationships of `owner`. */
function resolveTarget(owner: string, target: string): string {
  const segments: string[] = [];
  const slashed = target.trim().replaceAll("\\", "/");
  const whole = slashed.startsWith("/") ? slashed : folderOf(owner) + slashed;
  for (const segment of whole.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments.join("/");
}

/**
 * The relationships of a part, or of the package when `owner` is empty.
 * @throws UnreadableFileError when they are damaged
 */
export async function readRelationships(
  xlsx: XlsxPackage,
  owner: string,
): Promise<readonly Relationship[]> {
  const part = partName(xlsx, relationshipsPartOf(owner));
  if (part === null) return [];
  const found: Relationship[] = [];
  await readElements(xlsx, part, (name, text) => {
    if (name !== "Relationship") return;
    const attributes = xmlAttributes(text);
    if (attributes["TargetMode"] === "External") return;
    const target = resolveTarget(owner, attributes["Target"] ?? "");
    found.push({
      id: attributes["Id"] ?? "",
      kind: (attributes["Type"] ?? "").replace(/^.*\//, ""),
      part: partName(xlsx, target) ?? target,
    });
  });
  return found;
}

interface WorkbookContent {
  readonly sheets: { name: string; hidden: boolean; relationId: string | null }[];
  date1904: boolean;
  recalculates: boolean;
}

function isOn(value: string | undefined): boolean {
  return value === "1" || value === "true" || value === "on";
}

async function readWorkbook(xlsx: XlsxPackage, part: string): Promise<WorkbookContent> {
  const content: WorkbookContent = { sheets: [], date1904: false, recalculates: false };
  await readElements(xlsx, part, (name, text) => {
    if (name === "sheet") {
      const attributes = xmlAttributes(text);
      const state = attributes["state"] ?? "visible";
      content.sheets.push({
        name: attributes["name"] ?? "",
        hidden: state !== "visible",
        relationId: attributes["*:id"] ?? null,
      });
    } else if (name === "workbookPr") {
      // Extensions have an element of this name too, which says nothing of dates.
      content.date1904 ||= isOn(xmlAttributes(text)["date1904"]);
    } else if (name === "calcPr") {
      const attributes = xmlAttributes(text);
      content.recalculates =
        isOn(attributes["fullCalcOnLoad"]) || isOn(attributes["forceFullCalc"]);
    }
  });
  return content;
}

/** Relationships to macros, also to those of Excel 4. Source: MS-OFFMACRO2, 2.1 */
const MACRO_KINDS: ReadonlySet<string> = new Set([
  "vbaProject",
  "xlMacrosheet",
  "xlIntlMacrosheet",
]);

/** Whether the package calls its workbook one with macros. Source: ECMA-376-2, 7.2.3 */
async function isMacroType(xlsx: XlsxPackage, workbookPart: string): Promise<boolean> {
  const types = partName(xlsx, "[Content_Types].xml");
  if (types === null) return false;
  let found = false;
  await readElements(xlsx, types, (name, text) => {
    if (name !== "Override") return;
    const attributes = xmlAttributes(text);
    const part = resolveTarget("", attributes["PartName"] ?? "");
    if (part.toLowerCase() !== workbookPart.toLowerCase()) return;
    found = (attributes["ContentType"] ?? "").toLowerCase().includes("macroenabled");
  });
  return found;
}

async function findWorkbookPart(xlsx: XlsxPackage): Promise<string> {
  const relations = await readRelationships(xlsx, "");
  const part = relations.find(({ kind }) => kind === "officeDocument")?.part ?? "xl/workbook.xml";
  if (part.endsWith(".bin")) {
    throw unreadable(
      xlsx.fileName,
      "file-is-xlsb",
      `"${xlsx.fileName}" is a binary Excel workbook (.xlsb), which cannot be read`,
    );
  }
  return part;
}

/**
 * What the workbook consists of.
 * @throws UnreadableFileError when the package is no workbook, is an .xlsb, or is damaged
 */
export async function readWorkbookParts(xlsx: XlsxPackage): Promise<WorkbookParts> {
  const workbookPart = await findWorkbookPart(xlsx);
  const name = partName(xlsx, workbookPart);
  if (
    name === null ||
    !workbookPart.toLowerCase().endsWith(".xml") ||
    !/\bxl\b|workbook/i.test(workbookPart)
  ) {
    const content = contentOfZip(xlsx.entries.keys());
    throw notWorkbook(
      xlsx.fileName,
      content === "workbook" ? "a zip file, but no Excel workbook" : content,
    );
  }
  const relations = await readRelationships(xlsx, name);
  const content = await readWorkbook(xlsx, name);
  const { sheetsMax } = xlsx.limits;

  const sheets: WorkbookSheet[] = [];
  const findings: Finding[] = [];
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const worksheets = relations.flatMap(({ kind, part }) => (kind === "worksheet" ? [part] : []));
  const named = new Set(content.sheets.map(({ relationId }) => byId.get(relationId ?? "")?.part));
  const sheetOf = new Map<string, string>();
  for (const sheet of content.sheets) {
    const relation = byId.get(sheet.relationId ?? "");
    // A chart or dialog sheet has no cells.
    if (relation !== undefined && relation.kind !== "worksheet") continue;
    // So Excel writes a sheet that is no more than the module of a macro; where a part with cells belongs to
    // no other sheet, it may be this one's.
    if (sheet.relationId === "" && !worksheets.some((part) => !named.has(part))) continue;
    if (relation === undefined || !xlsx.entries.has(relation.part)) {
      throw unreadable(
        xlsx.fileName,
        "file-damaged",
        `The workbook "${xlsx.fileName}" is damaged. It names a sheet "${sheet.name}" that it does not hold`,
        { sheet: sheet.name },
      );
    }
    const other = sheetOf.get(relation.part);
    if (other !== undefined) {
      throw new ZipDamagedError(
        `Its sheets "${other}" and "${sheet.name}" are one and the same part`,
      );
    }
    sheetOf.set(relation.part, sheet.name);
    if (sheets.push({ name: sheet.name, hidden: sheet.hidden, part: relation.part }) > sheetsMax) {
      throw new ZipTooLargeError(`It holds more than ${sheetsMax} sheets`);
    }
    if (sheet.hidden) {
      findings.push(
        fileFinding(
          xlsx.fileName,
          "sheet-hidden",
          `The sheet "${sheet.name}" is hidden; it is read like the others`,
          { sheet: sheet.name },
        ),
      );
    }
  }
  // Read without one of these, texts would be missing and dates would be numbers.
  const partOf = (kind: string): string | null => {
    const part = relations.find((relation) => relation.kind === kind)?.part ?? null;
    if (part === null || xlsx.entries.has(part)) return part;
    throw new ZipDamagedError(`It names a part "${part}" that it does not hold`);
  };
  return {
    workbookPart: name,
    sheets,
    sharedStringsPart: partOf("sharedStrings"),
    stylesPart: partOf("styles"),
    date1904: content.date1904,
    recalculates: content.recalculates,
    holdsMacros:
      relations.some(({ kind }) => MACRO_KINDS.has(kind)) || (await isMacroType(xlsx, name)),
    findings,
  };
}
