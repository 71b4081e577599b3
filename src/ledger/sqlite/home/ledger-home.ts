// A copy of a ledger knows what was sent until it was made, and nothing of what the original has
// sent since: sending from both sends twice. So the ledger records where its home is, and is not
// sent from anywhere else until `ledger adopt` says which copy is the one to send from.
//
// Home is a machine, a path and a file. A container without a machine id has another name each time
// it starts; there the file's number and time of birth show that it is the same file.
import { readFileSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { CasBatchError } from "../../../core/errors.ts";
import { sha256Hex } from "../../../core/json.ts";
import { pastablePath } from "../../../core/text/pastable-path.ts";
import type { Connection } from "../file/connection.ts";
import { readSendMark, type SendMark } from "../file/send-mark.ts";
import { fileSystemType, keepsFileNumbers } from "./file-system.ts";
import { requireAgreement, sendCount } from "./send-count.ts";

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

export interface RecordedHome extends Home {
  /** Counts the homes that the ledger was given. */
  readonly generation: number;
  readonly kind: "ledger" | "backup";
  readonly settledAt: string;
  readonly settledBy: string;
}

interface Homes {
  /** Null when nothing was ever sent from it; to be called inside a transaction. */
  readonly current: () => RecordedHome | null;
  /** Where it was last sent from, the original of a backup; to be called inside a transaction. */
  readonly lastSendingHome: () => RecordedHome | null;
  /**
   * To be called inside a transaction, with a mark that was read before it began.
   * @throws CasBatchError `ledger-moved` when its home is elsewhere, or more was sent from here
   *   than it knows of
   */
  readonly assertHere: (mark: SendMark | null) => void;
  /**
   * As assertHere(), and gives a ledger without a home this one; to be called inside a write
   * transaction.
   */
  readonly requireHere: (now: Date, who: string) => void;
  /** To be called inside a write transaction. */
  readonly record: (home: Home, kind: RecordedHome["kind"], now: Date, who: string) => void;
}

export function homes(connection: Pick<Connection, "prepare" | "location">): Homes {
  const { location } = connection;
  const newest = (condition: string): (() => RecordedHome | null) => {
    const select = connection.prepare<[], RecordedHome>(
      `SELECT generation, kind, host_id AS hostId, host_name AS hostName, path, file_id AS fileId,
              settled_at AS settledAt, settled_by AS settledBy
       FROM homes WHERE ${condition} ORDER BY generation DESC LIMIT 1`,
    );
    return () => select.get() ?? null;
  };
  const current = newest("true");
  const insert = connection.prepare<[Omit<RecordedHome, "generation">]>(
    `INSERT INTO homes (kind, host_id, host_name, path, file_id, settled_at, settled_by)
     VALUES (@kind, @hostId, @hostName, @path, @fileId, @settledAt, @settledBy)`,
  );
  const record: Homes["record"] = (home, kind, now, settledBy) => {
    insert.run({ ...home, kind, settledAt: now.toISOString(), settledBy });
  };
  const { disagreement } = sendCount(connection);
  const assertHere = (mark: SendMark | null): void => {
    const home = current();
    const here = homeOf(location);
    if (home !== null && !isAtHome(home, here)) throw ledgerMoved(home, here);
    requireAgreement(here.path, disagreement(mark));
  };
  return {
    current,
    lastSendingHome: newest("kind = 'ledger'"),
    assertHere,
    requireHere: (now, who) => {
      assertHere(readSendMark(location));
      if (current() === null) record(homeOf(location), "ledger", now, who);
    },
    record,
  };
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

export function isAtHome(home: RecordedHome, here: Home): boolean {
  if (home.kind === "backup" || home.path !== here.path) return false;
  const knowsFile = home.fileId !== null && here.fileId !== null;
  if (knowsFile && home.fileId !== here.fileId) return false;
  if (home.hostId === here.hostId) return true;
  const isNameOnly = [home, here].some(({ hostId: id }) => !id.startsWith("machine:"));
  return isNameOnly && knowsFile;
}

function ledgerMoved(home: RecordedHome, here: Home): CasBatchError {
  const time = `${home.settledAt.slice(0, 16).replace("T", " ")} UTC`;
  const place = homeInWords(home);
  const why =
    home.kind === "backup"
      ? `a backup; it was made at ${time} as ${place}`
      : `a copy, or was moved; its home is ${place} since ${time}`;
  const same = place === homeInWords(here) ? ", as another file" : "";
  return new CasBatchError(
    "ledger-moved",
    `Cannot send from the ledger ${here.path}: it is ${why}, and it is now ${homeInWords(here)}${same}`,
    {
      hint: `Make sure that nothing sends from the other one any more, then run \`cas-batch ledger adopt --ledger ${pastablePath(here.path)}\``,
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
