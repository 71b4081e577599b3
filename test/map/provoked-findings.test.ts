// Every code of the table, provoked by a real file through the real reading path, from bytes to the
// books. The table of cases is complete by its type: a new code does not compile without one. Each
// case has its control: the same file with the fault taken out does not have the finding.
import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findingCodes, type FindingCode } from "../../src/core/finding-codes.ts";
import type { OpenTableOptions } from "../../src/parse/open-table.ts";
import { findingsOf, type CheckedFile } from "../support/check-files.ts";
import { makeZip } from "../parse/make-workbook.ts";
import { dateCell, workbook, type SheetCells } from "../support/simple-workbook.ts";

interface Case {
  readonly files: readonly CheckedFile[];
  /** The same without the fault; left out where the code is about a file that is no file of ours. */
  readonly control?: readonly CheckedFile[];
  readonly profile?: string;
  readonly reading?: OpenTableOptions;
  /** What another program does to the file while it is read. */
  readonly meanwhile?: (path: string) => void;
  /** Where it is told; left out where it is about more than a cell. */
  readonly cell?: string;
}

const HEADER = ["External reference", "Direction", "Goods description"];
const ROW = ["PO-1", "IN", "Bolts"];

function csvOf(...rows: readonly (readonly string[])[]): string {
  return `${rows.map((row) => row.join(";")).join("\n")}\n`;
}

/** A CSV file of these rows. */
function csv(...rows: readonly (readonly string[])[]): readonly CheckedFile[] {
  return [{ name: "night.csv", content: csvOf(...rows) }];
}

/** One sound shipment with one more column. */
function column(header: string, value: string): readonly CheckedFile[] {
  return csv([...HEADER, header], [...ROW, value]);
}

/** One row in each shipment, with one more column. */
function columns(header: string, ...values: readonly string[]): readonly CheckedFile[] {
  return csv([...HEADER, header], ...values.map((value, at) => [`PO-${at}`, "IN", "Bolts", value]));
}

function xlsx(
  sheets: Readonly<Record<string, SheetCells>>,
  options: Parameters<typeof workbook>[1] = {},
): readonly CheckedFile[] {
  return [{ name: "night.xlsx", content: workbook(sheets, options) }];
}

/** A workbook of one sheet, one shipment per value of one more column. */
function xlsxColumn(header: string, ...values: SheetCells[number]): readonly CheckedFile[] {
  const rows = values.map((value, at) => [`PO-${at}`, "IN", "Bolts", value]);
  return xlsx({ Shipments: [[...HEADER, header], ...rows] });
}

/** Two goods items, of which the first says the code. */
const MERGED = [
  [...HEADER, "Commodity code"],
  [...ROW, "73181500"],
  ["", "", "Nuts", ""],
];

function badFile(name: string, content: string | Buffer): Case {
  return { files: [{ name, content }], control: csv(HEADER, ROW) };
}

function cell(header: string, faulty: string, sound: string): Case {
  return { files: column(header, faulty), control: column(header, sound), cell: "D2" };
}

function rows(header: readonly string[], faulty: string[][], sound: string[][]): Case {
  return { files: csv(header, ...faulty), control: csv(header, ...sound) };
}

/** An OLE container whose directory names one stream. Source: MS-CFB, 2.6.1 */
function oleFile(streamName: string): Buffer {
  const file = Buffer.alloc(2048);
  file.write("d0cf11e0a1b11ae1", "hex");
  file.write(streamName, 1024, "utf16le");
  file.writeUInt16LE(streamName.length * 2 + 2, 1024 + 64);
  return file;
}

const sound = workbook({ Shipments: [HEADER, ROW] });
const xlsb = makeZip({
  "_rels/.rels":
    '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
  "xl/workbook.bin": "x",
});
const DATE = "singleAdministrativeDocument.acceptanceDate";
const TIME = "singleAdministrativeDocument.acceptanceDateTime";
const TOTAL = "singleAdministrativeDocument.goodsShipment.totalGrossMass";
const ITEM_HEADER = [...HEADER, "Item number", "Package type", "Document reference"];
const MASSES = [...HEADER, "Gross mass (kg)", "Net mass (kg)"];
const ITEMS = ["External reference", "Direction", "Item number", "Goods description"];
const cut = (length: number): string => "Bolts ".repeat(50).slice(0, length - 1) + "x";

const cases: Readonly<Record<FindingCode, Case>> = {
  "file-unreadable": { files: [{ name: "absent.csv", content: null }] },
  "file-changed-while-read": {
    files: csv(HEADER, ROW),
    control: csv(HEADER, ROW),
    meanwhile: (path) => {
      appendFileSync(path, csvOf(["PO-2", "IN", "Nuts"]));
    },
  },
  "file-empty": badFile("night.csv", " \n"),
  "file-is-xls": badFile("night.xls", oleFile("Workbook")),
  "file-is-xlsb": badFile("night.xlsb", xlsb),
  "file-encrypted": badFile("night.xlsx", oleFile("EncryptedPackage")),
  "file-damaged": {
    files: xlsx({ Shipments: [HEADER, [...ROW, { xml: '<c t="s"><v>99</v></c>' }]] }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "file-truncated": badFile("night.xlsx", sound.subarray(0, -40)),
  "file-has-doctype": {
    files: xlsx({ Shipments: [HEADER, ROW] }, { beforeSheet: '<!DOCTYPE x [<!ENTITY a "b">]>' }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "file-has-macros": {
    files: xlsx(
      { Shipments: [HEADER, ROW] },
      { relations: '<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/>' },
    ),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "file-read-timeout": {
    files: xlsx({ Shipments: [HEADER, ROW] }),
    reading: { limits: { partReadMsMax: 0 } },
  },
  "file-mislabelled": badFile("night.xlsx", csvOf(HEADER, ROW)),
  "file-type-unknown": badFile("night.pdf", "%PDF-1.7"),
  "file-too-large": {
    files: xlsx({ Shipments: [HEADER, ROW] }),
    reading: { limits: { workbookBytesMax: 10 } },
  },
  "encoding-undecidable": {
    files: [
      {
        name: "night.csv",
        content: Buffer.from(csvOf(HEADER, ["PO-1", "IN", "M\u0081ller"]), "latin1"),
      },
    ],
    control: csv(HEADER, ["PO-1", "IN", "Müller"]),
  },
  "encoding-broken": {
    files: [
      {
        name: "night.csv",
        content: Buffer.from(csvOf(HEADER, ["PO-1", "IN", "Caf\u00e9"]), "latin1"),
      },
    ],
    reading: { encoding: "utf-8" },
  },
  "delimiter-undecidable": badFile(
    "night.csv",
    "External reference;Direction,Goods description|Item number\nPO-1;IN,Bolts|1\n",
  ),
  "csv-quote-broken": badFile("night.csv", `${csvOf(HEADER)}PO-1;IN;"Bolts\n`),
  "line-end-unknown": badFile("night.csv", csvOf(HEADER, ROW).replaceAll("\n", "\u0085")),
  "nul-padding": {
    files: [{ name: "night.csv", content: `${csvOf(HEADER, ROW)}${"\0".repeat(500)}` }],
    control: csv(HEADER, ROW),
  },
  "sheet-hidden": {
    files: xlsx({ Shipments: [HEADER, ROW] }, { hiddenSheets: ["Shipments"] }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "sheet-ignored": {
    files: xlsx({ Shipments: [HEADER, ROW], Notes: [["call Anna"]] }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "header-missing": { files: csv(["a", "b", "c"], ROW), control: csv(HEADER, ROW) },
  "header-doubled": { files: column("Direction", "IN"), control: csv(HEADER, ROW) },
  "header-unknown": {
    files: column("Colour", "red"),
    control: column("Commodity code", "854231"),
    cell: "D1",
  },
  "header-synonym": {
    files: column("HS code", "73181500"),
    control: column("Commodity code", "73181500"),
    cell: "D1",
  },
  "header-ambiguous": {
    files: column("Weight (kg)", "12.5"),
    control: column("Gross weight (kg)", "12.5"),
    cell: "D1",
  },
  "header-values-known": {
    files: column("Ref. 7", "BE0123456789"),
    control: column("Ref. 7", "none"),
    cell: "D1",
  },
  "header-mistyped": {
    files: column("Comodity code", "854231"),
    control: column("Commodity code", "854231"),
    cell: "D1",
  },
  "header-required": {
    files: csv(["Direction", "Goods description"], ["IN", "Bolts"]),
    control: csv(HEADER, ROW),
  },
  "header-below-first-row": {
    files: csv(["March", "", ""], HEADER, ROW),
    control: csv(HEADER, ROW),
  },
  "header-unchecked": {
    files: column("tenant.costCenter", "9"),
    control: column("Storage location", "9"),
    cell: "D1",
  },
  "header-path-unfamiliar": {
    files: column("singleAdministrativeDocument.goodshipment.exportCountry", "US"),
    control: column("singleAdministrativeDocument.goodsShipment.exportCountry", "US"),
    cell: "D1",
  },
  "header-path-unusable": {
    files: column("singleAdministrativeDocument.additionalDocuments.type", "380"),
    control: column("Storage location", "9"),
  },
  "profile-column-missing": {
    files: csv(["No", "Dir"], ["PO-1", "IN"]),
    control: csv(["No", "Dir", "Text"], ["PO-1", "IN", "Bolts"]),
    profile:
      "version: 1\ncolumns:\n  No: External reference\n  Dir: Direction\n  Text: Goods description\n",
  },
  "rows-left-out": {
    files: csv(["No", "Dir", "Text"], ["PO-1", "IN", "Bolts"], ["PO-2", "IN", "skip"]),
    control: csv(["No", "Dir", "Text"], ["PO-1", "IN", "Bolts"]),
    profile:
      "version: 1\ncolumns:\n  No: External reference\n  Dir: Direction\n  Text: Goods description\nrows:\n  leaveOut:\n    - { column: Text, is: skip }\n",
  },
  "header-unit-differs": {
    files: column("Gross mass (lb)", "9"),
    control: column("Gross mass (kg)", "9"),
    cell: "D1",
  },
  "sheet-missing": {
    files: xlsx({ March: [HEADER, ROW], April: [HEADER, ROW] }),
    control: xlsx({ March: [HEADER, ROW] }),
  },
  "sheet-not-read": {
    files: xlsx({ Shipments: [HEADER, ROW], More: [HEADER, ROW] }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "value-missing": { ...rows(HEADER, [["PO-1", "", "Bolts"]], [ROW]), cell: "B2" },
  "value-not-allowed": cell("Message type", "Insert", "New"),
  "value-repaired": cell("Invoice currency", "eur", "EUR"),
  "text-too-long": cell("Document reference", "x".repeat(71), "x".repeat(70)),
  "number-invalid": cell("Gross mass (kg)", "12 kg", "12"),
  "number-ambiguous": {
    files: csv([...HEADER, "Gross mass (kg)"], [...ROW, "1,23,456"]),
    control: column("Gross mass (kg)", "123456"),
    cell: "D2",
  },
  "number-lost-digits": {
    files: xlsxColumn("Gross mass (kg)", { xml: "<c><v>1234567890123457</v></c>" }),
    control: xlsxColumn("Gross mass (kg)", { xml: "<c><v>0.30000000000000004</v></c>" }),
    cell: "D2",
  },
  "number-exponent": cell("Commodity code", "8.54E+07", "85400000"),
  "number-too-precise": {
    files: column("Customs value", "0.12345"),
    control: column("Customs value", "0.1234"),
    reading: { decimalMark: "." },
    cell: "D2",
  },
  "number-too-large": cell("Item number", "123456", "12345"),
  "number-negative": cell("Gross mass (kg)", "-1", "1"),
  "number-not-whole": {
    files: column("Item number", "1.5"),
    control: column("Item number", "1"),
    reading: { decimalMark: "." },
    cell: "D2",
  },
  "date-invalid": cell(DATE, "31/02/2026", "28/02/2026"),
  "date-ambiguous": {
    files: columns(DATE, "03/04/2026", "25/04/2026"),
    control: columns(DATE, "25/04/2026"),
    cell: "D2",
  },
  "code-format": cell("Declaration type", "IMP", "IM"),
  "code-lost-zeros": {
    files: xlsxColumn("Commodity code", 1022100),
    control: xlsxColumn("Commodity code", "01022100"),
    cell: "D2",
  },
  "code-lost-digits": {
    files: xlsxColumn("Storage location", { xml: "<c><v>1234567890123456</v></c>" }),
    control: xlsxColumn("Storage location", "1234567890123456"),
    cell: "D2",
  },
  "code-shown-differently": {
    files: xlsxColumn("Storage location", { xml: '<c s="2"><v>0.5</v></c>' }),
    control: xlsxColumn("Storage location", "50%"),
    cell: "D2",
  },
  "code-as-number": {
    files: xlsxColumn("Commodity code", 85423190),
    control: xlsxColumn("Commodity code", "85423190"),
    cell: "D2",
  },
  "formula-error": cell("Shipping marks", "#N/A", "N/A"),
  "code-with-decimals": cell("Commodity code", "1022100.0", "8542.31.90"),
  "code-doubtful": cell("Consignee EORI", "GB123456789", "GB123456789000"),
  "control-character": {
    files: xlsxColumn("Shipping marks", "A_x001D_B"),
    control: xlsxColumn("Shipping marks", "A_x000A_B"),
    cell: "D2",
  },
  "character-lost": cell("Shipping marks", "M\ufffdller", "Müller"),
  "invisible-characters": cell("Document reference", "INV\u200b-1", "INV-1"),
  "value-says-nothing": cell("Consignee EORI", "NULL", "NL123456789"),
  "values-say-nothing": cell("Shipping marks", "NULL", "N/M"),
  "references-merged": {
    ...rows(HEADER, [ROW, ["PO-1\u00a0", "IN", "Nuts"]], [ROW, ["PO-1", "IN", "Nuts"]]),
    cell: "A3",
  },
  "references-alike": {
    ...rows(HEADER, [ROW, ["po-1", "IN", "Nuts"]], [ROW, ["PO-2", "IN", "Nuts"]]),
    cell: "A3",
  },
  "value-advisable": {
    files: column("Commodity code", ""),
    control: csv(
      [...HEADER, "Commodity code", "Consignee EORI"],
      [...ROW, "73181500", "BE0123456789"],
    ),
    cell: "D2",
  },
  "value-zero": cell("Customs value", "0", "1"),
  "packaging-contradiction": {
    ...rows(
      [...HEADER, "Package type", "Package quantity"],
      [[...ROW, "VR", "5"]],
      [[...ROW, "VR", "0"]],
    ),
    cell: "E2",
  },
  "document-type-doubled": {
    ...rows(
      [...HEADER, "Document category", "Document type"],
      [[...ROW, "N", "N380"]],
      [[...ROW, "N", "380"]],
    ),
    cell: "E2",
  },
  "declaration-type-contradicts": cell("Declaration type", "EX", "IM"),
  "formula-without-value": {
    files: xlsxColumn("Storage location", { xml: "<c><f>A1</f></c>" }),
    control: xlsxColumn("Storage location", "W1"),
    cell: "D2",
  },
  "formula-maybe-stale": {
    files: xlsx(
      {
        Shipments: [
          [...HEADER, "Gross mass (kg)"],
          [...ROW, { xml: "<c><f>F2*2</f><v>0</v></c>" }],
        ],
      },
      { calculation: 'fullCalcOnLoad="1"' },
    ),
    control: xlsx(
      {
        Shipments: [
          [...HEADER, "Gross mass (kg)"],
          [...ROW, { xml: "<c><f>F2*2</f><v>0</v></c>" }],
        ],
      },
      { calculation: 'calcId="1"' },
    ),
    cell: "D2",
  },
  "text-with-odd-characters": cell("Declaration office", "\u0412E212000", "BE212000"),
  "code-not-in-list": cell("Declaration type", "XB", "EX"),
  "code-looks-mistyped": cell("Commodity code", "8542319O", "85423190"),
  "text-mixes-scripts": cell("Document reference", "\u0420O-4711", "PO-4711"),
  "text-maybe-cut": cell("Shipping marks", cut(255), cut(254)),
  "timestamp-without-zone": cell(TIME, "2026-03-01 12:00", "2026-03-01T12:00:00Z"),
  "amount-too-precise": {
    files: csv([...HEADER, "Customs value", "Customs value currency"], [...ROW, "100.5", "JPY"]),
    control: csv([...HEADER, "Customs value", "Customs value currency"], [...ROW, "100.5", "EUR"]),
    reading: { decimalMark: "." },
    cell: "D2",
  },
  "currency-missing": {
    ...rows(
      [...HEADER, "Customs value", "Customs value currency"],
      [[...ROW, "100", ""]],
      [[...ROW, "100", "EUR"]],
    ),
    cell: "D2",
  },
  "packaging-incomplete": {
    ...rows(
      [...HEADER, "Package type", "Package quantity"],
      [[...ROW, "CT", ""]],
      [[...ROW, "VR", ""]],
    ),
    cell: "D2",
  },
  "total-differs": {
    ...rows(
      [...HEADER, "Gross mass (kg)", TOTAL],
      [
        [...ROW, "40", "100"],
        [...ROW, "50", "100"],
      ],
      [
        [...ROW, "40", "90"],
        [...ROW, "50", "90"],
      ],
    ),
    cell: "E2",
  },
  "dates-ambiguous": {
    files: columns(DATE, "03/04/2026", "05/06/2026"),
    control: columns(DATE, "03/04/2026", "25/06/2026"),
    cell: "D2",
  },
  "dates-maybe-swapped": {
    files: xlsxColumn(DATE, dateCell(46115), "25/03/2026"),
    control: xlsxColumn(DATE, dateCell(46106), "25/03/2026"),
    cell: "D2",
  },
  "dates-mixed": {
    files: xlsxColumn(DATE, dateCell(46106), "26/03/2026"),
    control: xlsxColumn(DATE, dateCell(46106), dateCell(46107)),
    cell: "D3",
  },
  "date-orders-mixed": {
    files: columns(DATE, "25/03/2026", "03/26/2026"),
    control: columns(DATE, "25/03/2026", "26/03/2026"),
    cell: "D3",
  },
  "numbers-ambiguous": {
    files: columns("Gross mass (kg)", "1,234", "12,345"),
    control: columns("Gross mass (kg)", "1,234", "12,5"),
    cell: "D2",
  },
  "decimal-mark-in-doubt": {
    files: columns("Gross mass (kg)", "1,50", "1,75", "1,234", "2.5"),
    control: columns("Gross mass (kg)", "1,50", "1,75", "1,234", "2,5"),
    cell: "D5",
  },
  "numbers-as-text": {
    files: xlsxColumn("Gross mass (kg)", 7, "12"),
    control: xlsxColumn("Gross mass (kg)", 7, 12),
    cell: "D3",
  },
  "references-maybe-without-zeros": {
    files: xlsx({ Shipments: [HEADER, ["0004711", "IN", "Bolts"], [4712, "IN", "Nuts"]] }),
    control: xlsx({ Shipments: [HEADER, ["0004711", "IN", "Bolts"], ["0004712", "IN", "Nuts"]] }),
    cell: "A3",
  },
  "cells-merged-over-rows": {
    files: xlsx({ Shipments: MERGED }, { mergedCells: ["D2:D3"] }),
    control: xlsx({ Shipments: MERGED }),
    cell: "D2",
  },
  "value-under-merged-cell": {
    files: xlsx({ Shipments: [HEADER, ROW, ["PO-0", "IN", "Nuts"]] }, { mergedCells: ["A2:A3"] }),
    control: xlsx({ Shipments: [HEADER, ROW, ["", "IN", "Nuts"]] }, { mergedCells: ["A2:A3"] }),
    cell: "A3",
  },
  "value-without-header": {
    ...rows(HEADER, [ROW, ["", "", "", "", "late"]], [ROW, ["", "", "", "", ""]]),
    cell: "E3",
  },
  "rows-hidden": {
    files: xlsx({ Shipments: [HEADER, ROW] }, { hiddenRows: [2] }),
    control: xlsx({ Shipments: [HEADER, ROW] }),
  },
  "row-without-reference": { ...rows(HEADER, [["", "IN", "Bolts"]], [ROW]), cell: "A2" },
  "row-longer-than-header": rows(
    [...HEADER, "Gross mass (kg)"],
    [[...ROW, "1", "5"]],
    [[...ROW, "1.5", "", ""]],
  ),
  "row-too-short": {
    files: csv([...HEADER, "Gross mass (kg)"], [...ROW, "1"], ["PO-2", "IN", "Nuts"]),
    control: csv([...HEADER, "Gross mass (kg)"], [...ROW, "1"], ["PO-2", "IN", "Nuts", ""]),
    cell: "D3",
  },
  "row-broken": {
    files: csv([...HEADER, "Gross mass (kg)"], ROW, ["M8", "12.5"]),
    control: csv([...HEADER, "Gross mass (kg)"], ROW, ["PO-2", "IN", "M8", "12.5"]),
    cell: "C2",
  },
  "row-without-shipment": {
    files: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS, ["PO-1", "IN", 1, "Bolts"], ["PO-9", "IN", 1, "Nuts"]],
    }),
    control: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS, ["PO-1", "IN", 1, "Bolts"]],
    }),
  },
  "row-duplicate": rows(
    ITEM_HEADER,
    [
      [...ROW, "1", "CT", ""],
      [...ROW, "1", "CT", ""],
    ],
    [
      [...ROW, "1", "CT", ""],
      [...ROW, "2", "CT", ""],
    ],
  ),
  "row-without-item": {
    files: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS, ["PO-1", "IN", 1, "Bolts"]],
      Packaging: [
        ["External reference", "Direction", "Item number", "Package type"],
        ["PO-1", "IN", 3, "CT"],
      ],
    }),
    control: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS, ["PO-1", "IN", 1, "Bolts"]],
      Packaging: [
        ["External reference", "Direction", "Item number", "Package type"],
        ["PO-1", "IN", 1, "CT"],
      ],
    }),
  },
  "header-repeated": rows(HEADER, [ROW, HEADER], [ROW]),
  "packaging-repeated": rows(
    ITEM_HEADER,
    [
      [...ROW, "1", "CT", "a"],
      [...ROW, "1", "CT", "b"],
    ],
    [
      [...ROW, "1", "CT", "a"],
      [...ROW, "1", "", "b"],
    ],
  ),
  "shipment-incomplete": rows(
    HEADER,
    [ROW, ["PO-1", "OUT", "Nuts"], ["PO-2", "IN", "Nails"], ["PO-1", "", "Nails"]],
    [ROW, ["PO-1", "OUT", "Nuts"]],
  ),
  "shipment-contradiction": {
    ...rows(
      [...HEADER, "Storage location"],
      [
        [...ROW, "W1"],
        [...ROW, "W2"],
      ],
      [
        [...ROW, "W1"],
        [...ROW, "W1"],
      ],
    ),
    cell: "D3",
  },
  "item-contradiction": {
    ...rows(
      [...HEADER, "Item number", "Gross mass (kg)"],
      [
        [...ROW, "1", "9"],
        [...ROW, "1", "10"],
      ],
      [
        [...ROW, "1", "9"],
        [...ROW, "2", "10"],
      ],
    ),
    cell: "E3",
  },
  "item-missing": {
    files: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS],
    }),
    control: xlsx({
      Shipments: [
        ["External reference", "Direction"],
        ["PO-1", "IN"],
      ],
      "Goods items": [ITEMS, ["PO-1", "IN", 1, "Bolts"]],
    }),
  },
  "net-exceeds-gross": {
    ...rows(MASSES, [[...ROW, "9", "10"]], [[...ROW, "10", "10"]]),
    cell: "E2",
  },
  "path-conflict": {
    files: csv([...HEADER, "Storage location", "storageLocationReference"], [...ROW, "W1", "W1"]),
    control: column("storageLocationReference", "W1"),
  },
  "shipment-invalid": {
    ...cell(
      "singleAdministrativeDocument.goodsShipment.consignor.businessPartnerReference",
      "US1",
      "US1",
    ),
    control: column("singleAdministrativeDocument.goodsShipment.consignor.name", "US1"),
  },
  "row-looks-like-total": rows(
    MASSES,
    [
      [...ROW, "9", "8"],
      ["", "", "Total", "7", "6"],
    ],
    [
      [...ROW, "9", "8"],
      ["", "", "Total", "9", "8"],
    ],
  ),
  "row-of-totals": rows(
    MASSES,
    [
      [...ROW, "9", "8"],
      ["", "", "Total", "9", "8"],
    ],
    [
      [...ROW, "9", "8"],
      ["", "", "Nuts", "9", "8"],
    ],
  ),
  "rows-repeated-apart": rows(
    HEADER,
    [ROW, ["PO-2", "IN", "Nuts"], ROW],
    [ROW, ROW, ["PO-2", "IN", "Nuts"]],
  ),
  "shipment-in-two-files": {
    files: [
      { name: "monday.csv", content: csvOf(HEADER, ROW) },
      { name: "tuesday.csv", content: csvOf(HEADER, ["PO-1", "IN", "Nuts"]) },
    ],
    control: [
      { name: "monday.csv", content: csvOf(HEADER, ROW) },
      { name: "tuesday.csv", content: csvOf(HEADER, ROW) },
    ],
  },
};

const codes = Object.keys(findingCodes) as FindingCode[];

describe("a file provokes", () => {
  test.each(codes)("%s", async (code) => {
    const { files, profile, reading, meanwhile, cell: at } = cases[code];
    const findings = await findingsOf(files, { profile, reading, meanwhile, advice: true });
    const found = findings.filter((finding) => finding.code === code);
    expect(found, JSON.stringify(findings, null, 1)).not.toEqual([]);
    expect(found[0]?.message).toMatch(/[^.]$/);
    if (at !== undefined) expect(found.map(({ cell: told }) => told)).toContain(at);
  });
});

describe("without the fault there is no", () => {
  test.each(codes.filter((code) => cases[code].control !== undefined))("%s", async (code) => {
    const { control = [], profile } = cases[code];
    const findings = await findingsOf(control, { profile, advice: true });
    expect(findings.filter((finding) => finding.code === code)).toEqual([]);
  });
});
