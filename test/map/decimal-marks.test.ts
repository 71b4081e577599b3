// Numbers that contradict the decimal mark that the head of their file told: no value is sent that was
// read by a mark that does not hold, and it is told once.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markOfNumber } from "../../src/core/decimal-mark.ts";
import { THREAD_FILE_BYTES_MIN } from "../../src/intake/records/open-records.ts";
import type { Tally } from "../../src/intake/sinks/tally.ts";
import { checkFiles, type CheckedFile } from "../support/check-files.ts";
import { workbook } from "../support/simple-workbook.ts";

const HEADER = ["External reference", "Direction", "Goods description", "Gross mass (kg)"];
/** Fills more than the head of a file, in which the mark is sought. */
const HEAD_ROWS = 4_000;
/** Fills more than what is read without a thread. */
const THREAD_ROWS = 50_000;

function csv(
  rows: readonly (readonly string[])[],
  header: readonly string[] = HEADER,
  goods = "Bolts",
): readonly CheckedFile[] {
  const lines = rows.map((cells, at) => [`PO-${at}`, "OUT", goods, ...cells].join(";"));
  return [{ name: "a.csv", content: [header.join(";"), ...lines].join("\n") }];
}

/** Masses row by row, the first of them in row 2. */
const masses = (...texts: readonly string[]) => csv(texts.map((text) => [text]));

function told(tally: Tally): readonly string[] {
  return [...tally.findings]
    .flat()
    .filter(({ code }) => code !== "value-repaired")
    .map(({ code, cell }) => `${code} ${cell ?? ""}`.trim());
}

function messageOf(tally: Tally): string {
  return [...tally.findings].flat()[0]?.message ?? "";
}

describe("a number that contradicts the mark of the head", () => {
  test.each([
    ["comma", ["1,50", "1,75", "1,234", "2.5"]],
    ["comma", ["1,50", "1,75", "1,234", "2,345.5"]],
    ["point", ["1.50", "1.75", "1.234", "2,5"]],
    ["point", ["1.50", "1.75", "1.234", "2.345,5"]],
  ])("refuses the file when others were read by the %s in good faith", async (mark, texts) => {
    const tally = await checkFiles(masses(...texts));
    expect(told(tally)).toEqual(["decimal-mark-in-doubt D5"]);
    expect(messageOf(tally)).toContain(`1 number, such as "${texts[2] ?? ""}" in D4`);
    expect(messageOf(tally)).toContain(`with the ${mark} and as thousands`);
    expect(messageOf(tally)).toContain(`such as "${texts[0] ?? ""}" in D2`);
    expect(messageOf(tally)).toContain(`such as "${texts[3] ?? ""}" in D5`);
    expect(tally.files[0]?.end.rejected).toBe(true);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 0, invalid: 1, aborted: 3 });
  });

  test("stops its own shipment alone when all others have one form, and is told once", async () => {
    const tally = await checkFiles(masses("1,50", "1,75", "2.5", "3.5", "7"));
    expect(told(tally)).toEqual(["numbers-ambiguous D4"]);
    expect(messageOf(tally)).toContain('2 numbers, from "2.5" in row 4 to row 5');
    expect(messageOf(tally)).toContain(
      'the comma (2 numbers, such as "1,50" in D2 `Gross mass (kg)`)',
    );
    expect(tally.files[0]?.end.rejected).toBe(false);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 3, invalid: 2 });
  });

  test("contradicts those of other columns as well", async () => {
    const header = [...HEADER, "Net mass (kg)"];
    const rows = [
      ["1,50", "1,25"],
      ["1,234", "1"],
      ["2", "1.5"],
    ];
    const tally = await checkFiles(csv(rows, header));
    expect(told(tally)).toEqual(["decimal-mark-in-doubt E4"]);
    expect(messageOf(tally)).toContain("`Net mass (kg)`");
  });

  test("is nothing in a column of texts or in rows that are not read", async () => {
    const header = [...HEADER, "Shipping marks", "Remark"];
    const rows = [
      ["1,50", "2.5", ""],
      ["1,75", "", ""],
      ["1,25", "", "8471.30"],
      ["1,234", "", ""],
    ];
    const tally = await checkFiles(csv(rows, header), {
      profile: `version: 1\notherColumns: ignore\ncolumns:\n${header
        .slice(0, -1)
        .map((name) => `  ${name}: ${name}\n`)
        .join("")}`,
    });
    expect(told(tally)).toEqual([]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 4 });
  });

  test("is told once when the head itself has both", async () => {
    const tally = await checkFiles(masses("1,50", "1,75", "1.5"));
    expect(told(tally)).toEqual(["numbers-ambiguous D4"]);
    expect(messageOf(tally)).toMatch(/1 number, "1\.5" in row 4, (?:has|stands)/);
  });
});

describe("a mark that only texts told", () => {
  const header = [...HEADER, "Remark"];
  const profile = (more = "") =>
    `version: 1\n${more}otherColumns: ignore\ncolumns:\n${HEADER.map((name) => `  ${name}: ${name}\n`).join("")}`;
  const rows = [
    ["1.234", "8471.30"],
    ["2.500", "8471.30"],
  ];

  test("decides nothing about numbers that can be read in two ways", async () => {
    const tally = await checkFiles(csv(rows, header), { profile: profile() });
    expect(told(tally)).toEqual(["decimal-mark-in-doubt D2"]);
    expect(messageOf(tally)).toContain("no number of the columns that are read shows");
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 0, aborted: 2 });
  });

  test("is no matter once the profile names it", async () => {
    const tally = await checkFiles(csv(rows, header), { profile: profile('decimalMark: "."\n') });
    expect(told(tally)).toEqual([]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 2 });
  });
});

describe("one group of three digits in a file of the other mark", () => {
  test("is told once for the column, beside values that stand", async () => {
    const tally = await checkFiles(masses("1,50", "1.234", "2.345", "1,234"));
    expect(told(tally)).toEqual(["numbers-ambiguous D3"]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 2, invalid: 2 });
  });

  test("is read with the number format of the profile", async () => {
    const columns = HEADER.slice(0, 3).map((name) => `  ${name}: ${name}\n`);
    const profile = `version: 1\ncolumns:\n${columns.join("")}  Gross mass (kg): { to: Gross mass (kg), transforms: [number: "1.234,56"] }\n`;
    const tally = await checkFiles(masses("1,50", "1.234", "2.345", "1,234"), { profile });
    expect(told(tally)).toEqual([]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 4 });
  });
});

describe("the user's word", () => {
  test.each([
    ["on the command line", { reading: { decimalMark: "," as const } }],
    [
      "for the column",
      {
        profile: `version: 1\ncolumns:\n${HEADER.slice(0, 3)
          .map((name) => `  ${name}: ${name}\n`)
          .join("")}  Gross mass (kg): { to: Gross mass (kg), decimalMark: "," }\n`,
      },
    ],
  ])("%s lets stand what goes by it, and names each cell that does not", async (_how, choices) => {
    const tally = await checkFiles(masses("1,50", "1,75", "1,234", "2.5"), choices);
    expect(told(tally)).toEqual(["number-invalid D5"]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 3, invalid: 1 });
  });

  test("makes the other mark one before thousands, and every such number is listed", async () => {
    const tally = await checkFiles(masses("1,50", "1.234", "12.345,5", "0.234"), {
      reading: { decimalMark: "," },
    });
    expect([...tally.findings].flat().map(({ message }) => message)).toEqual([
      'Gross mass (kg) "1.234" was read as 1234',
      'Gross mass (kg) "12.345,5" was read as 12345.5',
      'Gross mass (kg) cannot be "0.234": a number with the decimal mark "," is needed',
    ]);
  });
});

test("what a transform multiplies counts as the number that it was", async () => {
  const profile = `version: 1\ncolumns:\n${HEADER.slice(0, 3)
    .map((name) => `  ${name}: ${name}\n`)
    .join(
      "",
    )}  Gross mass (kg): { to: Gross mass (kg), transforms: [{ replace: { find: "#", with: "" } }, { multiply: 10 }] }\n`;
  const mixed = await checkFiles(masses("#1,50", "1,75", "#1,234", "#2.5"), { profile });
  expect(told(mixed)).toEqual(["decimal-mark-in-doubt D5"]);
  const alike = await checkFiles(masses("#1,50", "1,75", "#1,234", "#2,5"), { profile });
  expect(told(alike)).toEqual([]);
});

test("texts of a workbook contradict each other across its sheets", async () => {
  const book = (last: string) => [
    {
      name: "a.xlsx",
      content: workbook({
        Shipments: [HEADER.slice(0, 2), ["PO-1", "IN"], ["PO-2", "IN"]],
        "Goods items": [
          ["External reference", "Item number", "Goods description", "Gross mass (kg)"],
          ["PO-1", "1", "Bolts", "1,50"],
          ["PO-1", "2", "Bolts", "1,75"],
          ["PO-1", "3", "Bolts", "1,234"],
        ],
        Packaging: [
          ["External reference", "Item number", "Package type", "Package quantity"],
          ["PO-1", "1", "CT", last],
        ],
      }),
    },
  ];
  const mixed = await checkFiles(book("2.0"));
  expect(told(mixed)).toContain("decimal-mark-in-doubt D2");
  expect(told(await checkFiles(book("2,0")))).not.toContain("decimal-mark-in-doubt D2");
});

describe.each([
  ["below the head", HEAD_ROWS],
  ["in a thread of its own", THREAD_ROWS],
])("the last row of a large file, %s", (_where, rows) => {
  const large = (...last: readonly string[]) => {
    const padding = Array.from({ length: rows }, (_, at) => (at % 7 === 0 ? "1,50" : "12"));
    const goods = rows === THREAD_ROWS ? `Bolts ${"x".repeat(180)}` : "Bolts";
    return csv(
      [...padding, ...last].map((text) => [text]),
      HEADER,
      goods,
    );
  };

  test("has the last word about a number that was read long before", async () => {
    const files = large("1,234", ...Array.from({ length: 100 }, () => "3"), "2.5");
    const [file] = files;
    expect(String(file?.content).length > THREAD_FILE_BYTES_MIN).toBe(rows === THREAD_ROWS);
    const tally = await checkFiles(files);
    expect(told(tally)).toEqual([`decimal-mark-in-doubt D${rows + 103}`]);
    expect(messageOf(tally)).toContain(`"1,234" in D${rows + 2}`);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 0 });
  });

  test("says nothing when it has the same mark", async () => {
    const tally = await checkFiles(large("1,234", "2,5"));
    expect(told(tally)).toEqual([]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: rows + 2 });
  });

  test("stops only itself where nothing was read in good faith", async () => {
    const tally = await checkFiles(large("2.5"));
    expect(told(tally)).toEqual([`numbers-ambiguous D${rows + 2}`]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: rows, invalid: 1 });
  });
});

describe("markOfNumber()", () => {
  test("tells the mark of what has one form, whatever the number", () => {
    fc.assert(
      fc.property(
        fc.nat(9_999_999),
        fc.stringMatching(/^\d{1,6}$/),
        fc.constantFrom(".", ","),
        fc.boolean(),
        (whole, fraction, mark, isGrouped) => {
          const group = mark === "." ? "," : ".";
          const digits = isGrouped
            ? String(whole).replace(/\B(?=(?:\d{3})+$)/g, group)
            : String(whole);
          const said = markOfNumber(`${digits}${mark}${fraction}`);
          const isOneGroup = fraction.length === 3 && whole >= 1 && whole <= 999;
          expect(said).toBe(isOneGroup ? "either" : mark);
        },
      ),
    );
  });

  test.each(["", "12", "12.", "1.2.3", "1,2,3", "1,234.567,8", "a.b", "12,5 kg", "1.234,"])(
    "tells nothing of %j",
    (text) => {
      expect(markOfNumber(text)).toBeNull();
    },
  );
});

describe("the way out of a doubt about the mark", () => {
  const sheet = (...texts: readonly string[]): readonly CheckedFile[] => [
    {
      name: "a.xlsx",
      content: workbook({
        Shipments: [HEADER, ...texts.map((text, at) => [`PO-${at}`, "OUT", "Bolts", text])],
      }),
    },
  ];
  const hintsOf = (tally: Tally): string =>
    [...tally.findings]
      .flat()
      .map(({ hint }) => hint)
      .join("\n");

  test.each([[["1.234"]], [["830,25", "17.25"]], [["1,50", "1,234", "2.5"]], [["1 23"]]])(
    "in a workbook is a number that is no text: %j",
    async (texts) => {
      expect(hintsOf(await checkFiles(sheet(...texts)))).toMatch(
        /as (?:a number|numbers), not as text/,
      );
    },
  );

  test.each([[["1.234"]], [["830,25", "17.25"]], [["1,50", "1,234", "2.5"]], [["1 23"]]])(
    "in delimited text, which has no other numbers, is to name it or write it otherwise: %j",
    async (texts) => {
      const hints = hintsOf(await checkFiles(masses(...texts)));
      expect(hints).toMatch(/Name the mark once|^Write the number/);
      expect(hints).not.toContain("not as text");
    },
  );
});
