// Values that were read otherwise than written: counted by default, each shown with -v and in the annotated
// copy, where they are no faults.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, runCli } from "../../support/run-cli.ts";
import { openWorkbook, writeTexts } from "../../report/read-workbook.ts";

const HEADER = ["External reference", "Direction", "Goods description", "Commodity code"];
const rows = [
  ["PO-1", "in", "Bolts", "7318 15 00"],
  ["PO-2", "in", "Bolts", "731815"],
  ["PO-3", "IN", "Bolts", "9999 99"],
];

describe("repaired values", () => {
  it("are each shown by check -v, and by their number without", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.csv"), [HEADER, ...rows].map((row) => row.join(";")).join("\n"));
    const all = await runCli(["check", "a.csv", "-v"], { cwd });
    const shown = all.stdout.split("\n").filter((line) => line.includes("[value-repaired]"));
    expect(shown.map((line) => /› ([A-Z]\d+)/.exec(line)?.[1])).toEqual(["B2", "D2", "B3", "D4"]);
    expect(shown[0]).toContain('Direction "in" was read as IN');
    expect(all.code).toBe(0);
    const few = await runCli(["check", "a.csv"], { cwd });
    expect(few.stdout).toContain("(and 3 more of this kind; -v shows each)");
  });

  it("stand in the annotated workbook as comments without a colour, beside what is said of the cell", async () => {
    const cwd = emptyFolder();
    await writeTexts(join(cwd, "a.xlsx"), "Shipments", [HEADER, ...rows]);
    await runCli(["check", "a.xlsx", "--annotate", "copy"], { cwd });
    const sheet = (await openWorkbook(join(cwd, "copy", "a.xlsx"))).getWorksheet("Shipments");
    const cell = (address: string) => {
      const { note, fill } = sheet?.getCell(address) ?? {};
      return {
        text: JSON.stringify(note),
        isColoured: fill?.type === "pattern" && fill.pattern === "solid",
      };
    };
    expect(cell("B2").text).toContain("was read as IN");
    expect(cell("B2").isColoured).toBe(false);
    expect(cell("D2").text).toContain("was read as 73181500");
    expect(cell("D4").text).toContain("was read as 999999");
    expect(cell("D4").text).toContain("code-");
    expect(cell("D4").isColoured).toBe(true);
    expect(cell("D3").text).toBeUndefined();
  });

  it("stand in the reason of a failed row of a CSV file, behind its faults", async () => {
    const cwd = emptyFolder();
    writeFileSync(
      join(cwd, "a.csv"),
      `${HEADER.join(";")}\nPO-1;in;Bolts;7318150\nPO-2;in;Bolts;731815\n`,
    );
    await runCli(["check", "a.csv", "--annotate", "copy"], { cwd });
    const copy = readFileSync(join(cwd, "copy", "a.failed.csv"), "utf8");
    expect(copy).toMatch(/7318150.*digits is needed \| .*Direction ""in"" was read as IN/);
    expect(copy).not.toContain("PO-2");
  });
});
