// Verifies a ledger: first the file, as SQLite sees it, then the rules that hold in every ledger, then
// every message against its fingerprint. Changes nothing.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type Database from "better-sqlite3";
import { CasBatchError } from "../../../core/errors.ts";
import { isJsonObject, parseJson } from "../../../core/json.ts";
import type { MessageKind } from "../../../core/message-kind.ts";
import { contentHash } from "../../../core/content-hash.ts";
import { openCurrentReadOnly, openReadOnly } from "../file/connection.ts";
import { isDamage } from "../file/ledger-failure.ts";
import { disagreementInWords, sendCount } from "../home/send-count.ts";
import { readSendMark } from "../file/send-mark.ts";
import { KEY_WORDS_SQL } from "../file/stored-key.ts";
import type { LedgerDamage } from "../../contract/views.ts";
import { damageOf, everyBrokenRule } from "./ledger-rules.ts";

/** So many faults of the file are named. */
const FAULTS_SHOWN_MAX = 20;

export interface LedgerVerdict {
  readonly location: string;
  readonly sizeBytes: number;
  readonly damages: readonly LedgerDamage[];
  /** Null when the file is too damaged to be counted. */
  readonly counts: LedgerCounts | null;
}

export interface LedgerCounts {
  readonly files: number;
  readonly shipments: number;
  readonly versions: number;
  readonly attempts: number;
  readonly declarations: number;
}

/**
 * Damage is part of the result, not an error.
 * @throws CasBatchError `ledger-missing`, `ledger-newer`, `ledger-unusable` for what is no ledger
 */
export function verifyLedger(path: string): LedgerVerdict {
  const location = resolve(path);
  try {
    return examined(location);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const words = error instanceof Error ? error.message : String(error);
    const damages = [{ what: "The file cannot be read as a ledger", count: 1, places: [words] }];
    const sizeBytes = statSync(location).size;
    return { location, sizeBytes, damages, counts: null };
  }
}

function examined(location: string): LedgerVerdict {
  const mark = readSendMark(location);
  if (statSync(location, { throwIfNoEntry: false })?.size === 0) {
    const damages = damageOf("The file is empty, and no ledger ever is", [location]);
    return { location, sizeBytes: 0, damages, counts: null };
  }
  const physical = withDatabase(openReadOnly(location), physicalDamages);
  const sizeBytes = statSync(location).size;
  // The contents of a damaged file cannot be relied on.
  if (physical.length > 0) return { location, sizeBytes, damages: physical, counts: null };
  return withDatabase(openCurrentReadOnly(location), (database) => {
    database.exec("BEGIN");
    const disagreement = sendCount({ prepare: database.prepare.bind(database) }).disagreement(mark);
    const damages = [
      ...everyBrokenRule({ prepare: database.prepare.bind(database) }),
      ...damageOf("A message is not what its fingerprint says", wrongFingerprints(database)),
      // Undamaged, and yet not the ledger that was sent from.
      ...damageOf(
        "Something was sent from here that the ledger does not know of",
        disagreement === null ? [] : [disagreementInWords(location, disagreement)],
      ),
    ];
    return { location, sizeBytes, damages, counts: countsOf(database) };
  });
}

function withDatabase<Result>(
  database: Database.Database,
  work: (database: Database.Database) => Result,
): Result {
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function physicalDamages(database: Database.Database): readonly LedgerDamage[] {
  const faults = database
    .prepare<[], string>(`PRAGMA integrity_check(${FAULTS_SHOWN_MAX})`)
    .pluck()
    .all()
    .filter((line) => line !== "ok");
  return damageOf("The file is damaged", faults);
}

/** A message that is not what its fingerprint says could be sent, or be taken for unchanged. */
function* wrongFingerprints(database: Database.Database): Iterable<string> {
  const select = database.prepare<
    [],
    {
      readonly message: string;
      readonly version_number: number;
      readonly content_hash: string;
      readonly payload: string;
      readonly message_kind: MessageKind;
    }
  >(
    `SELECT ${KEY_WORDS_SQL} AS message, v.version_number, v.content_hash, v.payload, v.message_kind
     FROM versions v JOIN shipments s USING (shipment_id) WHERE v.pruned_at IS NULL`,
  );
  for (const row of select.iterate()) {
    if (fingerprintOf(row.payload, row.message_kind) === row.content_hash) continue;
    yield `${row.message}, version ${row.version_number}`;
  }
}

/** Null for what is no message at all. */
function fingerprintOf(payload: string, kind: MessageKind): string | null {
  try {
    const body = parseJson(payload);
    return isJsonObject(body) ? contentHash(body, kind) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function countsOf(database: Database.Database): LedgerCounts {
  const count = (table: string): number =>
    database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  return {
    files: count("batches"),
    shipments: count("shipments"),
    versions: count("versions"),
    attempts: count("attempts"),
    declarations: count("declarations"),
  };
}

/** @throws CasBatchError `ledger-damaged` */
export function requireWhole({ location, damages }: LedgerVerdict): void {
  const [first] = damages;
  if (first === undefined) return;
  const more = damages.length === 1 ? "" : `, and ${damages.length - 1} more kinds of damage`;
  throw new CasBatchError(
    "ledger-damaged",
    `${location} is damaged: ${first.what} (${first.places[0] ?? ""})${more}`,
  );
}
