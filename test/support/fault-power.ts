// A power cut, simulated: every write of a process to its ledger is recorded by strace with its
// bytes, and from the record the disk is built as it can stand when the power fails after any of the
// calls. What was written before the last fsync of a file is there. Of what came later, each sector
// of 512 bytes may be there or not, in any order; a file whose folder was not synced since its
// creation may be missing. Nothing is simulated of a disk that loses what it has acknowledged.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

type Step =
  | { readonly kind: "create"; readonly path: string }
  | {
      readonly kind: "write";
      readonly path: string;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: "truncate"; readonly path: string; readonly size: number }
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "unlink"; readonly path: string }
  /** Gives the file at `from` a second name. */
  | { readonly kind: "link"; readonly from: string; readonly path: string }
  /** What the process said on its standard output. */
  | { readonly kind: "said"; readonly line: string };

export const POWER_STRACE: readonly string[] = [
  ...["strace", "-qq", "-y", "-xx", "-s", "1000000", "-e", "signal=none"],
  ...["-e", "trace=openat,pwrite64,fsync,fdatasync,ftruncate,unlink,link,write"],
];

const CALL = /^(\w+)\((.*)\)\s+= (-?\d+)/;

function unhex(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

/** The recorded calls on files that `concerns` names, in order. */
export function readPowerLog(log: string, concerns: (path: string) => boolean): readonly Step[] {
  const known = new Set<string>();
  const steps: Step[] = [];
  for (const line of readFileSync(log, "latin1").split("\n")) {
    const [, name = "", args = "", result = "-1"] = CALL.exec(line) ?? [];
    if (Number(result) < 0) continue;
    const path = unhex(/^\d+<([^>]*)>/.exec(args)?.[1] ?? "").toString();
    const text = /"([^"]*)"/.exec(args)?.[1] ?? "";
    const numbers = args.split(", ").slice(-2).map(Number);
    if (name === "write" && args.startsWith("1<")) {
      const said = unhex(text).toString().trimEnd().split("\n");
      steps.push(...said.map((each) => ({ kind: "said", line: each }) as const));
    } else if (name === "openat") {
      const opened = unhex(text).toString();
      if (!concerns(opened) || known.has(opened) || !args.includes("O_CREAT")) continue;
      known.add(opened);
      steps.push({ kind: "create", path: opened });
    } else if (name === "link") {
      const [from = "", to = ""] = [...args.matchAll(/"([^"]*)"/g)].map(([, each = ""]) =>
        unhex(each).toString(),
      );
      if (!concerns(to)) continue;
      known.add(to);
      steps.push({ kind: "link", from, path: to });
    } else if (name === "unlink") {
      const gone = unhex(text).toString();
      known.delete(gone);
      if (concerns(gone)) steps.push({ kind: "unlink", path: gone });
    } else if (name === "fsync" || name === "fdatasync") {
      steps.push({ kind: "sync", path });
    } else if (concerns(path) && name === "pwrite64") {
      const [, offset = 0] = numbers;
      steps.push({ kind: "write", path, offset, bytes: unhex(text) });
    } else if (concerns(path) && name === "ftruncate") {
      const [, size = 0] = numbers;
      steps.push({ kind: "truncate", path, size });
    }
  }
  return steps;
}

type Change = Extract<Step, { kind: "write" | "truncate" }>;

interface DiskFile {
  /** What is certainly on the disk. */
  durable: Buffer;
  /** What may be. */
  pending: Change[];
  /** Whether its name is certainly in the folder. */
  named: boolean;
  /** Removed, but the folder may still have it. */
  removed: boolean;
}

export type Cut = "nothing" | "everything" | "some writes" | "some sectors" | "any order";
export const CUTS: readonly Cut[] = [
  "nothing",
  "everything",
  "some writes",
  "some sectors",
  "any order",
];

const SECTOR_BYTES = 512;

/** The disk, step by step. */
export function createDisk() {
  const files = new Map<string, DiskFile>();
  const apply = (step: Step): void => {
    if (step.kind === "said") return;
    if (step.kind === "create") {
      const empty = { durable: Buffer.alloc(0), pending: [], named: false, removed: false };
      files.set(step.path, empty);
      return;
    }
    if (step.kind === "link") {
      const linked = files.get(step.from);
      if (linked === undefined) throw new Error(`${step.from} is linked before it is created`);
      files.set(step.path, { ...linked, pending: [...linked.pending], named: false });
      return;
    }
    const file = files.get(step.path);
    if (step.kind === "sync") {
      if (file !== undefined) {
        file.durable = applied(file.durable, file.pending);
        file.pending = [];
      } else {
        syncFolder(files, step.path);
      }
      return;
    }
    if (file === undefined) throw new Error(`${step.path} is written before it is created`);
    if (step.kind === "unlink") file.removed = true;
    else file.pending.push(step);
  };

  /** Lets the power fail now, and puts what is left where the files were. */
  const cut = (how: Cut, random: () => number): void => {
    for (const [path, file] of files) {
      rmSync(path, { force: true });
      const isThere = (file.named || chance(how, random)) && !(file.removed && chance(how, random));
      if (!isThere) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, afterCut(file, how, random), { mode: 0o600 });
    }
  };
  return { apply, cut };
}

function syncFolder(files: Map<string, DiskFile>, folder: string): void {
  for (const [path, file] of files) {
    if (dirname(path) !== folder) continue;
    if (file.removed) files.delete(path);
    else file.named = true;
  }
}

function chance(how: Cut, random: () => number): boolean {
  if (how === "nothing") return false;
  return how === "everything" || random() < 0.5;
}

function afterCut({ durable, pending }: DiskFile, how: Cut, random: () => number): Buffer {
  if (how === "nothing") return durable;
  if (how === "everything") return applied(durable, pending);
  const kept = pending.filter(() => how === "some sectors" || random() < 0.5);
  const ordered = how === "any order" ? shuffled(kept, random) : kept;
  const pieces = how === "some writes" ? ordered : ordered.flatMap(sectorsOf);
  const reached = how === "some writes" ? pieces : pieces.filter(() => random() < 0.5);
  return applied(durable, reached);
}

/** The content after these changes, in this order. */
function applied(durable: Buffer, changes: readonly Change[]): Buffer {
  const ends = changes.map((step) =>
    step.kind === "truncate" ? step.size : step.offset + step.bytes.length,
  );
  const content = Buffer.alloc(Math.max(durable.length, ...ends));
  durable.copy(content);
  let size = durable.length;
  for (const step of changes) {
    if (step.kind === "truncate") {
      if (step.size < size) content.fill(0, step.size, size);
      size = step.size;
    } else {
      step.bytes.copy(content, step.offset);
      size = Math.max(size, step.offset + step.bytes.length);
    }
  }
  return content.subarray(0, size);
}

/** A disk writes a sector whole or not at all. */
function sectorsOf(step: Change): readonly Change[] {
  if (step.kind === "truncate") return [step];
  const sectors: Change[] = [];
  for (let start = 0; start < step.bytes.length;) {
    const intoSector = (step.offset + start) % SECTOR_BYTES;
    const end = Math.min(step.bytes.length, start + SECTOR_BYTES - intoSector);
    sectors.push({ ...step, offset: step.offset + start, bytes: step.bytes.subarray(start, end) });
    start = end;
  }
  return sectors;
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

/** Numbers that only look random: the same seed cuts the same way again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // Source: the generator "mulberry32", in the public domain.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
