// One measurement of the status report in a process of its own: `report-task.ts report LEDGER` writes it from a ledger
// that `night-task.ts record` has filled, `report-task.ts floor SHIPMENTS` lets exceljs' streaming writer write the same
// cells in the same styles, out of memory. Prints {units, seconds, peakMiB}.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLedger } from "../src/ledger/sqlite/sqlite-ledger.ts";
import { writeStatusReport, type ReportInput } from "../src/report/status-report.ts";

const TENANT = "BENCH";

async function report(path: string, ledgerPath: string): Promise<number> {
  const asOf = new Date();
  const ledger = await openSqliteLedger(ledgerPath, { asOfNow: true });
  try {
    const input: ReportInput = {
      books: ledger.books("simulator", TENANT),
      ...{ filter: { latest: true }, runId: null, command: "bench", environment: "simulator" },
      ...{ tenant: TENANT, asOf, completeUpTo: asOf.toISOString(), simulated: true },
      ...{ programVersion: "bench", timeZone: "Europe/Brussels", sender: null, stoppedEarly: null },
    };
    const { survey } = await writeStatusReport(path, input);
    return survey.totals.shipments;
  } finally {
    await ledger.close();
  }
}

const [name = "", argument = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "cas-batch-bench-report-"));
try {
  const from = performance.now();
  const path = join(folder, "status-report.xlsx");
  if (name !== "report") throw new Error(`No such task: ${name}`);
  const units = await report(path, argument);
  const seconds = (performance.now() - from) / 1000;
  const cpu = process.cpuUsage();
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `${JSON.stringify({ units, seconds, peakMiB, cpu: (cpu.user + cpu.system) / 1e6 })}\n`,
  );
  if (process.env.KEEP) {
    const { copyFileSync } = await import("node:fs");
    copyFileSync(path, process.env.KEEP);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
