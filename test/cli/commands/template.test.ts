// `template --language`: a workbook that is filled in and checked without a profile.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, runCli } from "../../support/run-cli.ts";
import { openWorkbook } from "../../report/read-workbook.ts";

describe("cas-batch template --language", () => {
  it("writes sheets, headers, drop-downs and Read me in German, and check reads what is filled in", async () => {
    const cwd = emptyFolder();
    await runCli(["template", "workbook", "--language", "de"], { cwd });
    const path = join(cwd, "customs-shipments-workbook-de.xlsx");
    const workbook = await openWorkbook(path);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      "Bitte lesen",
      "Sendungen",
      "Warenpositionen",
      "Packstücke",
      "Unterlagen",
      "Listen",
    ]);
    const sendungen = workbook.getWorksheet("Sendungen");
    expect(sendungen?.getCell("B2").dataValidation.type).toBe("list");
    expect(workbook.getWorksheet("Listen")?.getCell("A2").text).toBe("Einfuhr");
    expect(JSON.stringify(sendungen?.getCell("A1").note)).toContain(
      "Pflichtfeld. Ihre eigene Referenz",
    );
    const put = (sheet: string, ...cells: readonly (string | number)[]): void => {
      const row = workbook.getWorksheet(sheet)?.getRow(2);
      cells.forEach((value, at) => {
        if (row !== undefined) row.getCell(at + 1).value = value;
      });
    };
    put("Sendungen", "A-1", "Einfuhr");
    put("Warenpositionen", "A-1", "", 1, "Schrauben", "73181500");
    put("Packstücke", "A-1", "", 1, "CT", 2);
    await workbook.xlsx.writeFile(path);
    const { code, stdout } = await runCli(["check", path], { cwd });
    expect(stdout).toContain("1 shipment: 1 valid");
    expect(stdout).toContain("workbook layout");
    expect(stdout).not.toMatch(/^ {2}note/m);
    expect(code).toBe(0);
  });

  it("writes a CSV file whose example no check lets through, in French", async () => {
    const cwd = emptyFolder();
    await runCli(["template", "--language", "fr", "-o", "envois.csv"], { cwd });
    expect(readFileSync(join(cwd, "envois.csv"), "utf8")).toContain("Importation ou Exportation");
    const { code } = await runCli(["check", "envois.csv"], { cwd });
    expect(code).toBe(3);
  });

  it("refuses a language that it does not have, and names those that it has", async () => {
    const { code, stderr } = await runCli(["template", "--language", "it"], { cwd: emptyFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain("nl");
  });
});
