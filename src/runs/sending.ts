// Stages files and sends what is queued, under the lease; while another process sends, that one sends it in
// turn. An error that ends the work early is part of the result.
import { CasBatchError } from "../core/errors.ts";
import type { Unseen } from "../core/reason.ts";
import type { CurrentHolder } from "../ledger/contract/leases.ts";
import { mergeWaiting } from "../notifications/merge/merge-notifications.ts";
import { reconcile, type ReconcileSummary } from "../reconcile/reconcile.ts";
import { readBackMessages } from "../reconcile/read-back.ts";
import { waitUntilAtRest } from "../reconcile/wait-until-at-rest.ts";
import { deliver, type DeliverySummary } from "../submit/deliver.ts";
import { followSender, isLockHeld } from "../submit/follow-sender.ts";
import { withLease, type HeldLease } from "../submit/lease/lease.ts";
import { applyEarlierWait } from "../submit/limits/asked-wait.ts";
import { commandScopes, missingScopes } from "./command-scopes.ts";
import type { Session } from "./session.ts";
import {
  stageFiles,
  warnOfUnknown,
  type InputFile,
  type StageChoices,
  type StagedFiles,
} from "./stage-batches.ts";

export interface SendChoices extends StageChoices {
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
  /** Send although CAS asked an earlier run to wait; default: false. */
  readonly ignoreWait?: boolean;
  /**
   * How long to follow the other process that sends what is queued here; 0: only queue for it. When left
   * out, the command ends with `lock-held`.
   */
  readonly followSenderMs?: number;
}

/** What a sending run has done; `stoppedBy` is the error that ended it early. */
export interface SendResult extends StagedFiles {
  readonly delivery: DeliverySummary | null;
  readonly followed: FollowResult | null;
  /** The process that sends what was queued; null when this one did. */
  readonly leftTo: CurrentHolder | null;
}

const NOTHING_SENT = { delivery: null, followed: null, leftTo: null } as const;

/** Between two polls of CAS, which has a limit of requests; the books have none. */
const LOOK_FOR_NOTIFICATIONS_MS = 1_000;

interface FollowResult {
  readonly summary: ReconcileSummary;
  readonly stillMoving: number;
}

/**
 * Stages every file, reconciles, so that no change overtakes customs, and sends what is queued; with
 * `follow`, then waits until the declarations are at rest.
 */
export async function send(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
  follow: boolean,
): Promise<SendResult> {
  const { signal, settings, books } = session;
  // What CAS told bears on what may be sent.
  await mergeWaiting(books, { signal });
  const sent = await stageAndDeliver(session, files, choices);
  if (files.length > 0) await warnOfUnknown(session, choices);
  if (!follow || sent.stoppedBy !== null) return sent;
  try {
    // Notifications that a listener keeps in these books meanwhile are merged, whether by it or here.
    const merge = async (): Promise<number> =>
      (await mergeWaiting(books, { signal })).changedDeclarations;
    const told = { merge, lookDelayMs: LOOK_FOR_NOTIFICATIONS_MS };
    const waiting = { settings: settings.wait, reconcile: settings.reconcile, signal, told };
    const followed = await waitUntilAtRest(session, waiting);
    await readBackMessages(session);
    return { ...sent, followed };
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
    return await withLease(session, session.holder, async (lease) => {
      const staged = { ...NOTHING_SENT, ...(await stageFiles(session, files, choices)) };
      if (staged.stoppedBy !== null) return staged;
      return stoppable(staged, async () => {
        await applyWait(session, choices);
        const unseen = await reconcileBeforeSending(session, lease.signal);
        return deliverQueued(session, { ...choices, unseen }, lease, staged);
      });
    });
  } catch (error) {
    if (choices.followSenderMs === undefined || !isLockHeld(error)) throw error;
    if (choices.deadline !== null) throw notBoundByDeadline(error);
    return stageBeside(session, files, choices);
  }
}

/** Stages while another process sends, which sends it in turn under its own lease. */
async function stageBeside(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
): Promise<SendResult> {
  const { books, log, runId, holder } = session;
  const leftTo = await books.currentHolder();
  // Before anything is staged: the other process may send it at once.
  const unseen = await reconcileBeforeSending(session, session.signal);
  const staged = { ...NOTHING_SENT, ...(await stageFiles(session, files, choices)), leftTo };
  if (staged.stoppedBy !== null) return staged;
  // A sender that has ended meanwhile did not see what was queued here.
  const isTaken = (await books.currentHolder()) !== null;
  if (choices.followSenderMs === 0 && isTaken) return staged;
  if (leftTo !== null && isTaken) {
    const { command, processId, hostName } = leftTo;
    log("info", `\`${command}\` (process ${processId} on ${hostName}) sends what was queued here`);
  }
  const takeOver = (): Promise<SendResult> =>
    withLease(session, holder, (lease) =>
      stoppable(staged, async () => {
        await applyWait(session, choices);
        return deliverQueued(session, { ...choices, unseen }, lease, staged);
      }),
    );
  const { followSenderMs } = choices;
  return stoppable(
    staged,
    async () => (await followSender(session, runId, takeOver, followSenderMs)) ?? staged,
  );
}

/** An error that ends the work becomes part of the result: what was staged before it stands. */
async function stoppable(staged: SendResult, work: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await work();
  } catch (error) {
    return { ...staged, stoppedBy: error };
  }
}

async function deliverQueued(
  session: Session,
  { allowAmend, deadline, unseen }: SendChoices & Pick<ReconcileSummary, "unseen">,
  lease: HeldLease,
  staged: SendResult,
): Promise<SendResult> {
  const { runId, settings } = session;
  const { acceptedAndBeyond } = settings;
  // Changes are held when the reconcile before them may have missed what customs has accepted.
  const amending = { allowAmend, acceptedAndBeyond, ...(unseen === null ? {} : { unseen }) };
  const options = { runId, lease, settings: settings.deliver, amending, deadline };
  return { ...staged, delivery: await deliver(session, options), leftTo: null };
}

function applyWait(session: Session, { ignoreWait = false }: SendChoices): Promise<void> {
  const waitMaxMs = session.settings.deliver.retry.retryAfterMaxMs;
  return applyEarlierWait(session, { waitMaxMs, ignore: ignoreWait });
}

/** The other process would send what is queued here, and knows no deadline but its own. */
function notBoundByDeadline(error: CasBatchError): CasBatchError {
  return new CasBatchError(
    error.code,
    `${error.message}; it would send these messages too, and --deadline does not bind it, so nothing was read or queued`,
    {
      cause: error,
      hint: "Wait until it has finished and run the same command again, or run it without --deadline: then the other process sends them in turn",
    },
  );
}

/**
 * Reads what was updated since the last reconcile; shipments without a declaration have none to
 * change, and what is wrong with a declaration does not matter here. Returns why declarations may have changed unseen; null when none can have.
 */
async function reconcileBeforeSending(
  session: Session,
  signal: AbortSignal,
): Promise<Unseen | null> {
  // A token for movement orders alone changes no declaration, and may not search for any.
  if ((missingScopes(commandScopes.submit, session.authorization) ?? []).length > 0) return null;
  const bounds = { lookBackMs: 0, referenceSearchesMax: 0, errorFetchesMax: 0 };
  const settings = { ...session.settings.reconcile, ...bounds };
  return (await reconcile(session, { settings, signal })).unseen;
}
