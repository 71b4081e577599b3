import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, root, runCli, type Finished } from "../../support/run-cli.ts";

const WORKBOOK = join(root, "samples/first-night/imports-by-sheet.xlsx");

interface Line {
  readonly sheet: string;
  readonly row: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

function linesOf({ stdout }: Finished): readonly Line[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

describe("cells", () => {
  it("says beside the rows what was found out, and in a row what is doubtful", async () => {
    const cwd = emptyFolder();
    const headers = "External reference;Direction;Goods description";
    writeFileSync(
      join(cwd, "a.csv"),
      `Export of March\n${headers}\nR-1;IN;"Pipe" 3\nR-2;IN;Nuts\n`,
    );
    const result = await runCli(["cells", "a.csv"], { cwd });
    expect(result.stderr).toContain(
      'a.csv: encoding UTF-8, delimiter semicolon, line end LF, decimal mark comma, headers in row 2 of "a"',
    );
    const [title, , odd, sound] = linesOf(result);
    expect(title).not.toHaveProperty("flaw");
    expect(odd).toHaveProperty("flaw.code", "csv-quote-broken");
    expect(sound).not.toHaveProperty("flaw");
  });

  it("prints every row of every sheet with address, type, value, raw text and format", async () => {
    const result = await runCli(["cells", WORKBOOK]);
    const lines = linesOf(result);
    expect(new Set(lines.map(({ sheet }) => sheet))).toEqual(
      new Set(["Shipments", "Goods items", "Packaging", "Documents"]),
    );
    const item = lines.find(({ sheet, row }) => sheet === "Goods items" && row === 2);
    expect(item?.cells["F2"]).toEqual({
      type: "number",
      value: "120.5",
      raw: "120.5",
      format: "General",
    });
    expect(item?.cells["E2"]).toMatchObject({ type: "string", value: "85423190", format: "@" });
    expect(result.code).toBe(0);
  });

  it("--sheet takes a number or a name", async () => {
    const byNumber = await runCli(["cells", WORKBOOK, "--sheet", "2"]);
    const byName = await runCli(["cells", WORKBOOK, "--sheet", "Goods items"]);
    expect(linesOf(byNumber).every(({ sheet }) => sheet === "Goods items")).toBe(true);
    expect(byName.stdout).toBe(byNumber.stdout);
  });

  it("exits 2 for a sheet that is not there, and names those that are", async () => {
    const { code, stderr } = await runCli(["cells", WORKBOOK, "--sheet", "Prices"]);
    expect(stderr).toContain('2 "Goods items"');
    expect(code).toBe(2);
  });

  it("exits 3 for a file that cannot be read", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.xlsx"), "PK\u0003\u0004 and no more");
    const { code, stdout, stderr } = await runCli(["cells", "a.xlsx"], { cwd });
    expect(stdout).toBe("");
    expect(stderr).toContain("a.xlsx");
    expect(code).toBe(3);
  });
});
