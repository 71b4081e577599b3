// Every folder of `samples/` is run by the real command line and must end as its `expected.json` says.
// What is sent goes to the simulator, twice, and the report's numbers must be those of the
// simulator's own journal.
import { cpSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJournal } from "../src/simulator/journal/journal-file.ts";
import { documentOf, emptyFolder, root, runCli, type ResultDocument } from "./support/run-cli.ts";

interface Expected {
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly declarations: Readonly<Record<string, number>>;
  /** Shipments that CAS took and made nothing of. */
  readonly withoutDeclaration: number;
  readonly findings: readonly string[];
  readonly refusals: readonly string[];
  readonly declarationErrors: readonly string[];
  readonly secondRun: Pick<Expected, "exitCode" | "counts">;
}

interface ReportTwin {
  readonly totals: {
    readonly balanced: boolean;
    readonly shipments: number;
    readonly withoutDeclaration: number;
  };
  readonly shipments: readonly { readonly bucket: string }[];
  readonly errors: readonly {
    readonly source: string;
    readonly externalReference: string;
    readonly errorCode?: string;
    readonly sheet?: string | null;
    readonly cell?: string | null;
    readonly fields?: readonly {
      readonly sheet: string | null;
      readonly cell: string | null;
      readonly value: string | null;
    }[];
  }[];
}

const TIMEOUT_MS = 120_000;
const samples = globSync("samples/*/expected.json", { cwd: root })
  .map(dirname)
  .sort()
  .map((sample) => ({ sample, expected: readExpected(sample) }));
const isRun = ({ expected }: (typeof samples)[number]): boolean => expected.command[0] === "run";

describe.each(samples.filter((sample) => !isRun(sample)))("$sample", ({ expected }) => {
  it("ends as expected", { timeout: TIMEOUT_MS }, async () => {
    const result = await runCli(expected.command, { cwd: folderWithSamples() });
    const document = documentOf(result);
    expect(document.findings.map(findingLine).sort()).toEqual(expected.findings);
    expect(document.counts).toEqual(expected.counts);
    expect(document.balanced).toBe(true);
    const { rejected = 0, held = 0, unknown = 0 } = expected.counts;
    expect(document.attention).toHaveLength(rejected + held + unknown);
    expect(result.code, result.stderr).toBe(expected.exitCode);
  });
});

describe.each(samples.filter(isRun))("$sample", ({ expected }) => {
  const cwd = folderWithSamples();
  const stateFile = join(cwd, "cas-batch-data/simulator/simulator.jsonl");

  it("ends as expected", { timeout: TIMEOUT_MS }, async () => {
    const result = await runCli(expected.command, { cwd });
    const document = documentOf(result);
    expect(result.code, result.stderr).toBe(expected.exitCode);
    expect(document.counts).toEqual(expected.counts);
    expect(document.balanced).toBe(true);
    expect(document.declarations).toEqual(expected.declarations);
    expect(document.findings.map(findingLine).sort()).toEqual(expected.findings);
    const { errors, totals } = reportOf(document);
    expect(errors.flatMap(refusalLines).sort()).toEqual(expected.refusals);
    expect(errors.flatMap(errorLine).sort()).toEqual(expected.declarationErrors);
    expect(totals.withoutDeclaration).toBe(expected.withoutDeclaration);
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
    const document = documentOf(result);
    expect(document.counts).toEqual(expected.secondRun.counts);
    expect(reportOf(document).errors.flatMap(refusalLines).sort()).toEqual(expected.refusals);
    const after = readJournal(stateFile).filter(({ kind }) => kind === "accepted").length;
    expect(after).toBe(before);
  });
});

function readExpected(sample: string): Expected {
  return JSON.parse(readFileSync(join(root, sample, "expected.json"), "utf8")) as Expected;
}

function folderWithSamples(): string {
  const folder = emptyFolder();
  for (const name of ["samples", "templates"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  return folder;
}

function findingLine(finding: ResultDocument["findings"][number]): string {
  const spot = finding["cell"] ?? `row ${String(finding["row"])}`;
  return `${String(finding["file"])} ${String(spot)} ${String(finding["code"])}`;
}

function refusalLines(error: ReportTwin["errors"][number]): readonly string[] {
  return (error.fields ?? []).map(
    (field) => `${error.externalReference} ${spotOf(field)} ${field.value ?? "?"}`,
  );
}

function errorLine(error: ReportTwin["errors"][number]): readonly string[] {
  if (error.source !== "declaration") return [];
  return [`${error.externalReference} ${error.errorCode ?? "?"} ${spotOf(error)}`];
}

function spotOf({ sheet, cell }: Pick<ReportTwin["errors"][number], "sheet" | "cell">): string {
  return `${sheet ?? "?"}!${cell ?? "?"}`;
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
