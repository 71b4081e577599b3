// `npm run -s bench [-- start read submit night reconcile receive]`: one JSON document on standard output. Every figure
// stands beside a floor or a peer of the same run, because absolute times on a shared machine say
// little. It records, it does not judge. Each measurement is a process of its own, so that peak
// memory is that of the one thing measured; medians of several, taken in turn.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { bundle } from "../scripts/bundle.ts";
import { startCas } from "./rehearsal.ts";
import { writeBenchCsv, writeBenchXlsx } from "./write-bench-files.ts";

const RUNS = 3;
const START_RUNS = 15;
const OUTPUT_BYTES_MAX = 1_000_000;
const SECTIONS = ["start", "read", "submit", "night", "reconcile", "receive", "report"] as const;
type Section = (typeof SECTIONS)[number];

interface Measurement {
  readonly units: number;
  readonly seconds: number;
  readonly peakMiB: number;
  /** Others use the machine as well: this says more than `seconds`. */
  readonly cpuSeconds?: number;
  readonly bytes?: number;
}

interface Figures {
  readonly seconds: number;
  readonly perSecond: number;
  readonly peakMiB: number;
  readonly cpuSeconds?: number;
  readonly megabytes?: number;
}

const execute = promisify(execFile);

/** Shape: a script of this folder and its arguments. */
type Task = readonly [script: string, ...args: string[]];

async function measureOnce([script, ...args]: Task): Promise<Measurement> {
  const { stdout } = await execute(
    process.execPath,
    [resolve(import.meta.dirname, script), ...args],
    {
      maxBuffer: OUTPUT_BYTES_MAX,
    },
  );
  return JSON.parse(stdout) as Measurement;
}

/** Takes the tasks in turn, several times, so that a slow minute of the machine hits all of them. */
async function measure<Name extends string>(
  tasks: Readonly<Record<Name, Task>>,
  runs = RUNS,
): Promise<Readonly<Record<Name, Figures>>> {
  const names = Object.keys(tasks) as Name[];
  const taken = new Map<Name, Measurement[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      process.stderr.write(`run ${String(run + 1)} of ${String(runs)}: ${name}\n`);
      taken.get(name)?.push(await measureOnce(tasks[name]));
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
    ...optional("cpuSeconds", measurements, ({ cpuSeconds }) => cpuSeconds),
    ...optional("megabytes", measurements, ({ bytes }) => bytes && bytes / 1_000_000),
  };
}

function optional(
  name: "cpuSeconds" | "megabytes",
  measurements: readonly Measurement[],
  of: (measurement: Measurement) => number | undefined,
): Pick<Figures, "cpuSeconds" | "megabytes"> {
  const values = measurements.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? {} : { [name]: round(median(values), 3) };
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

/** Whole processes, beside one that does nothing. */
async function benchStart(folder: string): Promise<unknown> {
  const file = await prepared(join(folder, "10.csv"), writeBenchCsv, 10);
  const program = resolve(import.meta.dirname, "../bin/cas-batch.js");
  const commands = {
    nothing: ["-e", "0"],
    help: [program, "--help"],
    version: [program, "--version"],
    usageError: [program, "chekc"],
    check: [program, "check", file],
  } as const;
  const taken = new Map<string, Measurement[]>();
  for (let run = 0; run < START_RUNS; run += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const from = performance.now();
      await execute(process.execPath, [...args]).catch(() => undefined);
      const seconds = (performance.now() - from) / 1000;
      taken.set(name, [...(taken.get(name) ?? []), { units: 1, seconds, peakMiB: 0 }]);
    }
  }
  const seconds = (name: keyof typeof commands): number => figuresOf(taken.get(name) ?? []).seconds;
  const ratioTo = (name: keyof typeof commands): number =>
    round(seconds(name) / seconds("nothing"), 1);
  return {
    runs: START_RUNS,
    nothingSeconds: seconds("nothing"),
    ratios: {
      help: ratioTo("help"),
      version: ratioTo("version"),
      usageError: ratioTo("usageError"),
      check: ratioTo("check"),
    },
  };
}

interface ReadBench {
  readonly ratios: Readonly<Record<string, number>>;
  readonly read: unknown;
}

async function benchRead(folder: string): Promise<ReadBench> {
  const bundled = resolve(import.meta.dirname, "../dist.bench/lib");
  await bundle(
    {
      "check-task": "bench/check-task.ts",
      "reading-thread": "src/intake/records/reading-thread.ts",
    },
    bundled,
  );
  const check = (path: string): Task => [join(bundled, "check-task.js"), path];
  const small = await workbookAndText(folder, 10_000);
  const usual = await workbookAndText(folder, 100_000);
  const largeWorkbook = await prepared(join(folder, "500000.xlsx"), writeBenchXlsx, 500_000);
  const largeText = await prepared(join(folder, "1000000.csv"), writeBenchCsv, 1_000_000);

  const figures10k = await measure({
    checkXlsx: check(small.workbook),
    checkCsv: check(small.text),
    ...workbookTasks(small.workbook),
    ...textTasks(small.text),
  });
  const figures100k = await measure({
    checkXlsx: check(usual.workbook),
    checkCsv: check(usual.text),
    ...workbookTasks(usual.workbook),
    ...textTasks(usual.text),
  });
  const figures500k = await measure({ checkXlsx: check(largeWorkbook) }, 1);
  const figures1M = await measure({ checkCsv: check(largeText), ...textTasks(largeText) }, 1);

  const { readXlsx, exceljsStream, fastestPeer, checkXlsx } = figures100k;
  return {
    ratios: {
      readVsExceljsStream: ratio(exceljsStream, readXlsx),
      readVsFastestPeer: ratio(fastestPeer, readXlsx),
      checkVsExceljsStream: ratio(checkXlsx, exceljsStream),
      checkPeakMiB: checkXlsx.peakMiB,
      csvCheckVsCsvParse: ratio(figures1M.checkCsv, figures1M.csvParse),
    },
    read: {
      columns: 40,
      fastestPeer: "hucre",
      rows: {
        "10000": figures10k,
        "100000": figures100k,
        "500000": figures500k,
        "1000000": figures1M,
      },
    },
  };
}

async function workbookAndText(
  folder: string,
  rows: number,
): Promise<{ readonly workbook: string; readonly text: string }> {
  return {
    workbook: await prepared(join(folder, `${String(rows)}.xlsx`), writeBenchXlsx, rows),
    text: await prepared(join(folder, `${String(rows)}.csv`), writeBenchCsv, rows),
  };
}

async function prepared(
  path: string,
  write: (path: string, rows: number) => Promise<void>,
  rows: number,
): Promise<string> {
  process.stderr.write(`writing ${String(rows)} rows to ${path}\n`);
  await write(path, rows);
  return path;
}

function workbookTasks(path: string) {
  return {
    readXlsx: ["read-task.ts", "read-cells", path],
    exceljsStream: ["read-task.ts", "exceljs-stream", path],
    fastestPeer: ["read-task.ts", "hucre-stream", path],
  } as const satisfies Record<string, Task>;
}

function textTasks(path: string) {
  return {
    csvParse: ["read-task.ts", "csv-parse", path],
    papaparse: ["read-task.ts", "papaparse", path],
    udsv: ["read-task.ts", "udsv", path],
  } as const satisfies Record<string, Task>;
}

async function benchSubmit(): Promise<unknown> {
  const connections = "64";
  const beside = async (shipments: string, answerMs: string) => {
    const figures = await measure({
      submit: ["task.ts", "submit", shipments, connections, answerMs],
      bareUndici: ["task.ts", "bare-undici", shipments, connections, answerMs],
    });
    return { shipments: Number(shipments), answerMs: Number(answerMs), ...figures };
  };
  const atOnce = await beside("30000", "0");
  const after20ms = await beside("15000", "20");
  return {
    connections: Number(connections),
    atOnce,
    after20ms,
    ratios: {
      submitVsBareAtOnce: ratio(atOnce.bareUndici, atOnce.submit),
      submitVsBareAfter20ms: ratio(after20ms.bareUndici, after20ms.submit),
    },
  };
}

/** A ledger that is not there is begun: the night of an empty one. */
async function benchNight(folder: string): Promise<unknown> {
  const shipments = "5000";
  const known = "1000000";
  const full = join(folder, "full", "ledger.sqlite");
  process.stderr.write(`recording ${known} shipments in ${full}\n`);
  await measureOnce(["night-task.ts", "record", full, known]);
  let nights = 0;
  const night = (ledger: string): Task => [
    "night-task.ts",
    "night",
    ledger,
    String(nights),
    shipments,
  ];
  const taken = { empty: [] as Measurement[], full: [] as Measurement[] };
  for (; nights < RUNS; nights += 1) {
    process.stderr.write(`night ${String(nights + 1)} of ${String(RUNS)}\n`);
    const fresh = join(folder, `empty-${String(nights)}`, "ledger.sqlite");
    taken.empty.push(await measureOnce(night(fresh)));
    taken.full.push(await measureOnce(night(full)));
  }
  const figures = { empty: figuresOf(taken.empty), full: figuresOf(taken.full) };
  return {
    shipments: Number(shipments),
    known: Number(known),
    ...figures,
    ratios: { fullVsEmpty: ratio(figures.full, figures.empty) },
  };
}

/** Each ledger is prepared once and copied; the CAS stays another process. The more declarations, the fewer runs. */
const RECONCILED = { "10000": 5, "100000": RUNS, "200000": 1 } as const;

async function benchReconcile(folder: string): Promise<unknown> {
  const sizes: Record<string, Readonly<Record<"reconcile" | "floor", Figures>>> = {};
  for (const [declarations, runs] of Object.entries(RECONCILED)) {
    const ledger = join(folder, `reconcile-${declarations}`, "ledger.sqlite");
    // Within the window of the first reconcile, which begins some minutes before the first shipment was accepted.
    const updatedFrom = String(Date.now() - UPDATED_BEFORE_MS);
    process.stderr.write(`recording ${declarations} shipments in ${ledger}\n`);
    await measureOnce(["reconcile-task.ts", "record", ledger, declarations]);
    const cas = await startCas(["declarations-cas.ts", declarations, updatedFrom]);
    try {
      const { url } = cas.address;
      sizes[declarations] = await measure(
        {
          floor: ["reconcile-task.ts", "floor", url, folder],
          reconcile: ["reconcile-task.ts", "reconcile", ledger, url, folder],
        },
        runs,
      );
    } finally {
      await cas.close();
    }
  }
  const [small, usual, large] = Object.values(sizes);
  if (small === undefined || usual === undefined || large === undefined) throw new Error("No size");
  return {
    ...sizes,
    ratios: {
      vsFloor: ratio(usual.reconcile, usual.floor),
      linear: round(small.reconcile.perSecond / large.reconcile.perSecond, 2),
      peakMiB: usual.reconcile.peakMiB,
    },
  };
}

const UPDATED_BEFORE_MS = 590_000;
/** Beside exceljs' streaming writer that writes the cells of its large sheets, out of memory. */
async function benchReport(folder: string): Promise<unknown> {
  const shipments = "100000";
  const ledger = join(folder, "report", "ledger.sqlite");
  process.stderr.write(`recording ${shipments} shipments in ${ledger}\n`);
  await measureOnce(["night-task.ts", "record", ledger, shipments]);
  const figures = await measure({
    report: ["report-task.ts", "report", ledger],
    workbook: ["report-task.ts", "workbook", ledger],
    html: ["report-task.ts", "html", ledger],
    exceljsStream: ["report-task.ts", "floor", ledger],
  });
  return {
    shipments: Number(shipments),
    ...figures,
    ratios: {
      reportVsExceljsStream: ratio(figures.report, figures.exceljsStream),
      workbookVsExceljsStream: ratio(figures.workbook, figures.exceljsStream),
      reportPeakMiB: figures.report.peakMiB,
    },
  };
}

/** Beside a server that appends each body to a file with fsync, grouped the same way. */
async function benchReceive(): Promise<unknown> {
  const deliveries = "20000";
  const sockets = "200";
  const figures = await measure({
    listen: ["receive-task.ts", "listen", deliveries, sockets],
    bare: ["receive-task.ts", "bare", deliveries, sockets],
  });
  return {
    deliveries: Number(deliveries),
    sockets: Number(sockets),
    ...figures,
    ratios: { perSecondVsBare: ratio(figures.bare, figures.listen) },
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
    ...(wants("start") ? { start: await benchStart(folder) } : {}),
    ...(wants("read") ? await benchRead(folder) : {}),
    ...(wants("submit") ? { submit: await benchSubmit() } : {}),
    ...(wants("night") ? { night: await benchNight(folder) } : {}),
    ...(wants("reconcile") ? { reconcile: await benchReconcile(folder) } : {}),
    ...(wants("receive") ? { receive: await benchReceive() } : {}),
    ...(wants("report") ? { report: await benchReport(folder) } : {}),
  };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
