// Small files that were once read wrongly, and what is expected of each: which errors, and what stands
// in a cell. A file without an expectation is a difference too, and so is an expectation without its file.
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../src/core/time/clock.ts";
import { ourCells } from "./corpus-cells.ts";
import { check } from "../src/runs/check-files.ts";

interface Expected {
  /** Shape: `code-format D2`; all errors of the file, in their order. */
  readonly errors?: readonly string[];
  /** Values by their cell. */
  readonly cells?: Readonly<Record<string, string>>;
}

const CASES: Readonly<Record<string, Expected>> = {
  "code-with-decimals.csv": { errors: ["code-with-decimals D2"] },
  "cp1250-pl.csv": { cells: { M2: "Złącze śrubowe, żeliwo, gęś" } },
  "macroman.csv": { cells: { M2: "Gebäck für Händler" } },
  "dxf-date-lost.xlsx": { cells: { O2: "1250.5", Y2: "2026-03-01" } },
  "iso-date-noise.xlsx": {
    errors: ["timestamp-without-zone Y2", "timestamp-without-zone Y3"],
    cells: { Y2: "2026-03-01T16:00:00", Z2: "2026-03-02", Z3: "2026-03-02" },
  },
  "iso-date-with-zone.xlsx": {
    cells: { D2: "2026-03-01T23:30:00Z", D3: "2026-03-01T23:30:00+02:00", D4: "2026-03-01" },
  },
  "lone-cr-in-lf-file.csv": {
    errors: ["row-broken C2", "value-not-allowed B3", "row-broken A3", "item-missing -"],
  },
  "nel-line-ends.csv": { errors: ["line-end-unknown -"] },
  "quote-swallows-shipments.csv": { errors: ["csv-quote-broken C3"] },
  "unclosed-quote-in-header.csv": { errors: ["csv-quote-broken -"] },
  "value-under-merged-cell.xlsx": { errors: ["value-under-merged-cell A3"] },
};

/** How many cases a folder holds, and what is other than expected, in words. */
export async function compareCases(
  folder: string,
): Promise<{ readonly cases: number; readonly differences: readonly string[] }> {
  const files = globSync("*.{csv,xlsx}", { cwd: folder }).sort();
  const differences: string[] = [];
  for (const file of new Set([...files, ...Object.keys(CASES)])) {
    const expected = CASES[file];
    const path = join(folder, file);
    if (expected === undefined) differences.push(`${file}: nothing is said of what is expected`);
    else if (!existsSync(path)) differences.push(`${file}: it is not there`);
    else differences.push(...(await differencesOf(path, file, expected)));
  }
  return { cases: files.length, differences };
}

async function differencesOf(
  path: string,
  name: string,
  { errors = [], cells = {} }: Expected,
): Promise<readonly string[]> {
  const found = await errorsOf(path, name);
  const differences: string[] = [];
  if (found.join() !== errors.join()) {
    differences.push(
      `${name}: the errors are ${found.join(", ") || "none"}; expected are ${errors.join(", ") || "none"}`,
    );
  }
  if (Object.keys(cells).length === 0) return differences;
  const [sheet] = [...(await ourCells(path)).values()];
  for (const [address, value] of Object.entries(cells)) {
    const read = sheet?.get(address)?.value;
    if (read === value) continue;
    differences.push(`${name}: ${address} is "${read ?? ""}"; expected is "${value}"`);
  }
  return differences;
}

async function errorsOf(path: string, name: string): Promise<readonly string[]> {
  const tally = await check(
    [{ path, name }],
    { onInvalid: "skip", reading: {}, profileOf: () => null },
    {
      ...{ clock: systemClock, random: Math.random, programVersion: "corpus" },
      ...{ log: () => undefined, onProgress: () => undefined },
      signal: new AbortController().signal,
    },
  );
  const findings = [...tally.findings].flat();
  tally.close();
  return findings.flatMap(({ severity, code, cell }) =>
    severity === "error" ? [`${code} ${cell ?? "-"}`] : [],
  );
}
