// A disk that fails: every write of SQLite from the Nth on is answered with ENOSPC or EIO, once, a
// few times or until the end; or the ledger lies on a file system of one MiB.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startFaultCas } from "./fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import { runProgram, type Program } from "./fault-program.ts";
import { failingAt, recordedCalls, recordingCalls, type Call } from "./fault-strace.ts";
import { judge, type Verdict } from "./fault-verdict.ts";

const MOUNT: string = "mount";
const UMOUNT: string = "umount";
const SHIPMENTS = 60;
const SUBMIT = ["submit", "night.csv", "--rate", "100000", "--json"];
const RESUME = ["resume", "--rate", "100000", "--json"];

export interface DiskFault {
  readonly call: Pick<Call, "name" | "nth">;
  readonly error: "ENOSPC" | "EIO";
  /** How many calls fail, one after the other. */
  readonly howMany: number;
}

export interface DiskOutcome extends Verdict {
  readonly complaints: readonly string[];
}

/** SQLite's calls of a whole run, by name. */
export async function diskCalls(program: Program): Promise<readonly Call[]> {
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeShipments(folder, "night.csv", referencesOf(SHIPMENTS));
  writeConfiguration(folder);
  const log = join(folder, "calls.log");
  const started = { cwd: folder, variables, under: recordingCalls(log) };
  const { code, stderr } = await runProgram(program, SUBMIT, started);
  if (code !== 0) throw new Error(`A run without faults ended with ${String(code)}: ${stderr}`);
  return recordedCalls(log, "ledger.sqlite").filter(
    ({ kind, name }) => kind === "ledger" && ["pwrite64", "fsync", "fdatasync"].includes(name),
  );
}

export async function failDisk(program: Program, fault: DiskFault): Promise<DiskOutcome> {
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeShipments(folder, "night.csv", referencesOf(SHIPMENTS));
  writeConfiguration(folder);
  const { call, error, howMany } = fault;
  const { name, nth } = call;
  const log = join(folder, "calls.log");
  const under = failingAt(log, { name, error, call: nth, howMany });
  const place = { cwd: folder, variables };
  const at = `${error} at ${name} ${String(nth)}, ${String(howMany)} times`;
  const first = await runProgram(program, SUBMIT, { ...place, under });
  return await afterwards(cas, program, at, first);
}

/** @throws when a file system cannot be mounted here */
export async function fillDisk(program: Program, shipments: number): Promise<DiskOutcome> {
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeShipments(folder, "night.csv", referencesOf(shipments));
  const disk = join(folder, "disk");
  mkdirSync(disk);
  mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  try {
    writeConfiguration(folder, [`ledger: ${join(disk, "ledger.sqlite")}`]);
    // A ledger that the configuration names is begun only when told.
    const begun = [...SUBMIT, "--create-ledger"];
    const first = await runProgram(program, begun, { cwd: folder, variables });
    mount(["-o", "remount,size=64m", disk]);
    const at = `a disk of 1 MiB, ${String(shipments)} shipments`;
    return await afterwards(cas, program, at, first, shipments);
  } finally {
    unmount(disk);
  }
}

export function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync(MOUNT, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}

export function unmount(folder: string): void {
  spawnSync(UMOUNT, [folder]);
}

export function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync(MOUNT, ["--version"]).status === 0;
}

/** The disk is sound again: the work is ended, and CAS has everything once. */
async function afterwards(
  cas: Awaited<ReturnType<typeof startFaultCas>>,
  program: Program,
  at: string,
  first: { readonly code: number | null; readonly stderr: string },
  shipments = SHIPMENTS,
): Promise<DiskOutcome> {
  const references = referencesOf(shipments);
  const complaints: string[] = [];
  const failed = first.code !== 0;
  // A message to the person, never a stack: the disk is not a fault of the program.
  if (failed && (first.code === null || ![2, 5].includes(first.code))) {
    complaints.push(`${at}: ended with ${String(first.code)}: ${first.stderr}`);
  }
  const place = { cwd: cas.folder, variables: cas.variables };
  const resumed = await runProgram(program, RESUME, place);
  const wasAll = judge(cas.journal(), { references }).lost === 0;
  const last = wasAll ? resumed : await runProgram(program, SUBMIT, place);
  if (last.code !== 0) complaints.push(`${at}: then ${String(last.code)}: ${last.stderr}`);
  const verdict = judge(cas.journal(), { references });
  if (verdict.lost + verdict.doubled > 0) complaints.push(`${at}: ${JSON.stringify(verdict)}`);
  return { ...verdict, complaints };
}
