// Prints the table of the fault kit after vitest's own report: row, points, harm, seconds.
import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class FaultReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules
      .toSorted((left, right) => left.moduleId.localeCompare(right.moduleId))
      .flatMap(rowsOf);
    const header = ["row", "points", "lost", "doubled", "inverted", "seconds", ""];
    const table = [header, ...rows];
    const widths = header.map((_, column) =>
      Math.max(...table.map((cells) => (cells[column] ?? "").length)),
    );
    const lines = table.map((cells) =>
      cells
        .map((cell, column) =>
          column === 0 || column === 6
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    );
    process.stdout.write(`\n${lines.join("\n")}\n\n`);
  }
}

function rowsOf(module: TestModule): string[][] {
  const tests = [...module.children.allTests()];
  const withRow = tests.filter((test) => test.meta().faultRow !== undefined || !isShared(module));
  if (withRow.length > 0) return withRow.map(rowOf);
  // A file of ordinary tests that is part of the kit is one row: each test a point.
  const failed = tests.filter((test) => test.result().state === "failed").length;
  const skipped = tests.filter((test) => test.result().state === "skipped").length;
  const durationMs = tests.reduce((sum, test) => sum + (test.diagnostic()?.duration ?? 0), 0);
  const also = [
    ...(failed > 0 ? [`FAILED ${String(failed)}`] : []),
    ...(skipped > 0 ? [`skipped ${String(skipped)}`] : []),
  ].join(", ");
  const name = "damaged ledger files (test/ledger/damaged-files.test.ts)";
  return [[name, String(tests.length), "-", "-", "-", seconds(durationMs), also]];
}

function isShared(module: TestModule): boolean {
  return !module.moduleId.endsWith(".fault.ts");
}

function rowOf(test: TestCase): string[] {
  const { state } = test.result();
  const durationMs = test.diagnostic()?.duration ?? 0;
  const row = test.meta().faultRow;
  const word = state === "passed" ? "" : state.toUpperCase();
  if (row === undefined) return [test.name, "-", "-", "-", "-", seconds(durationMs), word];
  const also = [word, row.also ?? ""].filter((text) => text !== "").join(" ");
  const counts = [row.points, row.lost, row.doubled, row.inverted].map(String);
  return [test.name, ...counts, seconds(durationMs), also];
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(1);
}
