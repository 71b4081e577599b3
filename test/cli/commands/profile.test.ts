// Profiles on the command line: drafted, shown, tried, chosen by the configuration.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { THREAD_FILE_BYTES_MIN } from "../../../src/intake/records/open-records.ts";
import { documentOf, emptyFolder, runCli } from "../../support/run-cli.ts";
import { workbook } from "../../support/simple-workbook.ts";

const EXPORT =
  "Lieferschein;Richtung;Warenbezeichnung;Rohgewicht;Bemerkung\nL1;Einfuhr;Schrauben;1,5;x\n";
const PROFILE = `version: 1
columns:
  Lieferschein: External reference
  Richtung: { to: Direction, values: { Einfuhr: IN } }
  Warenbezeichnung: Goods description
  Rohgewicht: Gross mass (kg)
  Bemerkung: ignore
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("cas-batch profile init", () => {
  it("writes a profile that `profile test` can use, and replaces none", async () => {
    const cwd = folderWith({ "night.csv": EXPORT });
    const first = await runCli(["profile", "init", "night.csv", "-o", "p.yaml"], { cwd });
    expect(first.code, first.stderr).toBe(0);
    expect(readFileSync(join(cwd, "p.yaml"), "utf8")).toContain(
      "Lieferschein: { to: External reference, guess: true } # a guess: 1.00",
    );
    const test = await runCli(["profile", "test", "p.yaml", "night.csv"], { cwd });
    expect(test.stdout).toContain('← D2 "1,5"');
    expect(test.code, test.stderr).toBe(0);
    const again = await runCli(["profile", "init", "night.csv", "-o", "p.yaml"], { cwd });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("--force")]);
  });

  it("lets the name of a file add no line to the profile", async () => {
    const name = "a\ndirection: IN\n#.csv";
    const cwd = folderWith({ [name]: EXPORT });
    const drafted = await runCli(["profile", "init", name], { cwd });
    expect(drafted.code, drafted.stderr).toBe(0);
    expect(drafted.stdout).not.toMatch(/^direction: IN$/m);
    expect(drafted.stdout).toContain("# Draft from a<U+000A>direction: IN<U+000A>#.csv, made by");
  });

  it("drafts an SAP export in Windows-1252, says what is left to decide, and never sends a partner number", async () => {
    const cwd = emptyFolder();
    const rows = [
      "Lieferung;Ein-/Ausfuhr;VPArt;Warenempfänger;Bezeichnung;Stat.Warennr.;Bruttogew.;GEH;Währg",
      "80001234;Ausfuhr;KAR;0000104711;Schraube größer;73181500;1.234,500;KG;EUR",
      "80001235;Ausfuhr;PAL;0000104712;Rindfleisch;2013000;50,500;KG;EUR",
    ];
    writeFileSync(join(cwd, "sap.csv"), Buffer.from(`${rows.join("\r\n")}\r\n`, "latin1"));
    const drafted = await runCli(["profile", "init", "sap.csv", "-o", "p.yaml"], { cwd });
    expect(drafted.stdout).toContain("6 columns taken (guessed: 4); left for you to decide: 2");
    const tried = await runCli(["profile", "test", "p.yaml", "sap.csv", "--json"], { cwd });
    const document = documentOf(tried);
    expect(document).toMatchObject({ exitCode: 0, counts: { shipments: 2, invalid: 0 } });
    expect(document.findings.filter(({ code }) => code === "profile-guess")).toHaveLength(4);
    expect(JSON.stringify(document)).toContain('"id":"02013000"');
    expect(JSON.stringify(document)).toContain('"type":"PX"');
    expect(tried.stdout).not.toContain('"businessPartnerReference"');
    const json = await runCli(["profile", "init", "sap.csv", "--json"], { cwd });
    expect(documentOf(json)).toMatchObject({
      draft: { taken: 6, guesses: 4, asked: 2, missing: [] },
    });
  });

  it("says so when no row has headers like ours", async () => {
    const cwd = folderWith({ "night.csv": "Colour,Taste\nred,sweet\n" });
    const { code, stderr } = await runCli(["profile", "init", "night.csv"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("No row of night.csv")]);
  });
});

describe("a file that cannot be read", () => {
  const DAMAGED = "PK\u0003\u0004 and no more";
  it.each(["init", "test"])("is told by its finding, by `profile %s`", async (verb) => {
    const cwd = folderWith({ "p.yaml": PROFILE, "a.xlsx": DAMAGED, "m.xlsm": "" });
    writeFileSync(
      join(cwd, "m.xlsm"),
      workbook(
        {
          Shipments: EXPORT.trim()
            .split("\n")
            .map((line) => line.split(";")),
        },
        { relations: '<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/>' },
      ),
    );
    const reading = (...sample: readonly string[]) =>
      runCli(["profile", verb, ...(verb === "test" ? ["p.yaml"] : []), ...sample, "--json"], {
        cwd,
      });
    for (const name of ["a.xlsx", "m.xlsm", "gone.xlsx"]) {
      const result = await reading(name);
      const { error } = documentOf(result) as unknown as {
        error: { code: string; message: string };
      };
      expect([result.code, error]).toMatchObject([3, { code: "file-rejected" }]);
      expect(error.message).toContain(name);
    }
    expect((await reading("m.xlsm")).stdout).toContain("--allow-macros");
    expect((await reading("m.xlsm", "--allow-macros")).stdout).not.toContain("file-rejected");
  });
});

describe("cas-batch profile", () => {
  it("says what it can do when it is told nothing", async () => {
    const { code, stderr } = await runCli(["profile"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("init, show or test")]);
  });
});

describe("cas-batch profile show", () => {
  it("shows the profile with its defaults, as one document under --json", async () => {
    const cwd = folderWith({ "p.yaml": PROFILE });
    const text = await runCli(["profile", "show", "p.yaml"], { cwd });
    expect(text.stdout).toContain("otherColumns: report");
    const json = await runCli(["profile", "show", "p.yaml", "--json"], { cwd });
    expect(documentOf(json)).toMatchObject({ exitCode: 0, profile: { messageType: "Upsert" } });
  });

  it("tells every mistake with line and column, and exits 2", async () => {
    const cwd = folderWith({ "p.yaml": "version: 1\ncolums: {}\ndateOrder: dym\n" });
    const { code, stderr } = await runCli(["profile", "show", "p.yaml"], { cwd });
    expect(stderr).toContain("p.yaml line 2, column 1: `colums`");
    expect(stderr).toContain("p.yaml line 3, column 1: `dateOrder`");
    expect(code).toBe(2);
  });

  it("tells what is wrong with a lookup file", async () => {
    const lookup = "{ to: Package type, lookup: { file: kinds.csv, from: Art, to: Code } }";
    const cwd = folderWith({
      "p.yaml": `version: 1\ncolumns: { A: ${lookup} }\n`,
      "kinds.csv": "Kind,Code\nBox,BX\n",
    });
    const { code, stderr } = await runCli(["profile", "show", "p.yaml"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "p.yaml line 2, column 35: The lookup file kinds.csv of p.yaml has no column `Art`",
      ),
    ]);
  });
});

describe("the profile of a file", () => {
  it("is that of --profile", async () => {
    const cwd = folderWith({ "night.csv": EXPORT, "p.yaml": PROFILE });
    const result = await runCli(["check", "night.csv", "--profile", "p.yaml", "--json"], { cwd });
    expect(documentOf(result)).toMatchObject({ exitCode: 0, counts: { shipments: 1, invalid: 0 } });
  });

  it("is the first in cas-batch.yaml whose pattern fits, beside the configuration", async () => {
    const cwd = folderWith({
      "conf/cas-batch.yaml": "profiles:\n  - { files: night*, profile: profiles/p.yaml }\n",
      "conf/profiles/p.yaml": PROFILE,
      "night-1.csv": EXPORT,
      "other.csv": EXPORT,
    });
    const args = ["--config", "conf/cas-batch.yaml", "--json"];
    const fitting = await runCli(["check", "night-1.csv", ...args], { cwd });
    expect(documentOf(fitting)).toMatchObject({ exitCode: 0, counts: { shipments: 1 } });
    const other = documentOf(await runCli(["check", "other.csv", ...args], { cwd }));
    expect(other.files.map(({ rejected }) => rejected)).toEqual([true]);
  });

  it("is read once more in the reading thread for a large file, with its rows left out", async () => {
    const row = `L1;Einfuhr;Schrauben ${"x".repeat(160)};1,5;x`;
    const rows = Array.from({ length: 50_000 }, (_row, at) => row.replace("L1", `L${String(at)}`));
    const text = [EXPORT.split("\n")[0], ...rows, "Summe;;;75000;"].join("\n");
    expect(text.length).toBeGreaterThan(THREAD_FILE_BYTES_MIN);
    const cwd = folderWith({ "big.csv": text, "p.yaml": `${PROFILE}rows: { totals: true }\n` });
    const result = await runCli(["check", "big.csv", "--profile", "p.yaml", "--json"], { cwd });
    const document = documentOf(result);
    expect(document.counts).toMatchObject({ rows: 50_001, blank: 1, shipments: 50_000 });
    expect(document.balanced).toBe(true);
    expect(document.findings.map(({ code }) => code)).toEqual([
      ...["value-advisable", "value-advisable", "rows-left-out"],
    ]);
  });
});
