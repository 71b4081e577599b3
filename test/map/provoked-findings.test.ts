// Every code of the table is provoked by a real file through the real reading path, from bytes to the
// books. Most codes have a story of their name in test/cases/map; here stand the files that are no rows
// (other kinds, damage, another program that writes), and the proof that no code is left out. Each case
// has its control: the same file with the fault taken out does not have the finding.
import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findingCodes, type FindingCode } from "../../src/core/codes/finding-codes.ts";
import type { OpenTableOptions } from "../../src/parse/open-table.ts";
import { storyNames } from "../support/case-folders.ts";
import { findingsOf, type CheckedFile } from "../support/check-files.ts";
import { makeZip } from "../parse/make-workbook.ts";
import { workbook, type SheetCells } from "../support/simple-workbook.ts";

interface Case {
  readonly files: readonly CheckedFile[];
  /** The same without the fault; left out where the code is about a file that is no file of ours. */
  readonly control?: readonly CheckedFile[];
  readonly reading?: OpenTableOptions;
  readonly profile?: string;
  /** What another program does to the file while it is read. */
  readonly meanwhile?: (path: string) => void;
}

/** A profile that writes so many letters for one. */
function growing(letters: number): string {
  return `version: 1
columns:
  External reference: External reference
  Direction: Direction
  Goods description:
    to: Goods description
    transforms: [{ replace: { find: o, with: ${"x".repeat(letters)} } }]
`;
}

/** A file of formulas. */
function formulas(...rows: readonly (readonly string[])[]): Pick<Case, "files" | "profile"> {
  return { files: csv(...rows), profile: "version: 1\nkind: Formula\n" };
}

/** Headers at fault, beside the same file with others. */
function badPaths(faulty: readonly string[], sound: readonly string[]): Case {
  const row = faulty.map((_header, at) => `v${String(at)}`);
  return { ...formulas(faulty, row), control: csv(sound, row) };
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

function xlsx(
  sheets: Readonly<Record<string, SheetCells>>,
  options: Parameters<typeof workbook>[1] = {},
): readonly CheckedFile[] {
  return [{ name: "night.xlsx", content: workbook(sheets, options) }];
}

function badFile(name: string, content: string | Buffer): Case {
  return { files: [{ name, content }], control: csv(HEADER, ROW) };
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

const cases: Readonly<Partial<Record<FindingCode, Case>>> = {
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
  "transforms-too-long": {
    files: csv(HEADER, ["PO-1", "IN", "o".repeat(1_000)]),
    control: csv(HEADER, ROW),
    profile: growing(100),
  },
  // No text may be as long as this one would be.
  "file-not-understood": {
    files: csv(HEADER, ["PO-1", "IN", "o".repeat(600_000)]),
    control: csv(HEADER, ROW),
    profile: growing(1_000),
  },
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
  "header-no-path": badPaths(["externalReference", "Name"], ["externalReference", "name"]),
  "header-name-forbidden": badPaths(
    ["externalReference", "__proto__.a"],
    ["externalReference", "proto.a"],
  ),
  "path-value-and-object": badPaths(
    ["externalReference", "a", "a.b"],
    ["externalReference", "a.c", "a.b"],
  ),
  "list-in-two-forms": badPaths(
    ["externalReference", "a[].b", "a[0].c"],
    ["externalReference", "a[].b", "a[].c"],
  ),
  "list-with-gap": badPaths(
    ["externalReference", "a[0]", "a[2]"],
    ["externalReference", "a[0]", "a[1]"],
  ),
  "lists-multiply": badPaths(
    ["externalReference", "a[].b", "c[].d"],
    ["externalReference", "a[].b", "c[0].d"],
  ),
  "key-column-missing": badPaths(["reference", "name"], ["externalReference", "name"]),
  "list-element-repeated": {
    ...formulas(["externalReference", "a[].b"], ["F-1", "1"], ["F-1", "1"]),
    control: csv(["externalReference", "a[].b"], ["F-1", "1"], ["F-1", "2"]),
  },
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
const here = codes.filter((code) => cases[code] !== undefined);

test("every code is provoked, by a story or here", () => {
  const stories = storyNames("map");
  expect(codes.filter((code) => !stories.includes(code))).toEqual(here);
});

describe("a file provokes", () => {
  test.each(here)("%s", async (code) => {
    const { files = [], reading, profile, meanwhile } = cases[code] ?? {};
    const findings = await findingsOf(files, { reading, profile, meanwhile });
    const found = findings.filter((finding) => finding.code === code);
    expect(found, JSON.stringify(findings, null, 1)).not.toEqual([]);
    expect(found[0]?.message).toMatch(/[^.]$/);
  });
});

describe("without the fault there is no", () => {
  test.each(here.filter((code) => cases[code]?.control !== undefined))("%s", async (code) => {
    const { control = [], profile } = cases[code] ?? {};
    const findings = await findingsOf(control, { profile });
    expect(findings.filter((finding) => finding.code === code)).toEqual([]);
  });
});
