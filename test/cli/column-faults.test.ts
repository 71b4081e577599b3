// A fault that a whole column has is told once; every row that it stops still says why.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, runCli } from "../support/run-cli.ts";

const HEADER =
  "External reference;Direction;Goods description;Shipment invoice date;Customs value;Customs value currency";

test.each([
  ["dates", ["03/04/2026;10;EUR", "05/06/2026;10;EUR", "07/08/2026;10;EUR"], "day and month"],
  ["numbers", [";1.234;EUR", ";2.345;EUR", ";3.456;EUR"], "Customs value"],
])("every row that ambiguous %s stop names the column", async (_what, cells, said) => {
  const cwd = emptyFolder();
  const rows = cells.map((text, at) => `PO-${String(at)};IN;Bolts;${text}`);
  writeFileSync(join(cwd, "a.csv"), `${[HEADER, ...rows].join("\n")}\n`);
  await runCli(["submit", "a.csv", "--env", "simulator"], { cwd });
  const linesOf = (name: string): readonly string[] =>
    readFileSync(join(cwd, "out/latest", name), "utf8")
      .split("\n")
      .filter((line) => line.includes("PO-"));
  const failed = linesOf("failed.csv");
  const copied = linesOf("annotated/a.failed.csv");
  expect(failed).toHaveLength(3);
  expect(copied).toHaveLength(3);
  for (const line of [...failed, ...copied]) expect(line).toContain(said);
});
