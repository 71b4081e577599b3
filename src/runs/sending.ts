// Stages files and sends what is queued, under the one right to send; beside another sender it leaves
// the work to that one. Whatever ends the work early is part of the result.
import { CasBatchError } from "../core/errors.ts";
import type { CurrentHolder } from "../ledger/ledger.ts";
import { reconcile, type ReconcileSummary } from "../reconcile/reconcile.ts";
import { waitUntilAtRest } from "../reconcile/wait-until-at-rest.ts";
import { deliver, type DeliverySummary } from "../submit/deliver.ts";
import { followSender, isLockHeld } from "../submit/follow-sender.ts";
import { withLease, type HeldLease } from "../submit/lease/lease.ts";
import { heedEarlierWait } from "../submit/limits/asked-wait.ts";
import type { Session } from "./session.ts";
import {
  stageFiles,
  type InputFile,
  type StageChoices,
  type StagedFiles,
} from "./stage-batches.ts";

export interface SendChoices extends StageChoices {
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
  /** Send although CAS asked an earlier run to wait; false unless told. */
  readonly ignoreWait?: boolean;
  /**
   * How long to follow what is queued here, when another process sends it; 0: not at all. Left out, a
   * process that is sending ends the command.
   */
  readonly followSenderMs?: number;
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
    if (choices.followSenderMs === undefined || !isLockHeld(error)) throw error;
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
  if (choices.followSenderMs === 0 && isTaken) return staged;
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
    return (await followSender(session, runId, takeOver, choices.followSenderMs)) ?? staged;
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
