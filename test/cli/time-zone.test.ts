// The zone in which people read the times of the report.
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openWorkbook, sheetTexts } from "../report/read-workbook.ts";
import { emptyFolder, root, runCli } from "../support/run-cli.ts";

it("cas-batch run shows times in the zone of cas-batch.yaml, and UTC in the twin", async () => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  copyFileSync(join(root, "samples/first-night/exports-flat.xlsx"), join(cwd, "inbox/a.xlsx"));
  writeFileSync(join(cwd, "cas-batch.yaml"), "timeZone: Asia/Kathmandu\n");
  const { code, stderr } = await runCli(["run", "inbox", "--env", "simulator", "--wait", "2s"], {
    cwd,
  });
  expect(code, stderr).toBe(4);
  const [path = ""] = globSync("out/*/status-report.xlsx", { cwd });
  const workbook = await openWorkbook(join(cwd, path));
  const summary = sheetTexts(workbook, "Summary").flat();
  expect(summary).toContain("As of (Asia/Kathmandu)");
  expect(sheetTexts(workbook, "Shipments")[0]).toContain("Accepted by CAS (Asia/Kathmandu)");
  const twin = JSON.parse(readFileSync(join(cwd, path.replace(/xlsx$/, "json")), "utf8")) as {
    asOf: string;
    totals: { trend: { day: string }[]; openAges: { label: string; count: number }[] };
  };
  const quarterToSixHours = (5 * 60 + 45) * 60_000;
  const wall = new Date(Date.parse(twin.asOf) + quarterToSixHours);
  expect(twin.asOf).toMatch(/Z$/);
  const sheet = workbook.getWorksheet("Summary");
  const row = sheetTexts(workbook, "Summary").findIndex(([label]) => label?.startsWith("As of"));
  const shown = sheet?.getCell(row + 1, 2).value;
  expect(Math.abs((shown as Date).getTime() - wall.getTime())).toBeLessThan(1_000);
  expect(twin.totals.trend.at(-1)?.day).toBe(wall.toISOString().slice(0, 10));
  expect(twin.totals.openAges.map(({ label }) => label)[0]).toBe("up to 1 hour");
});

it.each(["Brussels", "+02:00", "''"])("refuses %s as a time zone", async (name) => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "cas-batch.yaml"), `timeZone: ${name}\n`);
  const { code, stderr } = await runCli(["doctor", "--env", "simulator"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("is no time zone; write one like Europe/Brussels");
});
