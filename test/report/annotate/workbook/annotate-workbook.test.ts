// Small workbooks written part by part, so that each test holds the markup that it is about.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileNotes, type Fault } from "../../../../src/report/annotate/annotate-notes.ts";
import { annotateWorkbook } from "../../../../src/report/annotate/workbook/annotate-workbook.ts";
import { makeZip } from "../../../parse/make-workbook.ts";
import { hasOpenpyxl, readWithOpenpyxl, temporaryFolder } from "../../outside-programs.ts";
import { openWorkbook } from "../../read-workbook.ts";
import { packageAt, withSteadyFile } from "../../../support/steady-files.ts";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

interface Markup {
  readonly sheet: string;
  /** Replaces the usual one. */
  readonly styles?: string;
  readonly more?: Readonly<Record<string, string | Buffer>>;
  readonly types?: string;
  /** Replaces the usual workbook part. */
  readonly workbook?: string;
  readonly mainNamespace?: string;
}

const styles = `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.000"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" fontId="1" xfId="0" applyNumberFormat="1"><alignment horizontal="center"/></xf><xf numFmtId="49" xfId="0"/></cellXfs></styleSheet>`;

const SHARED = `<Relationship Id="r3" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/>`;

const worksheet = (rows: string, before = "", after = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="${MAIN}" xmlns:r="${OFFICE}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`;

function writeWorkbook({ sheet, more = {}, types = "", ...rest }: Markup): string {
  const main = rest.mainNamespace ?? MAIN;
  const path = join(temporaryFolder(), "book.xlsx");
  writeFileSync(
    path,
    makeZip({
      "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${types}</Types>`,
      "_rels/.rels": relations(
        `<Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>`,
      ),
      "xl/workbook.xml":
        rest.workbook ??
        `<workbook xmlns="${main}" xmlns:r="${OFFICE}"><sheets><sheet name="Shipments" sheetId="1" r:id="r1"/></sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": relations(
        `<Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${OFFICE}/styles" Target="styles.xml"/>${"xl/sharedStrings.xml" in more ? SHARED : ""}`,
      ),
      "xl/worksheets/sheet1.xml": sheet,
      "xl/styles.xml": rest.styles ?? styles,
      ...more,
    }),
  );
  return path;
}

function relations(inside: string): string {
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`;
}

const text = (address: string, value: string, style = 0): string =>
  `<c r="${address}" s="${String(style)}" t="inlineStr"><is><t>${value}</t></is></c>`;

const HEADER_ROW = `<row r="1" spans="1:2">${text("A1", "External reference", 2)}${text("B1", "Gross mass (kg)", 2)}</row>`;
const DATA_ROW = `<row r="2">${text("A2", "PO-1")}<c r="B2" s="1"><v>12.5</v></c></row>`;
const plain = worksheet(HEADER_ROW + DATA_ROW);

const fault = (cell: string | null, more: Partial<Fault> = {}): Fault => ({
  severity: "error",
  sheet: "Shipments",
  row: 2,
  cell,
  message: `Bad ${cell ?? "row"} <&>`,
  hint: "Correct it",
  code: "number-invalid",
  ...more,
});

function notesOf(...faults: readonly Fault[]): FileNotes {
  const notes = new FileNotes();
  for (const one of faults) notes.addFault(one);
  return notes;
}

interface Annotated {
  readonly path: string;
  readonly remarks: readonly string[];
}

async function annotate(
  path: string,
  notes: FileNotes,
  headerRows: Readonly<Record<string, number>> = { Shipments: 1 },
): Promise<Annotated> {
  const copy = join(temporaryFolder(), "book.xlsx");
  return {
    path: copy,
    remarks: await withSteadyFile(path, (file) => annotateWorkbook(file, copy, notes, headerRows)),
  };
}

async function part(path: string, name: string): Promise<string> {
  const source = await packageAt(path);
  try {
    return await source.readText(name);
  } finally {
    await source.close();
  }
}

async function names(path: string): Promise<readonly string[]> {
  const source = await packageAt(path);
  await source.close();
  return source.names;
}

const sheetOf = (path: string): Promise<string> => part(path, "xl/worksheets/sheet1.xml");

async function textsOf(path: string, row: number): Promise<readonly string[]> {
  const sheet = (await openWorkbook(path)).getWorksheet("Shipments");
  const cells: string[] = [];
  sheet?.getRow(row).eachCell({ includeEmpty: true }, (cell) => cells.push(cell.text));
  return cells;
}

describe("annotateWorkbook()", () => {
  it.skipIf(!hasOpenpyxl)(
    "adds its sheet of notes where each sheet declares the prefix of its relation, as openpyxl writes it",
    async () => {
      const workbook = `<workbook xmlns="${MAIN}"><sheets><sheet xmlns:r="${OFFICE}" name="Shipments" sheetId="1" r:id="r1"/></sheets></workbook>`;
      const more = { "xl/sharedStrings.xml": `<sst xmlns="${MAIN}"/>` };
      const types = `<Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/>`;
      const source = writeWorkbook({ sheet: plain, workbook, more, types });
      const ofFile = fault(null, { sheet: null, row: null, message: "Of the file" });
      const { path } = await annotate(source, notesOf(ofFile));
      const sheets = readWithOpenpyxl(path);
      expect(Object.keys(sheets)).toEqual(["Shipments", "cas-batch notes"]);
      expect(JSON.stringify(sheets["cas-batch notes"])).toContain("Of the file");
    },
  );

  it("fills a bad cell and keeps its number format, font and alignment", async () => {
    const { path } = await annotate(writeWorkbook({ sheet: plain }), notesOf(fault("B2")));
    const cell = (await openWorkbook(path)).getWorksheet("Shipments")?.getCell("B2");
    expect(cell?.value).toBe(12.5);
    expect(cell?.fill).toMatchObject({ pattern: "solid", fgColor: { argb: "FFFFC7B8" } });
    expect([cell?.numFmt, cell?.font.bold, cell?.alignment.horizontal]).toEqual([
      "0.000",
      true,
      "center",
    ]);
  });

  it("puts code, message and hint in a comment of the cell", async () => {
    const { path } = await annotate(writeWorkbook({ sheet: plain }), notesOf(fault("B2")));
    const comments = await part(path, "xl/comments1.xml");
    expect(comments).toContain("cas-batch: number-invalid\nBad B2 &lt;&amp;&gt;\n→ Correct it");
    expect(await part(path, "xl/drawings/vmlDrawing1.vml")).toContain(
      "<x:Row>1</x:Row><x:Column>1</x:Column>",
    );
  });

  it("adds its columns right of the last used one, headed like the header beside them", async () => {
    const { path } = await annotate(writeWorkbook({ sheet: plain }), notesOf(fault("B2")));
    expect(await textsOf(path, 1)).toEqual([
      "External reference",
      "Gross mass (kg)",
      "cas-batch outcome",
      "cas-batch reference id",
      "cas-batch status",
      "cas-batch MRN",
      "cas-batch reason",
    ]);
    expect(await textsOf(path, 2)).toEqual([
      "PO-1",
      "12.5",
      "invalid",
      "",
      "",
      "",
      "Shipments!B2: Bad B2 <&>",
    ]);
    expect(await sheetOf(path)).toMatch(/<c r="C1" s="2" t="inlineStr">/);
  });

  it("writes a shipment's outcome beside each of its rows", async () => {
    const notes = notesOf();
    notes.addLine({
      ...{
        outcome: "accepted",
        referenceId: "ref-1",
        status: "Released",
        mrn: "26NL1",
        reason: "",
        reasonWithoutPlaces: "",
      },
      isFailed: false,
      rows: [{ sheet: "Shipments", row: 2 }],
    });
    const { path } = await annotate(writeWorkbook({ sheet: plain }), notes);
    expect((await textsOf(path, 2)).slice(2)).toEqual(["accepted", "ref-1", "Released", "26NL1"]);
  });

  it("copies every part that it does not change, byte for byte", async () => {
    const odd = Buffer.from([0, 255, 1, 254, 13, 10]);
    const more = { "customXml/item1.xml": "<a  b='1' />", "xl/media/image1.png": odd };
    const original = writeWorkbook({ sheet: plain, more });
    const { path } = await annotate(original, notesOf(fault("B2")));
    const source = await packageAt(path);
    const chunks: Buffer[] = [];
    for await (const chunk of source.bytes("xl/media/image1.png")) {
      chunks.push(chunk);
    }
    await source.close();
    expect(Buffer.concat(chunks)).toEqual(odd);
    expect(await part(path, "customXml/item1.xml")).toBe("<a  b='1' />");
    expect(await part(path, "xl/workbook.xml")).toBe(await part(original, "xl/workbook.xml"));
    expect((await names(path))[0]).toBe("[Content_Types].xml");
  });

  it("leaves what stands around the rows as it is written", async () => {
    const before = `<sheetPr><tabColor rgb="FF00FF00"/></sheetPr>`;
    const after = `<mergeCells count="1"><mergeCell ref="A5:B5"/></mergeCells><dataValidations count="1"><dataValidation type="list" sqref="A2"><formula1>"a,b"</formula1></dataValidation></dataValidations><pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>`;
    const sheet = worksheet(HEADER_ROW + DATA_ROW, before, after);
    const { path } = await annotate(writeWorkbook({ sheet }), notesOf(fault("B2")));
    const written = await sheetOf(path);
    expect(written).toContain(before);
    expect(written).toMatch(
      new RegExp(`${after.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}<legacyDrawing `),
    );
  });

  it("puts the comment's drawing before the tables, where the format wants it", async () => {
    const after = `<tableParts count="0"></tableParts>`;
    const sheet = worksheet(HEADER_ROW + DATA_ROW, "", after);
    const { path } = await annotate(writeWorkbook({ sheet }), notesOf(fault("B2")));
    expect(await sheetOf(path)).toMatch(/<legacyDrawing [^>]*\/><tableParts/);
  });

  it("marks a cell that is not there with the format of its column", async () => {
    const cols = `<cols><col min="2" max="2" width="20" style="1" customWidth="1"/></cols>`;
    const sheet = worksheet(`${HEADER_ROW}<row r="2">${text("A2", "PO-1")}</row>`, cols);
    const { path } = await annotate(writeWorkbook({ sheet }), notesOf(fault("B2")));
    const cell = (await openWorkbook(path)).getWorksheet("Shipments")?.getCell("B2");
    expect(cell?.numFmt).toBe("0.000");
    expect(cell?.fill).toMatchObject({ fgColor: { argb: "FFFFC7B8" } });
  });

  it("splits a range of hidden columns that ours lie in", async () => {
    const cols = `<cols><col min="1" max="2" width="9"/><col min="3" max="16384" width="3" hidden="1"/></cols>`;
    const sheet = worksheet(HEADER_ROW + DATA_ROW, cols);
    const { path } = await annotate(writeWorkbook({ sheet }), notesOf(fault("B2")));
    const written = await sheetOf(path);
    expect(written).toContain(
      `<cols><col min="1" max="2" width="9"/><col min="3" max="3" width="18"`,
    );
    expect(written).toContain(`<col min="8" max="16384" width="3" hidden="1"/></cols>`);
  });

  it("works with prefixed elements, rows and cells without addresses, CDATA and comments", async () => {
    const sheet = `<x:worksheet xmlns:x="${MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>External reference</x:t></x:is></x:c><x:c t="str"><x:v>Gross mass (kg)</x:v></x:c></x:row><!-- </x:row> --><x:row><x:c t="inlineStr"><x:is><x:t><![CDATA[</x:row>]]></x:t></x:is></x:c><x:c s="1"><x:v>12.5</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const { path } = await annotate(writeWorkbook({ sheet }), notesOf(fault("B2")));
    const written = await sheetOf(path);
    expect(written).toContain(`<x:c s="3"><x:v>12.5</x:v></x:c><x:c r="C2"`);
    expect(written).toContain("<![CDATA[</x:row>]]>");
    expect(written).toMatch(/<x:legacyDrawing [^>]*\/><\/x:worksheet>$/);
  });

  it("writes a UTF-16 sheet again as UTF-8, and says so in it", async () => {
    const source = plain.replace("UTF-8", "UTF-16").replace("PO-1", "Größe");
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(source, "utf16le")]);
    const more = { "xl/worksheets/sheet1.xml": bytes };
    const { path } = await annotate(writeWorkbook({ sheet: "", more }), notesOf(fault("B2")));
    expect(await sheetOf(path)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
    expect((await textsOf(path, 2))[0]).toBe("Größe");
  });

  it("gives a workbook without styles some", async () => {
    const path = writeWorkbook({ sheet: plain.replaceAll(/ s="\d"/g, "") });
    const bare = join(temporaryFolder(), "bare.xlsx");
    const source = await packageAt(path);
    const parts: Record<string, string> = {};
    for (const name of source.names) {
      if (name !== "xl/styles.xml") parts[name] = await source.readText(name);
    }
    await source.close();
    const rels = "xl/_rels/workbook.xml.rels";
    parts[rels] = (parts[rels] ?? "").replace(/<Relationship Id="r2"[^>]*>/, "");
    const types = "[Content_Types].xml";
    parts[types] = (parts[types] ?? "").replace(/<Override PartName="\/xl\/styles[^>]*>/, "");
    writeFileSync(bare, makeZip(parts));
    const { path: copy } = await annotate(bare, notesOf(fault("B2")));
    const cell = (await openWorkbook(copy)).getWorksheet("Shipments")?.getCell("B2");
    expect(cell?.fill).toMatchObject({ fgColor: { argb: "FFFFC7B8" } });
  });
});

describe("annotateWorkbook() where the styles have not all lists", () => {
  const ORDER = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs"];
  const without = (...names: readonly string[]): string =>
    names.reduce(
      (text, name) => text.replace(new RegExp(`<${name} .*?</${name}>`), ""),
      styles.replace("</styleSheet>", '<dxfs count="0"/></styleSheet>'),
    );
  const oneFill = without("fills").replace(
    "<borders",
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders',
  );

  it.each([
    ["no fills", without("fills")],
    ["one fill", oneFill],
    ["an empty list of fills", without("fills").replace("<borders", "<fills/><borders")],
    ["no fonts", without("fonts")],
    ["no borders", without("borders")],
    ["no cell formats", without("cellXfs")],
    ["no formats of styles", without("cellStyleXfs")],
    ["only number formats", without("fonts", "fills", "borders", "cellStyleXfs", "cellXfs")],
    ["nothing", `<?xml version="1.0"?><styleSheet xmlns="${MAIN}"/>`],
  ])("fills bad cells of a workbook with %s", async (_case, given) => {
    const sheet = given.includes("<xf numFmtId") ? plain : plain.replaceAll(/ s="\d"/g, "");
    const { path, remarks } = await annotate(
      writeWorkbook({ sheet, styles: given }),
      notesOf(fault("B2")),
    );
    expect(remarks).toEqual([]);
    const cell = (await openWorkbook(path)).getWorksheet("Shipments")?.getCell("B2");
    expect(cell?.fill).toMatchObject({ fgColor: { argb: "FFFFC7B8" } });
    if (sheet === plain) expect(cell?.numFmt).toBe("0.000");
    const written = await part(path, "xl/styles.xml");
    const lists = [...written.matchAll(/<(\w+)/g)].flatMap(([, name = ""]) =>
      ORDER.includes(name) ? [name] : [],
    );
    expect(lists).toEqual(ORDER.filter((name) => lists.includes(name)));
    // Excel takes the first two fills for none and grey, whatever stands there.
    expect(written).toMatch(/"none"\/><\/fill><fill><patternFill patternType="gray125"/);
  });

  it("writes the lists with the prefix of the styles", async () => {
    const given = `<x:styleSheet xmlns:x="${MAIN}"><x:dxfs count="0"/></x:styleSheet>`;
    const sheet = plain.replaceAll(/ s="\d"/g, "");
    const { path } = await annotate(writeWorkbook({ sheet, styles: given }), notesOf(fault("B2")));
    const written = await part(path, "xl/styles.xml");
    expect(written).toContain('<x:fgColor rgb="FFFFC7B8"/>');
    expect(written).not.toMatch(/<(?!\/?x:)/);
  });

  it("says once why nothing is coloured when the styles are not sound", async () => {
    const broken = styles.replace("</fills>", "");
    const { remarks } = await annotate(
      writeWorkbook({ sheet: plain, styles: broken }),
      notesOf(fault("B2")),
    );
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toContain("No cells are coloured");
  });
});

describe("annotateWorkbook() on a copy of its own", () => {
  it("replaces its columns, fills and comments", async () => {
    const first = await annotate(writeWorkbook({ sheet: plain }), notesOf(fault("B2")));
    const again = notesOf(fault("A2", { severity: "warning", message: "Odd" }));
    const second = await annotate(first.path, again);
    expect(await textsOf(second.path, 1)).toHaveLength(7);
    expect((await textsOf(second.path, 2)).slice(2)).toEqual([
      "left out",
      "",
      "",
      "",
      "Shipments!A2: Odd",
    ]);
    const sheet = (await openWorkbook(second.path)).getWorksheet("Shipments");
    expect(sheet?.getCell("B2").fill).not.toMatchObject({ pattern: "solid" });
    expect(sheet?.getCell("B2").numFmt).toBe("0.000");
    expect(sheet?.getCell("A2").fill).toMatchObject({ fgColor: { argb: "FFFFE8A3" } });
    const comments = await part(second.path, "xl/comments1.xml");
    expect(comments.match(/<comment /g)).toHaveLength(1);
    const shapes = await part(second.path, "xl/drawings/vmlDrawing1.vml");
    expect(shapes.match(/<v:shape /g)).toHaveLength(1);
    expect(shapes).toContain("<x:Column>0</x:Column>");
  });

  it("takes everything of its own away when nothing is left to say", async () => {
    const first = await annotate(writeWorkbook({ sheet: plain }), notesOf(fault("B2")));
    const { path } = await annotate(first.path, notesOf());
    expect((await textsOf(path, 2)).filter((shown) => shown !== "")).toEqual(["PO-1", "12.5"]);
    expect(await part(path, "xl/comments1.xml")).not.toContain("<comment ");
    expect(await part(path, "xl/drawings/vmlDrawing1.vml")).not.toContain("<v:shape ");
  });

  it("knows its columns when another program put their headers among the shared texts", async () => {
    const shared = `<sst xmlns="${MAIN}"><si><t>cas-batch outcome</t></si><si><r><t>CAS-Batch</t></r><r><t> reason </t></r></si></sst>`;
    const sheet = worksheet(
      `<row r="1">${text("A1", "External reference")}<c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row><row r="2">${text("A2", "PO-1")}${text("B2", "invalid")}${text("C2", "old")}</row>`,
    );
    const original = writeWorkbook({ sheet, more: { "xl/sharedStrings.xml": shared } });
    const { path } = await annotate(original, notesOf(fault("A2", { message: "New" })));
    expect(await textsOf(path, 1)).toEqual([
      "External reference",
      "cas-batch outcome",
      "cas-batch reason",
      "cas-batch reference id",
      "cas-batch status",
      "cas-batch MRN",
    ]);
    expect(await textsOf(path, 2)).toEqual(["PO-1", "invalid", "Shipments!A2: New"]);
  });
});

const SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels";
const withDrawing = worksheet(HEADER_ROW + DATA_ROW, "", `<legacyDrawing r:id="d1"/>`);
const drawing = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202"><br><x:ClientData ObjectType="Note"><x:Row>1</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>`;

function commented(author: string, more: Readonly<Record<string, string>> = {}): string {
  return writeWorkbook({
    sheet: withDrawing,
    types: `<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Override PartName="/xl/notes.xml" ContentType="${TYPE}.comments+xml"/>`,
    more: {
      [SHEET_RELATIONS]: relations(
        `<Relationship Id="d1" Type="${OFFICE}/vmlDrawing" Target="../shapes.vml"/><Relationship Id="c1" Type="${OFFICE}/comments" Target="/xl/notes.xml"/>`,
      ),
      "xl/notes.xml": `<comments xmlns="${MAIN}"><authors><author>${author}</author></authors><commentList><comment ref="B2" authorId="0"><text><t>Weighed by Ann</t></text></comment></commentList></comments>`,
      "xl/shapes.vml": drawing,
      ...more,
    },
  });
}

describe("annotateWorkbook() with comments of the user", () => {
  it("adds its text below a comment that is there, and takes only that away again", async () => {
    const first = await annotate(commented("Ann"), notesOf(fault("B2"), fault("A2")));
    const comments = await part(first.path, "xl/notes.xml");
    expect(comments.match(/<comment /g)).toHaveLength(2);
    expect(comments).toMatch(
      /Weighed by Ann<\/t><\/r><r><t xml:space="preserve">\n\ncas-batch: number-invalid/,
    );
    const shapes = await part(first.path, "xl/shapes.vml");
    expect(shapes).toContain("<br>");
    expect(shapes.match(/<v:shape /g)).toHaveLength(2);

    const second = await annotate(first.path, notesOf());
    const left = await part(second.path, "xl/notes.xml");
    expect(left).toContain("Weighed by Ann<");
    expect(left).not.toContain("cas-batch:");
    expect((await part(second.path, "xl/shapes.vml")).match(/<v:shape /g)).toHaveLength(1);
  });

  it("leaves a comment thread alone and says its part on a sheet of notes", async () => {
    const original = commented("tc={0123}");
    const { path } = await annotate(original, notesOf(fault("B2")));
    expect(await part(path, "xl/notes.xml")).toContain("<t>Weighed by Ann</t>");
    expect(await part(path, "xl/worksheets/sheet2.xml")).toContain("Bad B2 &lt;&amp;&gt;");
  });
});

describe("annotateWorkbook() beside what it cannot change", () => {
  it("says what belongs to no row on a sheet of notes, and replaces that sheet the next time", async () => {
    const loose = fault(null, { sheet: null, row: null, message: "The file is odd" });
    const first = await annotate(writeWorkbook({ sheet: plain }), notesOf(loose));
    const second = await annotate(first.path, notesOf({ ...loose, message: "Still odd" }));
    const book = await openWorkbook(second.path);
    expect(book.worksheets.map(({ name }) => name)).toEqual(["Shipments", "cas-batch notes"]);
    expect(book.getWorksheet("cas-batch notes")?.getCell("E2").value).toBe("Still odd");
  });

  it("leaves a sheet with a document type declaration as it is, and says so", async () => {
    const sheet = plain.replace("<worksheet", `<!DOCTYPE worksheet [<!ENTITY e "x">]><worksheet`);
    const original = writeWorkbook({ sheet });
    const { path, remarks } = await annotate(original, notesOf(fault("B2")));
    expect(remarks.join()).toContain(`The sheet "Shipments" is left as it is`);
    expect(await sheetOf(path)).toBe(sheet);
    expect(await part(path, "xl/worksheets/sheet2.xml")).toContain("Bad B2");
  });

  const STRICT = "http://purl.oclc.org/ooxml";
  const strictBook = (sheet: string): string =>
    writeWorkbook({
      ...{ sheet: sheet.replace(MAIN, `${STRICT}/spreadsheetml/main`) },
      mainNamespace: `${STRICT}/spreadsheetml/main`,
      styles: styles.replace(MAIN, `${STRICT}/spreadsheetml/main`),
    });

  it("writes comments into a workbook in strict form as Excel writes them there", async () => {
    const after = `<drawing r:id="rId9"/>`;
    const original = strictBook(worksheet(HEADER_ROW + DATA_ROW, "", after));
    const { path, remarks } = await annotate(original, notesOf(fault("B2")));
    expect(remarks).toEqual([]);
    const sheet = await sheetOf(path);
    expect(sheet).toContain(`<c r="B2" s="3"><v>12.5</v></c><c r="C2"`);
    expect(sheet).toMatch(
      /<drawing [^>]*\/><mc:AlternateContent xmlns:mc="[^"]+"><mc:Choice xmlns:v="urn:schemas-microsoft-com:vml" Requires="v"><legacyDrawing xmlns:r="http:\/\/purl[^"]+" r:id="rId2"\/><\/mc:Choice><\/mc:AlternateContent><\/worksheet>$/,
    );
    const relations = await part(path, "xl/worksheets/_rels/sheet1.xml.rels");
    expect(relations).toContain(`${STRICT}/officeDocument/relationships/comments"`);
    expect(relations).toContain(`"${OFFICE}/vmlDrawing"`);
    expect(await part(path, "xl/comments1.xml")).toContain(`xmlns="${STRICT}/spreadsheetml/main"`);
  });

  it("finds its comments in a strict workbook again", async () => {
    const first = await annotate(strictBook(plain), notesOf(fault("B2")));
    const second = await annotate(first.path, notesOf(fault("A2")));
    const comments = await part(second.path, "xl/comments1.xml");
    expect(comments.match(/<comment ref="[^"]+"/g)).toEqual(['<comment ref="A2"']);
    expect((await sheetOf(second.path)).match(/<legacyDrawing/g)).toHaveLength(1);
    expect(await names(second.path)).not.toContain("xl/comments2.xml");
  });

  it("never changes the original", async () => {
    const original = writeWorkbook({ sheet: plain });
    const before = readFileSync(original);
    await annotate(original, notesOf(fault("B2")));
    expect(readFileSync(original)).toEqual(before);
  });
});
