// Builds workbooks byte by byte, so that a test can hold exactly the markup it is about.
import { crc32, deflateRawSync } from "node:zlib";

/** A zip file of these parts. */
export function makeZip(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, packed);
    directory.push(entry, nameBytes);
    offset += local.length + nameBytes.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

export interface WorkbookMarkup {
  /** The markup inside `sheetData`, by sheet name. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly hiddenSheets?: readonly string[];
  /** The markup of the `si` elements. */
  readonly sharedStrings?: string;
  /** Number formats by style number; style 0 is General. */
  readonly formats?: readonly string[];
  readonly workbookProperties?: string;
}

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships";

/** The parts of a workbook with this markup. */
export function workbookParts(markup: WorkbookMarkup): Record<string, string | Buffer> {
  const names = Object.keys(markup.sheets);
  const sheets = names
    .map((name, index) => {
      const state = markup.hiddenSheets?.includes(name) === true ? ' state="hidden"' : "";
      return `<sheet name="${name}" sheetId="${index + 1}"${state} r:id="s${index}"/>`;
    })
    .join("");
  const sheetRelations = names
    .map(
      (_, index) =>
        `<Relationship Id="s${index}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    )
    .join("");
  const formats = markup.formats ?? [];
  const parts: Record<string, string | Buffer> = {
    "_rels/.rels": `<Relationships xmlns="${RELATIONSHIPS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<?xml version="1.0"?><workbook ${MAIN} xmlns:r="${OFFICE}"><workbookPr ${markup.workbookProperties ?? ""}/><sheets>${sheets}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${RELATIONSHIPS}">${sheetRelations}<Relationship Id="x1" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="x2" Type="${OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `<sst ${MAIN}>${markup.sharedStrings ?? ""}</sst>`,
    "xl/styles.xml": `<styleSheet ${MAIN}><numFmts>${formats
      .map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${code}"/>`)
      .join("")}</numFmts><cellXfs><xf numFmtId="0"/>${formats
      .map((_, index) => `<xf numFmtId="${164 + index}"/>`)
      .join("")}</cellXfs></styleSheet>`,
  };
  names.forEach((name, index) => {
    parts[`xl/worksheets/sheet${index + 1}.xml`] =
      `<worksheet ${MAIN}><sheetData>${markup.sheets[name] ?? ""}</sheetData></worksheet>`;
  });
  return parts;
}
