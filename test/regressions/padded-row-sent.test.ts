// A copy of failed rows fills up a row that ended early with blank columns, so that its reason has a
// column. Fed in again as it was, the row was as wide as the others and was sent without its masses.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeTexts } from "../report/read-workbook.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const HEADER =
  "External reference;Direction;Goods description;Consignee EORI;Commodity code;Gross mass (kg);Net mass (kg)";
const whole = (reference: string): string =>
  `${reference};IN;Steel bolts;BE0123456789;73181500;12.5;12`;

async function checked(cwd: string, file: string, copies = "out"): Promise<readonly string[]> {
  const result = await runCli(["check", file, "--json", "--annotate", copies], { cwd });
  const { findings } = documentOf(result);
  return findings.flatMap(({ code, cell, severity }) =>
    severity === "error" ? [`${code} ${String(cell)}`] : [],
  );
}

async function copied(...rows: readonly string[]): Promise<{ cwd: string; copy: string }> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), `${[HEADER, ...rows].join("\n")}\n`);
  expect(await checked(cwd, "a.csv")).not.toEqual([]);
  return { cwd, copy: readFileSync(join(cwd, "out/a.failed.csv"), "utf8") };
}

const short = "C-3;IN;Nuts;BE0123456789;73181500";

test("A row that ended early stays an error in its copy and in the copy of that, until it is completed", async () => {
  const { cwd, copy } = await copied(whole("C-1"), whole("C-2"), short);
  expect(await checked(cwd, "out/a.failed.csv", "again")).toEqual(["row-too-short F2"]);
  expect(await checked(cwd, "again/a.failed.csv")).toEqual(["row-too-short F2"]);
  writeFileSync(join(cwd, "b.csv"), copy.replace(";;;", ";12.5;12;"));
  expect(await checked(cwd, "b.csv")).toEqual([]);
});

test("A row whose reason is deleted is meant as it is", async () => {
  const { cwd, copy } = await copied(whole("C-1"), whole("C-2"), short);
  writeFileSync(join(cwd, "b.csv"), copy.replace(/;;;.*/, ";;;"));
  expect(await checked(cwd, "b.csv")).toEqual([]);
});

test("A copy that was saved as a workbook says it too", async () => {
  const { cwd, copy } = await copied(whole("C-1"), whole("C-2"), short);
  const rows = copy.trimEnd().split("\n");
  await writeTexts(
    join(cwd, "b.xlsx"),
    "b",
    rows.map((row) => row.split(";")),
  );
  expect(await checked(cwd, "b.xlsx")).toEqual(["row-too-short F2"]);
});

test("The pieces of a row that a line end broke stay errors, and the row put together is none", async () => {
  const pieces = ["C-3;IN;Steel", "bolts;BE0123456789;73181500;12.5;12"];
  const { cwd, copy } = await copied(whole("C-1"), whole("C-2"), ...pieces);
  const again = await checked(cwd, "out/a.failed.csv", "again");
  expect(again).toContain("row-too-short D2");
  expect(again).toContain("row-too-short F3");
  const [header = "", first = ""] = copy.split("\n");
  const joined = `${pieces.join(" ")};${first.split(";").at(-1) ?? ""}`;
  writeFileSync(join(cwd, "b.csv"), `${header}\n${joined}\n`);
  expect(await checked(cwd, "b.csv")).toEqual([]);
});

test("A row that is short like many others and has another fault is not asked for more", async () => {
  const lacking = ["C-2", "C-3", "C-4"].map((reference) => whole(reference).replace(/;12$/, ""));
  const { cwd, copy } = await copied(whole("C-1"), ...lacking, "C-5;UP;Nuts;;73181500;3");
  writeFileSync(join(cwd, "b.csv"), copy.replace(";UP;", ";IN;"));
  expect(await checked(cwd, "b.csv")).toEqual([]);
});
