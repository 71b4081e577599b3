// A sheet with thousands of columns of the user's own: the time must grow with their number, not with its square.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

test("check reads a sheet with 4,000 columns of the user's own", async () => {
  const cwd = emptyFolder();
  const own = (text: string): string =>
    Array.from({ length: 4_000 }, (_, at) => `${text} ${at}`).join(";");
  writeFileSync(
    join(cwd, "wide.csv"),
    `External reference;Direction;Goods description;Gross mass;${own("Own")}\nA1;IN;Bolts;1,5;${own("x")}\n`,
  );
  const result = await runCli(["check", "wide.csv", "--json"], { cwd });
  const { findings } = documentOf(result) as unknown as { findings: { code: string }[] };
  expect(findings.filter(({ code }) => code === "header-unknown").length).toBe(4_000);
}, 20_000);
