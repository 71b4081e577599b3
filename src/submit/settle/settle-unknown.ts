// Settles unknown outcomes while sending goes on: asks CAS about each on a schedule, and only a message
// that CAS has not known all that time goes back into the queue; of a kind that CAS cannot be asked about, one
// that is harmless to repeat. Three sorts never do and wait for a person: a `New`, and what counts as one, which could create a second shipment; a version that cannot be compared with an earlier one,
// because retention has removed its content; and one that would change a declaration which customs has
// accepted, and which the message may have made itself. The progress of the schedule is in the ledger, so a
// later run continues it.
import pLimit from "p-limit";
import { CannotNowError } from "../../core/errors.ts";
import { kindOf } from "../../core/message-kind.ts";
import { keyFields, keyText, type ShipmentKey } from "../../core/shipment.ts";
import type { UnknownMessage } from "../../ledger/contract/unknown-messages.ts";
import type { Reason } from "../../core/reason.ts";
import { reasonWords } from "../../core/reason-words.ts";
import type { WakeUp } from "../../core/time/wake-up.ts";
import { createHoldReason, type AmendPolicy } from "../limits/decide-line.ts";
import type { DeliveryContext } from "../limits/delivery-context.ts";
import type { Outage } from "../limits/outage.ts";
import { findEvidence, type DoubtfulDeclaration } from "./find-evidence.ts";
import { readBack } from "./read-back.ts";

const PAGE_SIZE = 100;
/** How often the ledger is read for unknown outcomes when none is due. */
const POLL_EVERY_MS = 60_000;
/** When CAS could not be asked: how long until the next try. */
const ASK_AGAIN_MS = 5_000;

/** How often one message is sent again in one run; CAS that loses it twice is not tried a third time. */
const RESENDS_PER_RUN_MAX = 1;

export interface Settler {
  /** Messages whose outcome only a person can settle. */
  readonly leftToPeople: () => readonly ShipmentKey[];
  /** How many unknown outcomes this run leaves to a person or to a later run. */
  readonly leftOpenCount: () => number;
  readonly arrived: () => number;
  readonly resent: () => number;
  /** Resolves once the delivery is stopped. */
  readonly ended: Promise<void>;
}

export function startSettler(
  context: DeliveryContext & {
    /** Woken when there may be new unknown messages. */
    readonly wakeUp: WakeUp;
    /** Of the search for declarations. */
    readonly outage: Outage;
  },
  options: {
    /** Which declarations keep a message from being sent again. */
    readonly amending: AmendPolicy;
    /** Called when outcomes may have been settled. */
    readonly onSettled: () => void;
    /** Called before a message goes back into the queue. */
    readonly onResend: (versionId: string) => void;
  },
): Settler {
  const { client, books, clock, log, settings, stop, wakeUp, outage } = context;
  const { environment } = books;
  const { onSettled, onResend } = options;
  const { settleDelaysMs, clockSkewMaxMs } = settings;
  // CAS has just shown the declarations, so a gap of the reconcile before does not matter here.
  const { allowAmend, acceptedAndBeyond } = options.amending;
  const holdReason = createHoldReason({ allowAmend, acceptedAndBeyond });
  const limit = pLimit(settings.settleConcurrency);
  /** By version. */
  const leftToPeople = new Map<string, ShipmentKey>();
  /** How often each version was sent again in this run. */
  const resends = new Map<string, number>();
  const leftToLaterRun = new Set<string>();
  let arrived = 0;
  let resent = 0;

  const startedMs = clock.now().getTime();
  /** When CAS was asked last; a time of a clock that was ahead counts as the beginning of this run. */
  const lastTurnMs = ({ lastEnquiryAt, attemptedAt }: UnknownMessage): number => {
    const atMs = (lastEnquiryAt ?? attemptedAt).getTime();
    return atMs > clock.now().getTime() ? startedMs : atMs;
  };

  const dueAtMs = (message: UnknownMessage): number => {
    const { versionId } = message;
    if (leftToPeople.has(versionId) || leftToLaterRun.has(versionId)) return Infinity;
    const delayMs = settleDelaysMs[message.enquiries];
    // Past the schedule (a crash came before the decision): asked once more, at once.
    if (delayMs === undefined) return -Infinity;
    return lastTurnMs(message) + delayMs;
  };

  const leaveToPerson = async (
    { attemptId, versionId, key, leftToPersonAt }: UnknownMessage,
    reason: Reason,
    at: Date,
  ): Promise<void> => {
    if (leftToPersonAt === null) {
      if (!(await books.leaveToPerson(attemptId, reason, at))) return;
      log("warn", `${keyText(key)}: ${reasonWords(reason)}`, keyFields(key));
    }
    leftToPeople.set(versionId, key);
  };

  const decideWithoutEvidence = async (
    message: UnknownMessage,
    doubtful: readonly DoubtfulDeclaration[],
  ): Promise<void> => {
    const { attemptId, messageType, key } = message;
    const at = clock.now();
    const isOnSchedule = message.enquiries < settleDelaysMs.length;
    // Settled by another process while CAS was asked.
    if (isOnSchedule && !(await books.recordEnquiry(attemptId, at))) return;
    const enquiries = Math.min(message.enquiries + 1, settleDelaysMs.length);
    if (enquiries < settleDelaysMs.length) return;
    if (messageType === "New") {
      const code = "new-not-repeated";
      const reason = { code, environment, ...key, enquiries, ...someOf(doubtful) } as const;
      await leaveToPerson(message, reason, at);
      return;
    }
    const { amendAllowed } = message;
    // Also for declarations that the ledger does not know: no guess may change what customs has accepted.
    const filed = doubtful.filter(
      ({ status }) =>
        holdReason({ key, messageType, amendAllowed, declarationStatuses: [status] }) !== null,
    );
    if (filed.length > 0) {
      const code = "accepted-not-amended";
      await leaveToPerson(message, { code, environment, ...key, ...someOf(filed) }, at);
      return;
    }
    await sendAgain(message, { code: "not-in-cas", enquiries, messageType }, at);
  };

  const sendAgain = async (
    { attemptId, versionId, key }: UnknownMessage,
    reason: Reason,
    at: Date,
  ): Promise<void> => {
    const resendsSoFar = resends.get(versionId) ?? 0;
    if (resendsSoFar >= RESENDS_PER_RUN_MAX) {
      leftToLaterRun.add(versionId);
      log(
        "warn",
        `${keyText(key)}: sent again without an answer; a later run goes on with it`,
        keyFields(key),
      );
      return;
    }
    resends.set(versionId, resendsSoFar + 1);
    // First, so that the message counts as a retry before it can be claimed.
    onResend(versionId);
    if (await books.settleUnknown(attemptId, { kind: "resend", reason, at })) resent += 1;
  };

  /** CAS cannot be asked about it. */
  const decideWithoutAsking = (message: UnknownMessage): Promise<void> => {
    const { messageKind: kind, key } = message;
    const at = clock.now();
    return kindOf(kind).repeat === "harmless"
      ? sendAgain(message, { code: "repeat-harmless", kind }, at)
      : leaveToPerson(message, { code: "not-to-be-asked", environment, ...key }, at);
  };

  const enquire = async (message: UnknownMessage): Promise<void> => {
    if (stop.isStopped()) return;
    const { asked } = kindOf(message.messageKind);
    if (asked === "none") {
      await decideWithoutAsking(message);
      return;
    }
    if (message.earlierPruned) {
      // No declaration can prove that this version arrived, so CAS need not be asked.
      const reason = { code: "earlier-content-pruned", environment, ...message.key } as const;
      await leaveToPerson(message, reason, clock.now());
      return;
    }
    const options = { clockSkewMaxMs, signal: stop.signal };
    const enquiry =
      asked === "read-back"
        ? await readBack(client, message, stop.signal)
        : await findEvidence({ client, clock }, message, options);
    if (enquiry === "not-allowed") {
      leftToLaterRun.add(message.versionId);
      log("warn", `${keyText(message.key)} ${NOT_ALLOWED}`, keyFields(message.key));
      return;
    }
    const { evidence, proof, doubtful } = enquiry;
    outage.succeeded();
    if (evidence === null) {
      await decideWithoutEvidence(message, doubtful);
    } else {
      const at = clock.now();
      const { attemptId, versionId, shipmentId } = message;
      if (await books.settleUnknown(attemptId, { kind: "arrived", reason: evidence, at }))
        arrived += 1;
      leftToPeople.delete(versionId);
      // The reason names the declaration, so the books hold it, too.
      const observed = { shipmentId, observedAt: at, source: "declaration" } as const;
      if (proof !== null) await books.recordDeclarations([{ ...observed, summary: proof }]);
    }
  };

  /** Asks about everything that is due; returns when the next is. */
  const askAllDue = async (): Promise<number> => {
    let nextAtMs = clock.now().getTime() + POLL_EVERY_MS;
    let asked = 0;
    let page: readonly UnknownMessage[] = [];
    do {
      page = await books.unknownMessages(PAGE_SIZE, page.at(-1)?.versionId);
      const nowMs = clock.now().getTime();
      const due = page.filter((message) => dueAtMs(message) <= nowMs);
      for (const message of page) {
        const atMs = dueAtMs(message);
        if (atMs > nowMs) nextAtMs = Math.min(nextAtMs, atMs);
      }
      await allSettledOrThrow(due.map((message) => limit(enquire, message)));
      asked += due.length;
    } while (page.length === PAGE_SIZE && !stop.isStopped());
    if (asked > 0) onSettled();
    // What was asked about may have its next turn before anything else.
    return asked > 0 ? clock.now().getTime() : nextAtMs;
  };

  const run = async (): Promise<void> => {
    stop.signal.addEventListener("abort", wakeUp.wake, { once: true });
    while (!stop.isStopped()) {
      let nextAtMs: number;
      try {
        nextAtMs = await askAllDue();
      } catch (error) {
        if (stop.isStopped()) return;
        const end = isOutage(error) ? outage.failed(error) : error;
        if (end !== null) {
          stop.fail(end);
          return;
        }
        nextAtMs = clock.now().getTime() + ASK_AGAIN_MS;
      }
      await wakeUp.wait(Math.max(0, nextAtMs - clock.now().getTime()));
    }
  };

  return {
    leftToPeople: () => [...leftToPeople.values()],
    leftOpenCount: () => leftToPeople.size + leftToLaterRun.size,
    arrived: () => arrived,
    resent: () => resent,
    ended: run(),
  };
}

const NOT_ALLOWED =
  "cannot be looked up in CAS: the token lacks the scope read:wms, so its outcome stays unknown";

/** One person looks them up, so a few are enough. */
const SHOWN_MAX = 3;

function someOf(doubtful: readonly DoubtfulDeclaration[]) {
  return { declarations: doubtful.slice(0, SHOWN_MAX), declarationCount: doubtful.length };
}

/** A failing disk is no outage of CAS, and is not to be waited out. */
function isOutage(error: unknown): error is CannotNowError {
  return error instanceof CannotNowError && error.code !== "ledger-write-failed";
}

async function allSettledOrThrow(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
