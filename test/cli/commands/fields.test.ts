// The list of what columns and profiles can name, and the templates with the columns of groups.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { furtherMembers } from "../../../src/map/catalogue/known-members.ts";
import { listFields } from "../../../src/map/list-fields.ts";
import { parseMemberPath } from "../../../src/map/model/member-path.ts";
import { documentOf, emptyFolder, root, runCli } from "../../support/run-cli.ts";
import { openWorkbook } from "../../report/read-workbook.ts";

const headersFor = (word: string): readonly (string | null)[] =>
  listFields(word).map(({ header, path }) => header ?? path);

describe("listFields()", () => {
  it.each([
    ["Ursprungsland", "Item origin country"],
    ["land van oorsprong", "Item origin country"],
    ["pays d'origine", "Item origin country"],
    ["origin country", "Item origin country"],
    ["brutogewicht", "Gross mass (kg)"],
    ["POIDS BRUT", "Gross mass (kg)"],
    ["exportCountry", "Shipment country of export"],
    ["Vorpapier", "Item previous document reference"],
    ["declTyp", "Declaration type"],
  ])("finds %s", (word, header) => {
    expect(headersFor(word)).toContain(header);
  });

  it("finds nothing for a word of nobody, and all without a word", () => {
    expect(headersFor("Sachbearbeiter")).toEqual([]);
    expect(headersFor("").length).toBeGreaterThan(100);
  });

  it("finds members without a column by a word of any language", () => {
    expect(headersFor("Containernummer")).toEqual([
      "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].containerIdentification",
    ]);
  });
});

describe("the members without a column", () => {
  it("have paths that a header can be, a meaning, and words for it", () => {
    for (const { path, note, words } of furtherMembers()) {
      expect([path, parseMemberPath(path).kind]).toEqual([path, "path"]);
      expect([path, note === "", words === ""]).toEqual([path, false, false]);
    }
  });
});

describe("cas-batch fields", () => {
  it("shows header, meaning and path, and what is assumed", async () => {
    const { code, stdout } = await runCli(["fields", "Ursprungsland"]);
    expect(code).toBe(0);
    expect(stdout).toContain("their paths are assumed, ask your CAS team");
    expect(stdout).toContain("  Item origin country   [goods item, --with origin]");
    expect(stdout).toContain("governmentAgencyGoodsItems[].origin.country");
  });

  it("lists them as one document under --json", async () => {
    const result = await runCli(["fields", "gmass", "--json"]);
    expect(documentOf(result)).toMatchObject({
      fields: [{ header: "Gross mass (kg)", assumed: false, group: null, required: false }],
    });
  });

  it("says so when nothing has the word", async () => {
    const { code, stdout } = await runCli(["fields", "xyzzy"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('has "xyzzy" in its name')]);
  });
});

describe("cas-batch template --with", () => {
  it("writes columns that `check` reads without a profile, and marks in a copy", async () => {
    const cwd = emptyFolder();
    const write = ["template", "workbook", "--with", "origin,invoice", "-o", "t.xlsx"];
    expect((await runCli(write, { cwd })).code).toBe(0);
    const workbook = await openWorkbook(join(cwd, "t.xlsx"));
    const readMe = JSON.stringify(workbook.getWorksheet("Read me")?.getSheetValues());
    expect(readMe).toContain("Assumed: the columns Item origin country");
    const shipments = workbook.getWorksheet("Shipments");
    const items = workbook.getWorksheet("Goods items");
    const fill = (sheet: typeof items, values: Readonly<Record<string, string>>): void => {
      const headers = sheet?.getRow(1).values as readonly (string | undefined)[];
      for (const [header, value] of Object.entries(values)) {
        const at = headers.findIndex((text) => text?.replace(" *", "") === header);
        if (sheet !== undefined) sheet.getRow(2).getCell(at).value = value;
      }
    };
    fill(shipments, {
      ...{ "External reference": "PO-1", Direction: "IN", "Shipment invoice date": "2026-03-01" },
    });
    fill(items, {
      ...{ "External reference": "PO-1", "Goods description": "Bolts" },
      "Item origin country": "China",
    });
    await workbook.xlsx.writeFile(join(cwd, "filled.xlsx"));
    const result = await runCli(["check", "filled.xlsx", "--annotate", "checked", "--json"], {
      cwd,
    });
    const errors = documentOf(result).findings.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ sheet: "Goods items", header: "Item origin country" }]);
    expect(result.code).toBe(3);
    const [copy] = readdirSync(join(cwd, "checked"));
    const annotated = await openWorkbook(join(cwd, "checked", copy ?? "none"));
    const cell = annotated.getWorksheet("Goods items")?.getCell(String(errors[0]?.["cell"]));
    expect(JSON.stringify(cell?.note)).toContain("Item origin country cannot be");
  });

  it("refuses a word that is no group", async () => {
    const { code, stderr } = await runCli(["template", "--with", "orign"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("did you mean `origin`?")]);
    expect(stderr).toContain("supplementary-units");
  });

  it("without it writes byte for byte the template that it always wrote", async () => {
    const cwd = emptyFolder();
    await runCli(["template", "-o", "t.xlsx"], { cwd });
    const committed = join(root, "templates/customs-shipments-flat.xlsx");
    expect(readFileSync(join(cwd, "t.xlsx")).equals(readFileSync(committed))).toBe(true);
  });

  it("gives the CSV an example that cannot be sent by mistake", async () => {
    const cwd = emptyFolder();
    await runCli(["template", "--with", "all", "-o", "t.csv"], { cwd });
    expect((await runCli(["check", "t.csv"], { cwd })).code).toBe(3);
    const text = readFileSync(join(cwd, "t.csv"), "utf8");
    writeFileSync(join(cwd, "t.csv"), text.replace("IN or OUT", "IN"));
    expect((await runCli(["check", "t.csv"], { cwd })).code).toBe(0);
  });
});
