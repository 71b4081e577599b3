// The files of the simulated nights: what is put into the inbox, and where each of them is in the morning.
import { createHash } from "node:crypto";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { HEADER, rowOf } from "./fault-files.ts";

/** One row of a file. */
export interface Line {
  readonly reference: string;
  readonly version: number;
}

/** Where a file may be: in one place of these, whatever happens. */
type Place = "inbox" | "processing" | "archive" | "rejected" | "nowhere";

interface PutFile {
  readonly name: string;
  readonly sha256: string;
}

export interface NightFiles {
  /** Puts a whole file there at once, as old as `at`. */
  readonly put: (name: string, text: string, at: Date) => void;
  /** Begins a file; more of it comes by the returned function, until `end` is called. */
  readonly begin: (
    name: string,
    text: string,
    at: Date,
  ) => { readonly more: (now: Date) => void; readonly end: (now: Date) => void };
  /** Every file that was put there and is not in one place, once; with what is wrong. */
  /** @param isKilled whether the last run was killed, and none has gone on since */
  readonly complaints: (isKilled?: boolean) => readonly string[];
  /** A complaint when the file with this text is anywhere else. */
  readonly notIn: (place: Place, name: string, text: string) => readonly string[];
  /** How many are still to be read. */
  readonly waiting: () => number;
}

export function textOf(lines: readonly Line[]): string {
  const rows = [HEADER, ...lines.map(({ reference, version }) => rowOf(reference, version))];
  return `${rows.map((cells) => cells.join(";")).join("\n")}\n`;
}

/** Nothing of it can be sent. */
export function wrongText(references: readonly string[]): string {
  const rows = [HEADER, ...references.map((reference) => rowOf(reference, 1).with(1, "SIDEWAYS"))];
  return `${rows.map((cells) => cells.join(";")).join("\n")}\n`;
}

export function nightFiles(inbox: string): NightFiles {
  const whole: PutFile[] = [];
  const dated = (path: string, at: Date): void => {
    utimesSync(path, at, at);
  };
  return {
    put: (name, text, at) => {
      const path = freePath(inbox, name);
      writeFileSync(path, text, { flag: "wx" });
      dated(path, at);
      whole.push({ name, sha256: sha256(text) });
    },
    begin: (name, text, at) => {
      const path = join(inbox, name);
      const half = text.indexOf("\n", text.length / 2) - 3;
      const rest = text.slice(half);
      let sent = 0;
      writeFileSync(path, text.slice(0, half), { flag: "wx" });
      dated(path, at);
      const write = (count: number, now: Date): void => {
        appendFileSync(path, rest.slice(sent, sent + count), { flag: "a" });
        sent = Math.min(rest.length, sent + count);
        dated(path, now);
      };
      return {
        more: (now) => {
          // Its last byte comes at the end.
          if (sent < rest.length - 1) write(1, now);
        },
        end: (now) => {
          write(rest.length, now);
          whole.push({ name, sha256: sha256(text) });
        },
      };
    },
    complaints: (isKilled = false) => {
      const found = filesBelow(inbox);
      return compare(whole, isKilled ? withoutSecondNames(found) : found);
    },
    notIn: (place, name, text) => {
      const found = filesBelow(inbox).filter((file) => file.sha256 === sha256(text));
      if (found.every((file) => file.place === place)) return [];
      return [`${name} is in ${found.map(({ path }) => path).join(", ")}, not in ${place}`];
    },
    waiting: () => filesBelow(inbox).filter(({ place }) => place === "inbox").length,
  };
}

/** Where a file of the night before waits, the new one has another name. */
function freePath(inbox: string, name: string): string {
  const path = join(inbox, name);
  const isTaken = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isTaken ? freePath(inbox, `new ${name}`) : path;
}

interface FoundFile {
  readonly path: string;
  readonly place: Place;
  readonly inode: number;
  readonly sha256: string;
}

/**
 * A move gives a file its new name before it takes the old one away: a kill in between leaves one file with two names,
 * the old one in `processing`, until the next run goes on from there.
 */
function withoutSecondNames(found: readonly FoundFile[]): readonly FoundFile[] {
  const moved = new Set(
    found.filter(({ place }) => place !== "processing").map(({ inode }) => inode),
  );
  return found.filter(({ place, inode }) => place !== "processing" || !moved.has(inode));
}

/** By what they contain: names change, and nothing that was put there may go or come twice. */
function compare(put: readonly PutFile[], found: readonly FoundFile[]): readonly string[] {
  const left = found.filter(({ path }) => !path.endsWith(".part") && !path.endsWith(".json"));
  const complaints: string[] = [];
  const wanted = Map.groupBy(put, (file) => file.sha256);
  const there = Map.groupBy(left, (file) => file.sha256);
  for (const [hash, files] of wanted) {
    const places = there.get(hash) ?? [];
    if (places.length === files.length && places.every(({ place }) => place !== "nowhere"))
      continue;
    const names = files.map(({ name }) => name).join(", ");
    const paths = places.map(({ path }) => path).join(", ");
    complaints.push(
      `${names} was put there ${times(files.length)} and is in: ${paths || "no place"}`,
    );
  }
  for (const [hash, files] of there) {
    if (!wanted.has(hash)) complaints.push(`nobody has put ${files[0]?.path ?? ""} there`);
  }
  return complaints;
}

function times(count: number): string {
  return count === 1 ? "once" : `${String(count)} times`;
}

function filesBelow(inbox: string): readonly FoundFile[] {
  return readdirSync(inbox, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const shown = relative(inbox, path);
      const { ino: inode } = statSync(path);
      return { path: shown, place: placeOf(shown), inode, sha256: sha256(readFileSync(path)) };
    });
}

function placeOf(path: string): Place {
  const [first, ...rest] = path.split(sep);
  if (rest.length === 0) return "inbox";
  if (first === "processing" || first === "archive" || first === "rejected") return first;
  return "nowhere";
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** How many files there are below a folder; none where it is missing. */
export function countFiles(folder: string): number {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith("."),
  ).length;
}
