// The product on one screen: files are staged, queued messages delivered, declarations followed,
// the report written. It joins the stages and holds no rule of its own.
import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Annotator } from "./annotator.ts";
import type { AuthorizationStatus } from "./cas/cas-client.ts";
import type { CasSettings } from "./cas/cas-settings.ts";
import { createCasClient } from "./cas/http-cas-client.ts";
import type { SourceFile } from "./core/cell.ts";
import type { Clock } from "./core/clock.ts";
import { CannotNowError } from "./core/errors.ts";
import type { Log, OnProgress } from "./core/progress.ts";
import type { Environment } from "./core/shipment.ts";
import type {
  CurrentHolder,
  Ledger,
  LedgerBooks,
  LeaseHolder,
  ShipmentHistory,
  ViewFilter,
} from "./ledger/ledger.ts";
import { openSqliteLedger } from "./ledger/sqlite-ledger.ts";
import { lineDraft } from "./line-draft.ts";
import { templateModel } from "./map/template-model.ts";
import { writeTemplateCsv, writeTemplateWorkbook } from "./report/write-template.ts";
import type { Profile } from "./map/profile/profile.ts";
import type { OpenTableOptions } from "./parse/open-table.ts";
import { reconcile, type ReconcileSettings, type ReconcileSummary } from "./reconcile/reconcile.ts";
import { waitUntilAtRest, type WaitSettings } from "./reconcile/wait-until-at-rest.ts";
import { prepareReportPath } from "./report/prepare-report-path.ts";
import { writeRunFiles, type ReadFile, type RunFiles } from "./report/run-files.ts";
import { writeStatusReport, type ReportTotals, type StoppedEarly } from "./report/status-report.ts";
import { createAcrossFiles, type AcrossFiles } from "./across-files.ts";
import { stageFile, type BatchSink, type StageOptions } from "./stage-file.ts";
import { createLineDecider } from "./submit/decide-line.ts";
import { deliver, type DeliverSettings, type DeliverySummary } from "./submit/deliver.ts";
import { followSender, isLockHeld } from "./submit/follow-sender.ts";
import { withLease, type HeldLease } from "./submit/lease.ts";
import { settleByHand, type HandSettlement } from "./submit/settle-by-hand.ts";
import { createThrottle } from "./submit/throttle.ts";
import { throttledClient, type ThrottledClient } from "./submit/throttled-client.ts";
import { createTally, type Tally } from "./tally.ts";

export interface InputFile {
  readonly path: string;
  /** What people see. */
  readonly name: string;
}

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
  /** Whether a ledger that is not there is begun; true unless told. */
  readonly ledgerMayBegin?: boolean;
  readonly ratePerSecond: number;
  readonly deliver: DeliverSettings;
  readonly reconcile: ReconcileSettings;
  readonly wait: WaitSettings;
  readonly acceptedAndBeyond: (status: string) => boolean;
}

type LedgerSettings = Pick<PipelineSettings, "ledgerPath" | "ledgerMayBegin">;

/** One shipment's life, and in whose books it stands. */
export interface TenantHistory extends ShipmentHistory {
  readonly tenant: string;
}

/** A run with its books open and CAS at hand. */
export interface Session extends Surroundings {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  readonly settings: PipelineSettings;
  readonly client: ThrottledClient;
  readonly authorization: AuthorizationStatus;
  readonly books: LedgerBooks;
  readonly ledger: Ledger;
  readonly holder: LeaseHolder;
}

export interface FileChoices {
  readonly reading: OpenTableOptions;
  readonly onInvalid: StageOptions["onInvalid"];
  /** How a file's sheets and columns are read; null: by the default template. */
  readonly profileOf: (file: InputFile) => Profile | null;
}

export interface SendChoices extends FileChoices {
  readonly allowAmend: boolean;
  readonly retryRefused: boolean;
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
  /**
   * While another process sends: leave what is queued to it, and watch until it is done (`follow`)
   * or not (`leave`). Unless told, that ends the command.
   */
  readonly besideSender?: "follow" | "leave";
}

/** What a run that sends has done; `stoppedBy` is why it ended before its work was done. */
export interface SendResult {
  readonly delivery: DeliverySummary | null;
  readonly followed: FollowResult | null;
  /** Names of files that the run did not come to. */
  readonly filesNotRead: readonly string[];
  readonly filesRead: readonly ReadFile[];
  readonly stoppedBy: unknown;
  /** To whom the sending was left; null when it was not. */
  readonly leftTo: CurrentHolder | null;
}

interface FollowResult {
  readonly summary: ReconcileSummary;
  readonly stillMoving: number;
}

/** Opens the books and makes sure that CAS knows us, before anything is read or sent. */
export async function connect(
  command: string,
  settings: PipelineSettings,
  surroundings: Surroundings,
): Promise<Session> {
  const { clock, random, log, signal } = surroundings;
  const startedAt = clock.now();
  const runId = createRunId(startedAt);
  const ledger = await openLedger(settings);
  for (const warning of ledger.warnings) log("warn", warning);
  const throttle = createThrottle({ ratePerSecond: settings.ratePerSecond, clock });
  const direct = createCasClient(settings.cas, { clock, log });
  const client = throttledClient(direct, { throttle, clock, random, log });
  try {
    const authorization = await client.authorizationStatus({ signal });
    const books = ledger.books(settings.environment, authorization.tenant);
    const programVersion = surroundings.programVersion;
    await books.startRun({ runId, command, startedAt, programVersion });
    const holder = { holderId: runId, processId: process.pid, hostName: hostname(), command };
    const run = { runId, command, startedAt, settings, client, authorization, books };
    return { ...surroundings, ...run, ledger, holder };
  } catch (error) {
    await client.close();
    await ledger.close();
    throw beforeStart(error);
  }
}

/** CAS is out of reach before anything was read: there is nothing that `resume` could finish. */
function beforeStart(error: unknown): unknown {
  if (!(error instanceof CannotNowError) || error.code === "ledger-write-failed") return error;
  return new CannotNowError(error.code, `${error.message}; nothing was read and nothing was sent`, {
    cause: error,
    hint: "Check the network and https://status.customs4trade.com, then run the same command again",
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

/** Reads and validates; sends nothing, keeps nothing but what an annotator writes. */
export async function check(
  files: readonly InputFile[],
  choices: FileChoices,
  surroundings: Surroundings,
  annotator: Annotator | null = null,
): Promise<Tally> {
  const tally = createTally();
  const sink = annotator?.watch(tally) ?? tally;
  const acrossFiles = createAcrossFiles(files.length);
  try {
    for (const file of files) {
      const { path, name } = file;
      const profile = choices.profileOf(file);
      const watched = acrossFiles.watch(sink, { name, severities: profile?.severities });
      await stageFile(path, watched, { ...choices, ...surroundings, name, profile });
    }
  } catch (error) {
    tally.close();
    throw error;
  }
  return tally;
}

/**
 * Stages every file, looks at what has become of earlier shipments, so that no change overtakes
 * customs, then sends what is queued; with `follow`, waits for what CAS makes of it.
 */
export async function send(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
  follow: boolean,
): Promise<SendResult> {
  const { signal, settings } = session;
  const sent = await stageAndDeliver(session, files, choices);
  if (!follow || sent.stoppedBy !== null) return sent;
  try {
    const waiting = { settings: settings.wait, reconcile: settings.reconcile, signal };
    return { ...sent, followed: await waitUntilAtRest(session, waiting) };
  } catch (error) {
    return { ...sent, stoppedBy: error };
  }
}

async function stageAndDeliver(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
): Promise<SendResult> {
  try {
    return await withLease(leaseOf(session), session.holder, async (lease) => {
      const staged = await stageFiles(session, files, choices);
      if (staged.stoppedBy !== null) return staged;
      return stoppable(staged, async () => {
        await lookBeforeSending(session, lease.signal);
        return deliverQueued(session, choices, lease, staged);
      });
    });
  } catch (error) {
    if (choices.besideSender === undefined || !isLockHeld(error)) throw error;
    return stageBeside(session, files, choices);
  }
}

function leaseOf({ books, clock, log, signal }: Session): Parameters<typeof withLease>[0] {
  return { books, clock, log, signal };
}

/** Another process sends: it takes what is staged here in turn, under its own right to send. */
async function stageBeside(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
): Promise<SendResult> {
  const { books, log, runId, holder } = session;
  const leftTo = await books.currentHolder();
  // Before anything is staged: the other process may take it as soon as it is.
  await lookBeforeSending(session, session.signal);
  const staged = { ...(await stageFiles(session, files, choices)), leftTo };
  if (staged.stoppedBy !== null || choices.besideSender === "leave") return staged;
  if (leftTo !== null) {
    const { command, processId, hostName } = leftTo;
    log("info", `\`${command}\` (process ${processId} on ${hostName}) sends what was queued here`);
  }
  return stoppable(staged, async () => {
    const takeOver = (): Promise<SendResult> =>
      withLease(leaseOf(session), holder, (lease) =>
        stoppable(staged, () => deliverQueued(session, choices, lease, staged)),
      );
    return (await followSender(session, runId, takeOver)) ?? staged;
  });
}

/** Whatever ends the work early is part of the result: what was staged before it stands. */
async function stoppable(staged: SendResult, work: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await work();
  } catch (error) {
    return { ...staged, stoppedBy: error };
  }
}

async function stageFiles(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
): Promise<SendResult> {
  const filesRead: ReadFile[] = [];
  const none = { delivery: null, followed: null, leftTo: null };
  try {
    await session.books.dropUnsealedBatches();
    const acrossFiles = createAcrossFiles(files.length);
    for (const file of files) {
      filesRead.push(await stage(session, file, choices, acrossFiles));
    }
    return { ...none, filesRead, filesNotRead: [], stoppedBy: null };
  } catch (error) {
    const filesNotRead = files.slice(filesRead.length).map(({ name }) => name);
    return { ...none, filesRead, filesNotRead, stoppedBy: error };
  }
}

async function deliverQueued(
  session: Session,
  { allowAmend, deadline }: SendChoices,
  lease: HeldLease,
  staged: SendResult,
): Promise<SendResult> {
  const { runId, settings } = session;
  const amending = { allowAmend, acceptedAndBeyond: settings.acceptedAndBeyond };
  const options = { runId, lease, settings: settings.deliver, amending, deadline };
  return { ...staged, delivery: await deliver(session, options), leftTo: null };
}

/** What was updated since the last look; shipments without a declaration have none to change. */
async function lookBeforeSending(session: Session, signal: AbortSignal): Promise<void> {
  const settings = { ...session.settings.reconcile, referenceSearchesMax: 0 };
  await reconcile(session, { settings, signal });
}

/** Settles messages of which a person has found out whether CAS has them. @throws CasBatchError */
export async function settle(
  session: Session,
  settlements: readonly HandSettlement[],
  who: string,
): Promise<void> {
  await settleByHand(session, settlements, who);
}

/** Asks CAS once what became of everything that is still open. */
export async function follow(session: Session, since: Date | null): Promise<ReconcileSummary> {
  const { signal, settings } = session;
  const window = since === null ? {} : { since };
  return reconcile(session, { ...window, settings: settings.reconcile, signal });
}

/** Makes sure that a report can be written, before anything is sent. @throws CasBatchError */
export const prepareReport: (path: string) => Promise<void> = prepareReportPath;

export async function report(
  session: Session,
  path: string,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
): Promise<ReportTotals> {
  const { books, runId, command, clock, programVersion, settings, authorization } = session;
  const { environment } = settings;
  await prepareReportPath(path);
  return writeStatusReport(
    path,
    {
      ...{ books, filter, runId, command, environment, programVersion },
      tenant: authorization.tenant,
      asOf: clock.now(),
      completeUpTo: await books.searchedUntil(),
      simulated: environment === "simulator",
      stoppedEarly,
    },
    session.onProgress,
  );
}

/** Writes the result files and the annotated copies of what a run has read. */
export async function giveBack(
  { books, runId }: Session,
  folder: string,
  { filesRead }: SendResult,
): Promise<RunFiles> {
  return writeRunFiles(folder, books, runId, filesRead);
}

async function stage(
  session: Session,
  file: InputFile,
  choices: SendChoices,
  acrossFiles: AcrossFiles,
): Promise<ReadFile> {
  const { books, clock, runId, settings, onProgress, signal } = session;
  const { acceptedAndBeyond } = settings;
  const decide = createLineDecider({ ...choices, acceptedAndBeyond });
  let batchId = "";
  const opened: { file?: SourceFile } = {};
  const sink: BatchSink = {
    open: async (source) => {
      opened.file = source;
      if (batchId !== "") await books.dropUnsealedBatches();
      batchId = randomUUID();
      await books.openBatch({ batchId, runId, file: source, openedAt: clock.now() });
    },
    addRows: (rows) => books.addRows(batchId, rows),
    addFindings: (findings) => books.addFindings(batchId, findings),
    addLines: (lines) => books.addLines(batchId, Array.from(lines, lineDraft), decide),
    seal: (end) => books.sealBatch(batchId, { ...end, sealedAt: clock.now() }),
  };
  const profile = choices.profileOf(file);
  const options = { ...choices, name: file.name, profile, onProgress, signal };
  const watched = acrossFiles.watch(sink, { name: file.name, severities: profile?.severities });
  const form = await stageFile(file.path, watched, options);
  if (opened.file === undefined) throw new Error("A file is staged without being opened");
  return { file: opened.file, form };
}

/** Sorts by time and says when to a person: `20261120T184128Z-3f2a`. */
function createRunId(at: Date): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomBytes(2).toString("hex")}`;
}

/** Writes the blank template of one layout: a workbook, or CSV when the path ends in `.csv`. */
export async function writeTemplate(layout: "flat" | "workbook", path: string): Promise<void> {
  const model = templateModel(layout);
  await (path.toLowerCase().endsWith(".csv")
    ? writeTemplateCsv(path, model)
    : writeTemplateWorkbook(path, model));
}

/** The questions of `doctor` to CAS: each may be asked even when another one failed. */
export function examine(cas: CasSettings, settings: PipelineSettings, surroundings: Surroundings) {
  const { clock, random, log, signal } = surroundings;
  const throttle = createThrottle({ ratePerSecond: settings.ratePerSecond, clock });
  const client = throttledClient(createCasClient(cas, { clock, log }), {
    ...{ throttle, clock, random, log },
  });
  return {
    authorization: () => client.authorizationStatus({ signal }),
    /** Unit: milliseconds that our clock is ahead of theirs; null when they do not tell. */
    clockSkewMs: async (): Promise<number | null> => {
      const { serverTime } = await client.searchDeclarations(
        {},
        { limit: 1, offset: 0 },
        { signal },
      );
      return serverTime === null ? null : clock.now().getTime() - Date.parse(serverTime);
    },
    close: () => client.close(),
  };
}

/**
 * Opens the ledger and closes it again; returns what speaks against its place.
 * @throws CasBatchError when it cannot be used, or cannot be sent from
 */
export async function examineLedger(
  settings: Pick<PipelineSettings, "ledgerPath" | "ledgerMayBegin">,
): Promise<readonly string[]> {
  const ledger = await openLedger(settings);
  try {
    await ledger.assertAtHome();
    return ledger.warnings;
  } finally {
    await ledger.close();
  }
}

function openLedger({ ledgerPath, ledgerMayBegin = true }: LedgerSettings): Promise<Ledger> {
  return openSqliteLedger(ledgerPath, { createWhenMissing: ledgerMayBegin });
}

/** What the ledger knows of an external reference, in all tenants of an environment. */
export async function explain(
  ledgerPath: string,
  environment: Environment,
  externalReference: string,
): Promise<readonly TenantHistory[]> {
  const ledger = await openSqliteLedger(ledgerPath, { createWhenMissing: false });
  try {
    const found: TenantHistory[] = [];
    for (const tenant of await ledger.tenants(environment)) {
      const histories = await ledger
        .books(environment, tenant)
        .shipmentHistories(externalReference);
      found.push(...histories.map((history) => ({ tenant, ...history })));
    }
    return found;
  } finally {
    await ledger.close();
  }
}
