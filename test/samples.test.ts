// Every folder of `samples/` is run by the real command line against the simulator, twice, and
// must end as its `expected.json` says; the report's numbers must be those of the simulator's own
// journal.
import { cpSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJournal } from "../src/simulator/journal-file.ts";
import { documentOf, emptyFolder, root, runCli, type ResultDocument } from "./support/run-cli.ts";

interface Expected {
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly declarations: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
  readonly declarationErrors: readonly string[];
  readonly secondRun: Pick<Expected, "exitCode" | "counts">;
}

interface ReportTwin {
  readonly totals: { readonly balanced: boolean; readonly shipments: number };
  readonly shipments: readonly { readonly bucket: string }[];
  readonly errors: readonly {
    readonly source: string;
    readonly externalReference: string;
    readonly errorCode?: string;
    readonly sheet?: string | null;
    readonly cell?: string | null;
  }[];
}

const TIMEOUT_MS = 120_000;
const samples = globSync("samples/*/expected.json", { cwd: root }).map(dirname);

describe.each(samples)("%s", (sample) => {
  const expected = JSON.parse(
    readFileSync(join(root, sample, "expected.json"), "utf8"),
  ) as Expected;
  const cwd = emptyFolder();
  cpSync(join(root, "samples"), join(cwd, "samples"), { recursive: true });
  const stateFile = join(cwd, "cas-batch-data/simulator/simulator.jsonl");

  it("ends as expected", { timeout: TIMEOUT_MS }, async () => {
    const result = await runCli(expected.command, { cwd });
    const document = documentOf(result);
    expect(result.code, result.stderr).toBe(expected.exitCode);
    expect(document.counts).toEqual(expected.counts);
    expect(document.balanced).toBe(true);
    expect(document.declarations).toEqual(expected.declarations);
    expect(document.findings.map(findingLine).sort()).toEqual(expected.findings);
    expect(reportOf(document).errors.flatMap(errorLine).sort()).toEqual(expected.declarationErrors);
  });

  it(
    "reports what the simulator wrote down itself",
    async () => {
      const result = await runCli(expected.command, { cwd });
      const report = reportOf(documentOf(result));
      const journal = readJournal(stateFile);
      const accepted = journal.filter(({ kind }) => kind === "accepted").length;
      const refused = journal.filter(({ kind }) => kind === "refused").length;
      expect([accepted, refused]).toEqual([
        expected.counts["accepted"],
        expected.counts["rejected"],
      ]);
      const statuses = new Map<string, string>();
      for (const entry of journal) {
        if (entry.kind === "transition") statuses.set(entry.declarationId, entry.to);
      }
      expect(countValues([...statuses.values()])).toEqual(expected.declarations);
      expect(report.totals.balanced).toBe(true);
      expect(report.shipments).toHaveLength(report.totals.shipments);
    },
    TIMEOUT_MS,
  );

  it("sends nothing when it is run again", { timeout: TIMEOUT_MS }, async () => {
    const before = readJournal(stateFile).filter(({ kind }) => kind === "accepted").length;
    const result = await runCli(expected.command, { cwd });
    expect(result.code, result.stderr).toBe(expected.secondRun.exitCode);
    expect(documentOf(result).counts).toEqual(expected.secondRun.counts);
    const after = readJournal(stateFile).filter(({ kind }) => kind === "accepted").length;
    expect(after).toBe(before);
  });
});

function findingLine(finding: ResultDocument["findings"][number]): string {
  const spot = finding["cell"] ?? `row ${String(finding["row"])}`;
  return `${String(finding["file"])} ${String(spot)} ${String(finding["code"])}`;
}

function errorLine(error: ReportTwin["errors"][number]): readonly string[] {
  if (error.source !== "declaration") return [];
  const sheet = error.sheet == null ? "" : `${error.sheet}!`;
  return [`${error.externalReference} ${error.errorCode ?? "?"} ${sheet}${error.cell ?? "?"}`];
}

function reportOf(document: ResultDocument): ReportTwin {
  const path = (document.report ?? "").replace(/\.xlsx$/, ".json");
  return JSON.parse(readFileSync(path, "utf8")) as ReportTwin;
}

function countValues(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
