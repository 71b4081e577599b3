// A session: an open ledger and a CAS client, for every command that talks to CAS.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { AuthorizationStatus } from "../cas/cas-client.ts";
import type { CasSettings } from "../cas/cas-settings.ts";
import { createCasClient } from "../cas/http-cas-client.ts";
import type { AllowedIn } from "../core/codes/change-rules.ts";
import type { Clock } from "../core/time/clock.ts";
import { errorCodes } from "../core/codes/error-codes.ts";
import { CannotNowError } from "../core/errors.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { Environment } from "../core/shipment.ts";
import type { DocumentSettings } from "../documents/document-settings.ts";
import type { LeaseHolder } from "../ledger/contract/leases.ts";
import type { ReferenceBooks } from "../ledger/contract/references.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger, type SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type { ReconcileSettings } from "../reconcile/reconcile.ts";
import type { WaitSettings } from "../reconcile/wait-until-at-rest.ts";
import { createWaitKeeper } from "../submit/limits/asked-wait.ts";
import type { DeliverSettings } from "../submit/deliver.ts";
import { REFERENCE_CHECK_SCOPE, requireScopes, type Rights } from "./command-scopes.ts";
import { createThrottle } from "../cas/throttle/throttle.ts";
import { throttledClient, type ThrottledClient } from "../cas/throttle/throttled-client.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly programVersion: string;
}

export interface PipelineSettings {
  readonly environment: Environment;
  readonly cas: CasSettings;
  readonly ledgerPath: string;
  /** Why the ledger is there, in words; absent where the place was named or is the usual one. */
  readonly ledgerPlace?: string;
  /** Whether a missing ledger is created; default: true. */
  readonly ledgerMayBegin?: boolean;
  /**
   * How long a ledger counts as new after its first message for a tenant: so long, CAS is asked about every
   * shipment that it has never sent, before it sends it. Zero: never.
   */
  readonly newLedgerMs: number;
  /** Whether a new ledger holds what must not be there twice and CAS cannot be asked about. */
  readonly holdsFirst: boolean;
  readonly ratePerSecond: number;
  readonly deliver: DeliverSettings;
  readonly reconcile: ReconcileSettings;
  /** After how long an accepted shipment without a declaration needs action; a day when absent. */
  readonly declarationAfterMs?: number | undefined;
  readonly wait: WaitSettings;
  readonly documents: DocumentSettings;
  readonly acceptedAndBeyond: (status: string) => boolean;
  readonly allowedIn: AllowedIn;
  readonly originals?: OriginalSettings;
  /** In which reports show times; an IANA name. */
  readonly timeZone: string;
}

/** Where files are looked for that are not at their paths any more. */
export interface OriginalSettings {
  /** Absolute. */
  readonly folders: readonly string[];
  /** They were named for this very call: then copies that were left before are written, too. */
  readonly areNamed: boolean;
}

export type LedgerSettings = Pick<PipelineSettings, "ledgerPath" | "ledgerMayBegin">;

export interface Session extends Surroundings {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  readonly settings: PipelineSettings;
  readonly client: ThrottledClient;
  readonly authorization: AuthorizationStatus;
  readonly books: LedgerBooks;
  readonly ledger: SqliteLedger;
  readonly ledgerAge: LedgerAge;
  readonly holder: LeaseHolder;
}

interface LedgerAge {
  /** Nothing was ever sent from this ledger for the tenant. */
  readonly isNew: boolean;
  /** Whether CAS is asked about shipments that this ledger has never sent. */
  readonly asksFirst: boolean;
}

/**
 * Opens the ledger and checks the rights at CAS, before anything is read or sent.
 * @param rights what the command needs of its token
 * @throws CasBatchError `scope-missing`
 */
export async function connect(
  command: string,
  settings: PipelineSettings,
  surroundings: Surroundings,
  rights: Rights = { scopes: [], asksFirst: false },
): Promise<Session> {
  const { clock, random, log, signal, onProgress } = surroundings;
  const startedAt = clock.now();
  const runId = createRunId(startedAt);
  const ledger = await openLedger(settings);
  const onPause = (durationMs: number): void => {
    const until = new Date(clock.now().getTime() + durationMs);
    onProgress({ phase: "pausing", subject: "CAS", done: 0, total: null, until });
  };
  const throttle = createThrottle({ ratePerSecond: settings.ratePerSecond, clock, onPause });
  const direct = createCasClient(settings.cas, { clock, log });
  let keepWait: ((waitMs: number) => void) | null = null;
  const onWait = (waitMs: number): void => keepWait?.(waitMs);
  const client = throttledClient(direct, { throttle, clock, random, log, onWait });
  try {
    const authorization = await client.authorizationStatus({ signal });
    const books = ledger.books(settings.environment, authorization.tenant);
    const ledgerAge = await ageOf(books, settings, clock);
    const isAsking = ledgerAge.asksFirst && rights.asksFirst;
    const needed = new Set(isAsking ? [...rights.scopes, REFERENCE_CHECK_SCOPE] : rights.scopes);
    requireScopes(command, [...needed], authorization, log);
    // A new ledger is a warning, since the known one may lie elsewhere; in a rehearsal it is the rule.
    const isWarning = ledgerAge.isNew && settings.environment !== "simulator";
    log(
      isWarning ? "warn" : "info",
      ledgerInWords(ledger.location, books.tenant, ledgerAge, settings, rights),
    );
    for (const warning of ledger.warnings) log("warn", warning);
    keepWait = createWaitKeeper({ books, clock, log });
    const programVersion = surroundings.programVersion;
    const { simulated } = authorization;
    await books.startRun({ runId, command, startedAt, programVersion, simulated });
    const holder = { holderId: runId, processId: process.pid, hostName: hostname(), command };
    const run = { runId, command, startedAt, settings, client, authorization, books };
    return { ...surroundings, ...run, ledger, ledgerAge, holder };
  } catch (error) {
    await client.close();
    await ledger.close();
    throw beforeStart(error, settings.environment);
  }
}

export async function ageOf(
  books: ReferenceBooks,
  { newLedgerMs }: Pick<PipelineSettings, "newLedgerMs">,
  clock: Clock,
): Promise<LedgerAge> {
  const newSince = await books.newSince();
  const sinceMs = newSince === null ? 0 : clock.now().getTime() - newSince.getTime();
  return { isNew: newSince === null, asksFirst: sinceMs < newLedgerMs };
}

function ledgerInWords(
  location: string,
  tenant: string,
  { isNew, asksFirst }: LedgerAge,
  { ledgerPlace, environment }: PipelineSettings,
  rights: Rights,
): string {
  const place = ledgerPlace === undefined ? location : `${location} (${ledgerPlace})`;
  const whose = `tenant ${tenant}, ${environment}`;
  if (!isNew) return `Ledger ${place}, ${whose}`;
  const asking = asksFirst
    ? "; CAS is asked about every shipment before it is sent"
    : "; CAS is not asked, as the configuration says";
  return `New ledger ${place}: nothing was sent from it for ${whose}${rights.asksFirst ? asking : ""}`;
}

/** When CAS is out of reach before anything was read, there is nothing for `resume` to finish. */
function beforeStart(error: unknown, environment: Environment): unknown {
  if (!(error instanceof CannotNowError) || error.code === "ledger-write-failed") return error;
  const isGeneral = error.hint === errorCodes[error.code].hint;
  return new CannotNowError(error.code, `${error.message}; nothing was read and nothing was sent`, {
    cause: error,
    hint: !isGeneral
      ? error.hint
      : environment === "simulator"
        ? "Start `cas-batch simulator` there, or leave CAS_API_URL and `apiUrl` out, then run the same command again"
        : "Check the network and https://status.customs4trade.com, then run the same command again",
  });
}

/** Records how the run ended. @throws CannotNowError when the ledger cannot be written */
export async function finishRun(session: Session, exitCode: number): Promise<void> {
  await session.books.finishRun(session.runId, { finishedAt: session.clock.now(), exitCode });
}

export async function disconnect(session: Session): Promise<void> {
  await session.client.close();
  await session.ledger.close();
}

/** Sorts by time and shows it: `20261120T184128Z-3f2a`. */
function createRunId(at: Date): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomBytes(2).toString("hex")}`;
}

export function openLedger({
  ledgerPath,
  ledgerMayBegin = true,
}: LedgerSettings): Promise<SqliteLedger> {
  return openSqliteLedger(ledgerPath, { createWhenMissing: ledgerMayBegin });
}
