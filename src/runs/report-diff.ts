// What changed between two reports, or two times: from the ledger alone, by what it had learned at each.
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { CasBatchError } from "../core/errors.ts";
import { timeWords } from "../report/status-report.ts";
import type { ChangeView } from "../ledger/contract/learned.ts";
import type { KnownRun } from "../ledger/contract/runs.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { tenantOf, type WhoseBooks } from "./tenant-of.ts";

/** One side of the comparison, as it was named. */
export interface Moment {
  readonly at: Date;
  readonly learnedUpTo: number;
  /** Shape: `the report of run …, 2026-11-28 06:00 UTC`. */
  readonly words: string;
}

export interface ReportDiff {
  readonly tenant: string;
  readonly from: Moment;
  readonly to: Moment;
  readonly changes: AsyncIterable<readonly ChangeView[]>;
}

interface DiffPlace extends WhoseBooks {
  readonly now: Date;
  /** In which times are told; an IANA name. */
  readonly timeZone: string;
}

/** How a side can be named. */
export interface NamedMoment {
  readonly name: string;
  /** Null when it is no time. */
  readonly time: Date | null;
}

const RUNS_SHOWN_MAX = 10;
const LATEST = "latest";
const NOW = "now";
const TWIN = /\.json$/i;

const twinSchema = z.object({
  schemaVersion: z.literal(1),
  report: z.literal("status"),
  environment: z.string(),
  tenant: z.string(),
  asOf: z.iso.datetime(),
  /** Absent in a report of an older version. */
  learnedUpTo: z.int().optional(),
});

/**
 * Calls `work` while the ledger is open.
 * @throws CasBatchError `run-unknown`, `twin-unusable`, `changes-not-known`, `usage`
 */
export async function withReportDiff<Result>(
  place: DiffPlace,
  sides: { readonly from: NamedMoment; readonly to: NamedMoment },
  work: (diff: ReportDiff) => Promise<Result>,
): Promise<Result> {
  const ledger = await openSqliteLedger(place.ledgerPath, { asOfNow: true });
  try {
    const tenant = await tenantOf(ledger, place);
    if (tenant === "") {
      throw new CasBatchError(
        "run-unknown",
        `The ledger ${place.ledgerPath} holds nothing for ${place.environment}`,
      );
    }
    const books = ledger.books(place.environment, tenant);
    const from = await momentOf(books, place, sides.from);
    const to = await momentOf(books, place, sides.to);
    if (from.learnedUpTo > to.learnedUpTo) {
      throw new CasBatchError("usage", `${from.words} is later than ${to.words}`, {
        hint: "Name the earlier one first",
      });
    }
    await assertKnown(books, from.at, place.timeZone);
    const changes = books.changesBetween(from.learnedUpTo, to.learnedUpTo);
    return await work({ tenant, from, to, changes });
  } finally {
    await ledger.close();
  }
}

/** @throws CasBatchError `changes-not-known` */
export async function assertKnown(
  books: Pick<LedgerBooks, "learnedSince">,
  at: Date,
  timeZone: string,
): Promise<void> {
  const begin = await books.learnedSince();
  if (begin === null || at >= begin) return;
  throw new CasBatchError(
    "changes-not-known",
    `What changed since ${timeWords(at, timeZone)} is not known: until ${timeWords(begin, timeZone)} an older version wrote this ledger, and kept no times of changes`,
  );
}

/** Nothing has changed since a time that is still to come. @throws CasBatchError `usage` */
export function assertOver(
  time: Date,
  { now, timeZone }: Pick<DiffPlace, "now" | "timeZone">,
): void {
  if (time <= now) return;
  throw new CasBatchError("usage", `${timeWords(time, timeZone)} is still to come`, {
    hint: "Name a time that is over, such as 2026-11-28 or 26h",
  });
}

async function momentOf(
  books: LedgerBooks,
  place: DiffPlace,
  { name, time }: NamedMoment,
): Promise<Moment> {
  if (name === NOW) {
    return { at: place.now, learnedUpTo: await books.learnedUpTo(), words: "now" };
  }
  if (TWIN.test(name)) return momentOfTwin(books, place, name);
  const known = await books.runsOfFiles(RUNS_SHOWN_MAX);
  const run =
    name === LATEST
      ? (known.find(({ finishedAt }) => finishedAt !== null) ?? null)
      : await books.knownRun(name);
  if (run !== null) return momentOfRun(books, run, place.timeZone);
  if (time !== null) {
    assertOver(time, place);
    const words = timeWords(time, place.timeZone);
    return { at: time, learnedUpTo: await books.learnedAt(time), words };
  }
  const names = known.map(({ runId }) => runId).join(", ");
  throw new CasBatchError(
    "run-unknown",
    `"${name}" is no run of ${place.environment}, no time and no file ending in .json; ${names === "" ? "the ledger has no runs" : `the newest runs are ${names}`}`,
    {
      hint: "Name a run, `latest`, `now`, a time such as 2026-11-28, 2026-11-28T06:00:00Z or 26h, or the .json file of a report",
    },
  );
}

/** The moment that its report shows, else its end. */
async function momentOfRun(
  books: LedgerBooks,
  { runId, finishedAt, startedAt }: KnownRun,
  timeZone: string,
): Promise<Moment> {
  const report = await books.reportOfRun(runId);
  if (report !== null) {
    const { asOf: at, learnedUpTo } = report;
    return { at, learnedUpTo, words: `the report of run ${runId}, ${timeWords(at, timeZone)}` };
  }
  const at = finishedAt ?? startedAt;
  const which = finishedAt === null ? "the start" : "the end";
  const words = `${which} of run ${runId}, ${timeWords(at, timeZone)}`;
  return { at, learnedUpTo: await books.learnedAt(at), words };
}

async function momentOfTwin(
  books: LedgerBooks,
  { environment, ledgerPath, timeZone }: DiffPlace,
  path: string,
): Promise<Moment> {
  const twin = await readTwin(path);
  const at = new Date(twin.asOf);
  if (twin.environment !== environment || twin.tenant !== books.tenant) {
    throw new CasBatchError(
      "twin-unusable",
      `${path} is a report on ${twin.environment}, tenant ${twin.tenant}; this is ${environment}, tenant ${books.tenant}`,
    );
  }
  const newest = await books.learnedUpTo();
  const learnedUpTo = twin.learnedUpTo ?? (await books.learnedAt(at));
  if (learnedUpTo > newest) {
    throw new CasBatchError(
      "twin-unusable",
      `${path} shows more than the ledger ${ledgerPath} knows, so it was written from another ledger`,
    );
  }
  return { at, learnedUpTo, words: `${path}, ${timeWords(at, timeZone)}` };
}

async function readTwin(path: string): Promise<z.infer<typeof twinSchema>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new CasBatchError("file-not-found", `Cannot read ${path}`, { cause: error });
  }
  try {
    return twinSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CasBatchError("twin-unusable", `${path} is no report of cas-batch`, {
      cause: error,
    });
  }
}
