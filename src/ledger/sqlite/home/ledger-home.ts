// A copy of a ledger knows what was sent until it was made, and nothing of what the original has
// sent since: sending from both sends twice. So the ledger remembers where it lives, and is not
// sent from anywhere else until somebody says which copy lives.
//
// Home is a machine, a path and a file. A container without a machine id has another name each time
// it starts; there the file itself, by its number and its time of birth, says that it is the same.
import { readFileSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { CasBatchError } from "../../../core/errors.ts";
import { pastablePath } from "../../../core/pastable-path.ts";
import { sha256Hex } from "../../../core/json.ts";
import type { Connection } from "../file/connection.ts";
import { fileSystemType, keepsFileNumbers } from "./file-system.ts";
import { requireAgreement, sendCount } from "./send-count.ts";
import { readSendMark } from "../file/send-mark.ts";

/** The number itself is confidential. Source: machine-id(5). */
const HOST_ID_DIGITS = 16;

export interface Home {
  /** Shape: `machine:9f…` where the machine has a number of its own, else `name:HOST`. */
  readonly hostId: string;
  readonly hostName: string;
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Another file never has it; null where the file system gives no such thing. */
  readonly fileId: string | null;
}

export interface SettledHome extends Home {
  /** Counts how often the ledger was given a home. */
  readonly generation: number;
  readonly kind: "ledger" | "backup";
  readonly settledAt: string;
  readonly settledBy: string;
}

interface HomeRow {
  readonly generation: number;
  readonly kind: "ledger" | "backup";
  readonly host_id: string;
  readonly host_name: string;
  readonly path: string;
  readonly file_id: string | null;
  readonly settled_at: string;
  readonly settled_by: string;
}

export interface Homes {
  /** Null when nothing was ever sent from it; to be called inside a transaction. */
  readonly current: () => SettledHome | null;
  /** Where it was last sent from, the original of a backup; to be called inside a transaction. */
  readonly lastSendingHome: () => SettledHome | null;
  /**
   * Gives a ledger without a home this one; to be called inside a write transaction.
   * @throws CasBatchError `ledger-moved` when its home is elsewhere, or more was sent from here
   *   than it knows of
   */
  readonly requireHere: (now: Date, who: string) => void;
  /** To be called inside a write transaction. */
  readonly settle: (home: Home, kind: SettledHome["kind"], now: Date, who: string) => void;
}

export function homes(connection: Pick<Connection, "prepare" | "location">): Homes {
  const newest = (condition: string): (() => SettledHome | null) => {
    const select = connection.prepare<[], HomeRow>(
      `SELECT generation, kind, host_id, host_name, path, file_id, settled_at, settled_by
       FROM homes WHERE ${condition} ORDER BY generation DESC LIMIT 1`,
    );
    return () => {
      const row = select.get();
      return row === undefined ? null : toHome(row);
    };
  };
  const current = newest("true");
  const lastSendingHome = newest("kind = 'ledger'");
  const insert = connection.prepare<[Home & Pick<SettledHome, "kind" | "settledAt" | "settledBy">]>(
    `INSERT INTO homes (kind, host_id, host_name, path, file_id, settled_at, settled_by)
     VALUES (@kind, @hostId, @hostName, @path, @fileId, @settledAt, @settledBy)`,
  );
  const settle = (home: Home, kind: SettledHome["kind"], now: Date, settledBy: string): void => {
    insert.run({ ...home, kind, settledAt: now.toISOString(), settledBy });
  };
  const { disagreement } = sendCount(connection);
  const requireHere = (now: Date, who: string): void => {
    const mark = readSendMark(connection.location);
    const settled = current();
    const here = homeOf(connection.location);
    if (settled !== null && !isAtHome(settled, here)) throw ledgerMoved(settled, here);
    requireAgreement(here.path, disagreement(mark));
    if (settled === null) settle(here, "ledger", now, who);
  };
  return { current, lastSendingHome, requireHere, settle };
}

/** The home that the file has where it is now. */
export function homeOf(location: string): Home {
  const path = realpathSync(location);
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  const hasFileId = ino !== 0n && birthtimeNs !== 0n && keepsFileNumbers(fileSystemType(path));
  return {
    hostId: hostId(),
    hostName: hostname(),
    path,
    fileId: hasFileId ? `${ino}:${birthtimeNs}` : null,
  };
}

export function isAtHome(settled: SettledHome, here: Home): boolean {
  if (settled.kind === "backup" || settled.path !== here.path) return false;
  const knowsFile = settled.fileId !== null && here.fileId !== null;
  if (knowsFile && settled.fileId !== here.fileId) return false;
  if (settled.hostId === here.hostId) return true;
  const isNameOnly = [settled, here].some(({ hostId: id }) => !id.startsWith("machine:"));
  return isNameOnly && knowsFile;
}

export function ledgerMoved(settled: SettledHome, here: Home): CasBatchError {
  const time = `${settled.settledAt.slice(0, 16).replace("T", " ")} UTC`;
  const [what, home] =
    settled.kind === "backup"
      ? ["a backup", `it was made at ${time} as ${homeInWords(settled)}`]
      : ["a copy, or was moved", `its home is ${homeInWords(settled)} since ${time}`];
  const same = homeInWords(settled) === homeInWords(here) ? ", as another file" : "";
  return new CasBatchError(
    "ledger-moved",
    `Cannot send from the ledger ${here.path}: it is ${what}; ${home}, and it is now ${homeInWords(here)}${same}`,
    {
      hint: `Make sure that nobody sends from the other one any more, then run \`cas-batch ledger adopt --ledger ${pastablePath(here.path)}\``,
    },
  );
}

export function homeInWords({ hostName, path }: Home): string {
  return `${path} on ${hostName}`;
}

function hostId(): string {
  try {
    const id = readFileSync("/etc/machine-id", "utf8").trim();
    if (/^[0-9a-f]{32}$/.test(id)) {
      return `machine:${sha256Hex(`cas-batch ${id}`).slice(0, HOST_ID_DIGITS)}`;
    }
  } catch {
    // Not Linux, or a container that has none.
  }
  return `name:${hostname()}`;
}

function toHome(row: HomeRow): SettledHome {
  return {
    generation: row.generation,
    kind: row.kind,
    hostId: row.host_id,
    hostName: row.host_name,
    path: row.path,
    fileId: row.file_id,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
  };
}
