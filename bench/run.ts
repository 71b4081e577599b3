// `npm run -s bench [-- read submit reconcile]`: one JSON document on standard output. Every figure
// stands beside a floor or a peer of the same run, because absolute times on a shared machine say
// little. It records, it does not judge. Each measurement is a process of its own, so that peak
// memory is that of the one thing measured; medians of several, taken in turn.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeBenchCsv, writeBenchXlsx } from "./write-bench-files.ts";

const RUNS = 3;
const OUTPUT_BYTES_MAX = 1_000_000;
const SECTIONS = ["read", "submit", "reconcile"] as const;
type Section = (typeof SECTIONS)[number];

interface Measurement {
  readonly units: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

interface Figures {
  readonly seconds: number;
  readonly perSecond: number;
  readonly peakMiB: number;
}

const execute = promisify(execFile);

async function measureOnce(task: string, args: readonly string[]): Promise<Measurement> {
  const script = join(import.meta.dirname, "task.ts");
  const { stdout } = await execute(process.execPath, [script, task, ...args], {
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return JSON.parse(stdout) as Measurement;
}

/** Takes the tasks in turn, several times, so that a slow minute of the machine hits all of them. */
async function measure<Name extends string>(
  tasks: Readonly<Record<Name, readonly [task: string, ...args: string[]]>>,
): Promise<Readonly<Record<Name, Figures>>> {
  const names = Object.keys(tasks) as Name[];
  const taken = new Map<Name, Measurement[]>(names.map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const name of names) {
      const [task, ...args] = tasks[name];
      process.stderr.write(`run ${String(run + 1)} of ${String(RUNS)}: ${name}\n`);
      taken.get(name)?.push(await measureOnce(task, args));
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, figuresOf(taken.get(name) ?? [])]),
  ) as Readonly<Record<Name, Figures>>;
}

function figuresOf(measurements: readonly Measurement[]): Figures {
  const seconds = median(measurements.map((measurement) => measurement.seconds));
  return {
    seconds: round(seconds, 3),
    perSecond: Math.round((measurements[0]?.units ?? 0) / seconds),
    peakMiB: Math.round(median(measurements.map((measurement) => measurement.peakMiB))),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function ratio(left: Figures, right: Figures): number {
  return round(left.seconds / right.seconds, 2);
}

async function benchRead(folder: string): Promise<unknown> {
  const sizes: Record<string, unknown> = {};
  for (const rows of [10_000, 100_000]) {
    const xlsx = join(folder, `${String(rows)}.xlsx`);
    const csv = join(folder, `${String(rows)}.csv`);
    await writeBenchXlsx(xlsx, rows);
    await writeBenchCsv(csv, rows);
    const figures = await measure({
      checkXlsx: ["check", xlsx],
      exceljsStream: ["exceljs-stream", xlsx],
      checkCsv: ["check", csv],
      csvParse: ["csv-parse", csv],
    });
    sizes[String(rows)] = {
      ...figures,
      ratios: {
        checkVsExceljsStream: ratio(figures.checkXlsx, figures.exceljsStream),
        csvCheckVsCsvParse: ratio(figures.checkCsv, figures.csvParse),
        checkPeakMiB: figures.checkXlsx.peakMiB,
      },
    };
  }
  return { columns: 40, rows: sizes };
}

async function benchSubmit(): Promise<unknown> {
  const shipments = "3000";
  const connections = "8";
  const figures = await measure({
    submit: ["submit", shipments, connections],
    bareUndici: ["bare-undici", shipments, connections],
  });
  return {
    shipments: Number(shipments),
    connections: Number(connections),
    ...figures,
    ratios: { submitVsBareUndici: ratio(figures.bareUndici, figures.submit) },
  };
}

async function benchReconcile(): Promise<unknown> {
  const declarations = "20000";
  const figures = await measure({
    reconcile: ["reconcile", declarations],
    barePaging: ["bare-paging", declarations],
  });
  return {
    declarations: Number(declarations),
    ...figures,
    ratios: { reconcileVsBarePaging: ratio(figures.reconcile, figures.barePaging) },
  };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !SECTIONS.some((section) => section === name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(", ")}; there are ${SECTIONS.join(", ")}\n`);
  process.exit(2);
}
const wants = (section: Section): boolean => asked.length === 0 || asked.includes(section);

const folder = await mkdtemp(join(tmpdir(), "cas-batch-bench-"));
try {
  const document = {
    takenAt: new Date().toISOString(),
    node: process.version,
    cpus: cpus().length,
    runs: RUNS,
    ...(wants("read") ? { read: await benchRead(folder) } : {}),
    ...(wants("submit") ? { submit: await benchSubmit() } : {}),
    ...(wants("reconcile") ? { reconcile: await benchReconcile() } : {}),
  };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
