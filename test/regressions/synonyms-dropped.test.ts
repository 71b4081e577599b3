// Two files with everyday headers, through the command line: the values below them used to be left out
// of every shipment, while `check` called all of them valid. What the simulator was sent is the witness.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readJournal } from "../../src/simulator/journal/journal-file.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(name: string, lines: readonly string[]): string {
  const cwd = emptyFolder();
  folders.push(cwd);
  writeFileSync(join(cwd, name), `${lines.join("\n")}\n`);
  return cwd;
}

function sentTexts(cwd: string): readonly string[] {
  const journal = readJournal(join(cwd, "cas-batch-data/simulator/simulator.jsonl"));
  return journal.map((entry) => JSON.stringify(entry)).filter((text) => text.includes("A-1"));
}

it.each([
  {
    name: "english.csv",
    lines: [
      "External reference,Direction,Goods description,HS code,Gross weight (kg),Net weight,Consignee EORI no.",
      "A-1,IN,Bolts,73181500,12.5,11.25,BE0123456789",
    ],
  },
  {
    name: "german.csv",
    lines: [
      "External reference;Direction;Goods description;Warennummer;Bruttogewicht (kg);Nettogewicht;EORI Empfänger",
      "A-1;IN;Bolts;73181500;12,5;11,25;BE0123456789",
    ],
  },
])("sends what stands below names that are certain: $name", async ({ name, lines }) => {
  const cwd = folderWith(name, lines);
  const checked = await runCli(["check", name], { cwd });
  expect(checked.code, checked.stdout).toBe(0);
  expect(checked.stdout.match(/is read as .*\[header-synonym\]/g)).toHaveLength(4);
  expect(checked.stdout).not.toContain("warning");

  const sent = await runCli(["submit", name, "--env", "simulator", "--json"], { cwd });
  expect(sent.code, sent.stderr).toBe(0);
  expect(documentOf(sent).findings.map(({ code }) => code)).toEqual(
    Array.from({ length: 4 }, () => "header-synonym"),
  );
  const texts = sentTexts(cwd).join("\n");
  for (const value of ["73181500", "12.5", "11.25", "BE0123456789"]) expect(texts).toContain(value);
});

it.each([
  ["Value", "1250.50"],
  ["Weight", "12.5"],
  ["Gross weight (lbs)", "12.5"],
])("sends nothing of a file whose %s is in doubt", async (header, value) => {
  const cwd = folderWith("n.csv", [
    `External reference,Direction,Goods description,${header}`,
    `A-1,IN,Bolts,${value}`,
  ]);
  const sent = await runCli(["submit", "n.csv", "--env", "simulator"], { cwd });
  expect(sent.code, sent.stdout).toBe(3);
  expect(sent.stdout).toContain(`\`${header}\``);
  expect(sent.stdout).toContain("cas-batch profile init n.csv");
});
