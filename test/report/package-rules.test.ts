// Every workbook that we write keeps to the rules of Excel's own file format.
import { globSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { templateModel } from "../../src/map/template-model.ts";
import { FileNotes } from "../../src/report/annotate/annotate-notes.ts";
import { annotateWorkbook } from "../../src/report/annotate/workbook/annotate-workbook.ts";
import { readBookParts } from "../../src/report/annotate/package/package-parts.ts";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { writeTemplateWorkbook } from "../../src/report/write-template.ts";
import { makeZip } from "../parse/make-workbook.ts";
import { packageFaults } from "../support/package-faults.ts";
import { temporaryFolder } from "./outside-programs.ts";
import { busyNight, sampleInput } from "./sample-books.ts";
import { packageAt, withSteadyFile } from "../support/steady-files.ts";

const root = join(import.meta.dirname, "../..");

describe("the package of", () => {
  it.each(["flat", "workbook"] as const)(
    "the %s template is as the format wants it",
    async (layout) => {
      const path = join(temporaryFolder(), "template.xlsx");
      await writeTemplateWorkbook(path, templateModel(layout));
      expect(await packageFaults(path)).toEqual([]);
    },
  );

  it("the status report is as the format wants it", async () => {
    const path = join(temporaryFolder(), "report.xlsx");
    await writeStatusReport(path, sampleInput(busyNight()));
    expect(await packageFaults(path)).toEqual([]);
  });

  it.each(globSync(join(root, "{samples/*,templates}/*.xlsx")).map((path) => basename(path)))(
    "an annotated copy of %s is as the format wants it, also the second time",
    async (name) => {
      const [path = ""] = globSync(join(root, `{samples/*,templates}/${name}`));
      const folder = temporaryFolder();
      const notes = new FileNotes();
      const source = await packageAt(path);
      const { sheets } = await readBookParts(source);
      await source.close();
      for (const { name: sheet } of sheets) {
        const fault = { sheet, hint: null, code: "number-invalid", message: "Odd" };
        notes.addFault({ ...fault, severity: "error", row: 1, cell: "B1" });
        notes.addFault({ ...fault, severity: "warning", row: null, cell: null });
      }
      const headerRows = Object.fromEntries(sheets.map(({ name: sheet }) => [sheet, 1]));
      const [first, second] = [join(folder, "1.xlsx"), join(folder, "2.xlsx")];
      await withSteadyFile(path, (file) => annotateWorkbook(file, first, notes, headerRows));
      expect(await packageFaults(first)).toEqual([]);
      await withSteadyFile(first, (file) => annotateWorkbook(file, second, notes, headerRows));
      expect(await packageFaults(second)).toEqual([]);
    },
  );
});

describe("packageFaults()", () => {
  it.each([
    ["a missing part", "xl/styles.xml", () => null],
    [
      "a wrong count",
      "xl/styles.xml",
      (text: string) => text.replace(/<fonts count="\d+"/, '<fonts count="99"'),
    ],
    [
      "an unknown format",
      "xl/worksheets/sheet1.xml",
      (text: string) => text.replace(/ s="\d+"/, ' s="9999"'),
    ],
    [
      "a wrong order",
      "xl/worksheets/sheet2.xml",
      (text: string) =>
        text
          .replace(/(<sheetData[\s\S]*<\/sheetData>|<sheetData\/>)/, "")
          .replace("</worksheet>", "<sheetData/></worksheet>"),
    ],
    [
      "a lost relation",
      "xl/_rels/workbook.xml.rels",
      (text: string) => text.replace(/<Relationship [^>]*sheet1\.xml"\/>/, ""),
    ],
  ])("sees %s", async (_what, part, damage) => {
    const folder = temporaryFolder();
    const good = join(folder, "good.xlsx");
    await writeTemplateWorkbook(good, templateModel("flat"));
    const source = await packageAt(good);
    const parts: Record<string, string> = {};
    for (const name of source.names) {
      const text = await source.readText(name);
      const damaged = name === part ? damage(text) : text;
      if (damaged !== null) parts[name] = damaged;
      if (name === part) expect(damaged).not.toBe(text);
    }
    await source.close();
    const bad = join(folder, "bad.xlsx");
    writeFileSync(bad, makeZip(parts));
    expect(await packageFaults(bad)).not.toEqual([]);
  });
});
