// The product on one screen: files are staged, queued messages delivered, declarations followed,
// the report written. It joins the stages and holds no rule of its own.
import { createAcrossFiles } from "./intake/sinks/across-files.ts";
import type { Annotator } from "./runs/annotator.ts";
import { CasBatchError } from "./core/errors.ts";
import type { CurrentHolder, ViewFilter } from "./ledger/ledger.ts";
import { templateModel } from "./map/template-model.ts";
import { reconcile, type ReconcileSummary } from "./reconcile/reconcile.ts";
import { waitUntilAtRest } from "./reconcile/wait-until-at-rest.ts";
import { renewResultFiles, writeRunFiles, type RunFiles } from "./report/run-files.ts";
import { writeStatusReport, type ReportTotals, type StoppedEarly } from "./report/status-report.ts";
import { writeTemplateCsv, writeTemplateWorkbook } from "./report/write-template.ts";
import type { Session, Surroundings } from "./runs/session.ts";
import {
  stageFiles,
  type FileChoices,
  type InputFile,
  type StageChoices,
  type StagedFiles,
} from "./runs/stage-batches.ts";
import { stageFile } from "./intake/stage-file.ts";
import { heedEarlierWait } from "./submit/limits/asked-wait.ts";
import { deliver, type DeliverySummary } from "./submit/deliver.ts";
import { followSender, isLockHeld } from "./submit/follow-sender.ts";
import { withLease, type HeldLease } from "./submit/lease/lease.ts";
import { createTally, type Tally } from "./intake/sinks/tally.ts";

export interface SendChoices extends StageChoices {
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
  /** Send although CAS asked an earlier run to wait; false unless told. */
  readonly ignoreWait?: boolean;
  /**
   * While another process sends: leave what is queued to it, and watch until it is done (`follow`)
   * or not (`leave`). Unless told, that ends the command.
   */
  readonly besideSender?: "follow" | "leave";
}

/** What a run that sends has done; `stoppedBy` is why it ended before its work was done. */
export interface SendResult extends StagedFiles {
  readonly delivery: DeliverySummary | null;
  readonly followed: FollowResult | null;
  /** To whom the sending was left; null when it was not. */
  readonly leftTo: CurrentHolder | null;
}

const NOTHING_SENT = { delivery: null, followed: null, leftTo: null } as const;

interface FollowResult {
  readonly summary: ReconcileSummary;
  readonly stillMoving: number;
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
      const staged = { ...NOTHING_SENT, ...(await stageFiles(session, files, choices)) };
      if (staged.stoppedBy !== null) return staged;
      return stoppable(staged, async () => {
        await heedWait(session, choices);
        const unseenBecause = await lookBeforeSending(session, lease.signal);
        return deliverQueued(session, { ...choices, unseenBecause }, lease, staged);
      });
    });
  } catch (error) {
    if (choices.besideSender === undefined || !isLockHeld(error)) throw error;
    if (choices.deadline !== null) throw notBoundByDeadline(error);
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
  const unseenBecause = await lookBeforeSending(session, session.signal);
  const staged = { ...NOTHING_SENT, ...(await stageFiles(session, files, choices)), leftTo };
  if (staged.stoppedBy !== null) return staged;
  // A sender that has ended meanwhile has not seen what was queued here.
  const isTaken = (await books.currentHolder()) !== null;
  if (choices.besideSender === "leave" && isTaken) return staged;
  if (leftTo !== null && isTaken) {
    const { command, processId, hostName } = leftTo;
    log("info", `\`${command}\` (process ${processId} on ${hostName}) sends what was queued here`);
  }
  return stoppable(staged, async () => {
    const takeOver = (): Promise<SendResult> =>
      withLease(leaseOf(session), holder, (lease) =>
        stoppable(staged, async () => {
          await heedWait(session, choices);
          return deliverQueued(session, { ...choices, unseenBecause }, lease, staged);
        }),
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

async function deliverQueued(
  session: Session,
  { allowAmend, deadline, unseenBecause }: SendChoices & Unseen,
  lease: HeldLease,
  staged: SendResult,
): Promise<SendResult> {
  const { runId, settings } = session;
  const { acceptedAndBeyond } = settings;
  const unseen = unseenBecause === null ? {} : { notLookedAt: unseenBecause };
  const amending = { allowAmend, acceptedAndBeyond, ...unseen };
  const options = { runId, lease, settings: settings.deliver, amending, deadline };
  return { ...staged, delivery: await deliver(session, options), leftTo: null };
}

/** Changes are held when the look before them did not show all that customs may have accepted. */
type Unseen = Pick<ReconcileSummary, "unseenBecause">;

function heedWait(session: Session, { ignoreWait = false }: SendChoices): Promise<void> {
  const waitMaxMs = session.settings.deliver.retry.retryAfterMaxMs;
  return heedEarlierWait(session, { waitMaxMs, ignore: ignoreWait });
}

/** What is queued beside a sender is sent by it, and it knows of no deadline but its own. */
function notBoundByDeadline(error: CasBatchError): CasBatchError {
  return new CasBatchError(
    error.code,
    `${error.message}; it would send these shipments too, and --deadline does not bind it, so nothing was read or queued`,
    {
      cause: error,
      hint: "Wait until it has finished and run the same command again, or run it without --deadline: then the other process sends them in turn",
    },
  );
}

/**
 * What was updated since the last look; shipments without a declaration have none to change.
 * Returns why some may have changed unseen; null when none can have.
 */
async function lookBeforeSending(session: Session, signal: AbortSignal): Promise<string | null> {
  const settings = { ...session.settings.reconcile, referenceSearchesMax: 0 };
  return (await reconcile(session, { settings, signal })).unseenBecause;
}

/** Asks CAS once what became of everything that is still open. */
export async function follow(session: Session, since: Date | null): Promise<ReconcileSummary> {
  const { signal, settings } = session;
  const window = since === null ? {} : { since };
  return reconcile(session, { ...window, settings: settings.reconcile, signal });
}

/** Writes the report of a session; its path is prepared before the work that it tells of. */
export async function report(
  session: Session,
  path: string,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
): Promise<ReportTotals> {
  const { books, runId, command, clock, programVersion, settings, authorization } = session;
  const { environment } = settings;
  return writeStatusReport(
    path,
    {
      ...{ books, filter, runId, command, environment, programVersion },
      tenant: authorization.tenant,
      asOf: clock.now(),
      completeUpTo: await books.searchedUntil(),
      simulated: authorization.simulated,
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

/** Writes the result files of an earlier run again, as the ledger has them now. */
export async function renewResults(
  { books }: Session,
  folder: string,
  runId: string,
): Promise<void> {
  await renewResultFiles(folder, books, runId);
}

/** Writes the blank template of one layout: a workbook, or CSV when the path ends in `.csv`. */
export async function writeTemplate(layout: "flat" | "workbook", path: string): Promise<void> {
  const model = templateModel(layout);
  await (path.toLowerCase().endsWith(".csv")
    ? writeTemplateCsv(path, model)
    : writeTemplateWorkbook(path, model));
}
