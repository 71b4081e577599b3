// Settles messages whose outcome is unknown while the others go on: asks CAS on a schedule, and only
// when CAS has not known the message all that time may it go back into the queue. A `New` never
// does: repeated, it could create a second shipment, so it waits for a person. So does a version
// that cannot be told from an earlier one, because retention has removed what that one said, and one
// that would change a declaration which customs has accepted, and which it may have made itself.
// The schedule's progress is in the ledger, so a later run goes on where this one stopped.
import pLimit from "p-limit";
import type { CasReader } from "../../cas/cas-client.ts";
import type { Clock } from "../../core/clock.ts";
import { CannotNowError, type CasBatchError } from "../../core/errors.ts";
import type { Log } from "../../core/progress.ts";
import { keyText, type Environment, type ShipmentKey } from "../../core/shipment.ts";
import type { LedgerBooks, UnknownMessage } from "../../ledger/ledger.ts";
import { createBell } from "../../core/bell.ts";
import { createHoldReason, type AmendPolicy } from "../limits/decide-line.ts";
import type { DeliverSettings } from "../limits/deliver-settings.ts";
import { findEvidence, type DoubtfulDeclaration } from "./find-evidence.ts";
import { settleCommand } from "./settle-command.ts";
import type { Stop } from "../limits/stop.ts";

const PAGE_SIZE = 100;
/** Also with nothing due, the ledger is looked at this often. */
const LOOK_EVERY_MS = 60_000;
/** When CAS could not be asked: how long until the next try. */
const ASK_AGAIN_MS = 5_000;

/** How often one message is sent again in one run; CAS that loses it twice is not tried a third time. */
const RESENDS_PER_RUN_MAX = 1;

export interface Settler {
  /** Messages that only a person can settle. */
  readonly leftToPeople: () => readonly ShipmentKey[];
  /** How many unknown messages this run cannot do more about: a person or a later run will. */
  readonly leftOpenCount: () => number;
  /** Says that there may be new unknown messages. */
  readonly look: () => void;
  readonly arrived: () => number;
  readonly resent: () => number;
  /** Resolves once the delivery is stopped. */
  readonly ended: Promise<void>;
}

export function startSettler(
  dependencies: {
    readonly client: CasReader;
    readonly books: LedgerBooks;
    readonly clock: Clock;
    readonly log: Log;
    readonly stop: Stop;
  },
  options: {
    readonly settings: DeliverSettings;
    /** What may be sent again although CAS shows a declaration. */
    readonly amending: AmendPolicy;
    /** Told after each look that changed something. */
    readonly onSettled: () => void;
    /** Told when a message goes back into the queue. */
    readonly onResend: (versionId: string) => void;
    /** Returns the error to stop with when CAS has been out of reach for too long. */
    readonly onFailed: (error: CasBatchError) => CannotNowError | null;
    readonly onAnswered: () => void;
  },
): Settler {
  const { client, books, clock, log, stop } = dependencies;
  const { settings, onSettled, onResend, onFailed, onAnswered } = options;
  const { settleDelaysMs, clockSkewMaxMs } = settings;
  // CAS has just shown the declarations, whatever an earlier look left out.
  const { allowAmend, acceptedAndBeyond } = options.amending;
  const holdReason = createHoldReason({ allowAmend, acceptedAndBeyond });
  const limit = pLimit(settings.settleConcurrency);
  const bell = createBell(clock);
  /** By version. */
  const leftToPeople = new Map<string, ShipmentKey>();
  /** How often each version was sent again in this run. */
  const resends = new Map<string, number>();
  const leftToLaterRun = new Set<string>();
  let arrived = 0;
  let resent = 0;

  const dueAtMs = (message: UnknownMessage): number => {
    const { versionId } = message;
    if (leftToPeople.has(versionId) || leftToLaterRun.has(versionId)) return Infinity;
    const delayMs = settleDelaysMs[message.enquiries];
    // Past the schedule (a crash came before the decision): asked once more, at once.
    if (delayMs === undefined) return -Infinity;
    return (message.lastEnquiryAt ?? message.attemptedAt).getTime() + delayMs;
  };

  const leaveToPerson = async (
    { attemptId, versionId, key, leftToPersonAt }: UnknownMessage,
    why: string,
    at: Date,
  ): Promise<void> => {
    if (leftToPersonAt === null) {
      const reason = wordsForPerson(books.environment, key, why);
      if (!(await books.leaveToPerson(attemptId, reason, at))) return;
      log("warn", `${keyText(key)}: ${reason}`);
    }
    leftToPeople.set(versionId, key);
  };

  const decideWithoutEvidence = async (
    message: UnknownMessage,
    doubtful: readonly DoubtfulDeclaration[],
  ): Promise<void> => {
    const { attemptId, versionId, messageType } = message;
    const at = clock.now();
    const isOnSchedule = message.enquiries < settleDelaysMs.length;
    // Settled by somebody else while CAS was asked.
    if (isOnSchedule && !(await books.recordEnquiry(attemptId, at))) return;
    const enquiries = Math.min(message.enquiries + 1, settleDelaysMs.length);
    if (enquiries < settleDelaysMs.length) return;
    if (messageType === "New") {
      await leaveToPerson(message, newIsNotRepeated(enquiries, doubtful), at);
      return;
    }
    const { amendAllowed } = message;
    // Known to the ledger or not: what is at customs is not changed by a message sent on a guess.
    const filed = doubtful.filter(
      ({ currentStatus }) =>
        holdReason({ messageType, amendAllowed, declarationStatuses: [currentStatus] }) !== null,
    );
    if (filed.length > 0) {
      await leaveToPerson(message, filedIsNotAmended(filed), at);
      return;
    }
    const resendsSoFar = resends.get(versionId) ?? 0;
    if (resendsSoFar >= RESENDS_PER_RUN_MAX) {
      leftToLaterRun.add(versionId);
      log("warn", `${keyText(message.key)}: sent again without an answer; a later run asks again`);
      return;
    }
    resends.set(versionId, resendsSoFar + 1);
    const reason = `CAS did not know it in ${enquiries} enquiries, and ${messageType} with the same content may be repeated`;
    // Told first: a message must count as a retry before anyone can claim it.
    onResend(versionId);
    if (await books.settleUnknown(attemptId, { kind: "resend", reason, at })) resent += 1;
  };

  const enquire = async (message: UnknownMessage): Promise<void> => {
    if (stop.isStopped()) return;
    if (message.earlierPruned) {
      await leaveToPerson(message, NOTHING_TO_COMPARE, clock.now());
      return;
    }
    const options = { clockSkewMaxMs, signal: stop.signal };
    const { evidence, proof, doubtful } = await findEvidence({ client, clock }, message, options);
    onAnswered();
    if (evidence === null) {
      await decideWithoutEvidence(message, doubtful);
    } else {
      const at = clock.now();
      const { attemptId, versionId, shipmentId } = message;
      if (await books.settleUnknown(attemptId, { kind: "arrived", evidence, at })) arrived += 1;
      leftToPeople.delete(versionId);
      // Whoever reads the evidence finds the declaration beside it.
      const look = { shipmentId, observedAt: at, source: "declaration" } as const;
      if (proof !== null) await books.recordDeclarations([{ ...look, summary: proof }]);
    }
  };

  /** Asks about everything that is due; returns when to look again. */
  const lookOnce = async (): Promise<number> => {
    let nextAtMs = clock.now().getTime() + LOOK_EVERY_MS;
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
    stop.signal.addEventListener("abort", bell.ring, { once: true });
    while (!stop.isStopped()) {
      let nextAtMs: number;
      try {
        nextAtMs = await lookOnce();
      } catch (error) {
        if (stop.isStopped()) return;
        const end = isOutage(error) ? onFailed(error) : error;
        if (end !== null) {
          stop.fail(end);
          return;
        }
        nextAtMs = clock.now().getTime() + ASK_AGAIN_MS;
      }
      await bell.wait(Math.max(0, nextAtMs - clock.now().getTime()));
    }
  };

  return {
    leftToPeople: () => [...leftToPeople.values()],
    leftOpenCount: () => leftToPeople.size + leftToLaterRun.size,
    look: bell.ring,
    arrived: () => arrived,
    resent: () => resent,
    ended: run(),
  };
}

function wordsForPerson(environment: Environment, key: ShipmentKey, why: string): string {
  return `No answer came, ${why}. Look up ${key.externalReference} (${key.direction}) in the ingestion history and among the declarations of CAS; then run \`${settleCommand(environment, key, "arrived")}\` if it is there, or the same with =resend if it is not`;
}

function newIsNotRepeated(enquiries: number, doubtful: readonly DoubtfulDeclaration[]): string {
  const shown =
    doubtful.length === 0 ? "" : `: ${whatIsShown(doubtful)} cannot be told to be of it`;
  return `CAS did not show it in ${enquiries} enquiries${shown}, and a New is never sent again by itself because it could make a second shipment`;
}

function filedIsNotAmended(filed: readonly DoubtfulDeclaration[]): string {
  return `and CAS shows ${whatIsShown(filed)}, which cannot be told to be of it: sent again, it could amend or invalidate what customs has accepted`;
}

/** One person looks them up, so a few are enough. */
const SHOWN_MAX = 3;

function whatIsShown(doubtful: readonly DoubtfulDeclaration[]): string {
  const named = doubtful
    .slice(0, SHOWN_MAX)
    .map(({ declarationId, currentStatus }) => `${declarationId} in status ${currentStatus}`);
  const more = doubtful.length > SHOWN_MAX ? `, ${named.length} of ${doubtful.length} shown` : "";
  return `declaration ${named.join(", ")}${more}`;
}

/** No declaration can prove that this version arrived, so CAS need not be asked. */
const NOTHING_TO_COMPARE =
  "and retention has removed from the ledger what an earlier version said, so whether a declaration shows this one cannot be told";

/** A failing disk is no outage of CAS, and is not to be waited out. */
function isOutage(error: unknown): error is CannotNowError {
  return error instanceof CannotNowError && error.code !== "ledger-write-failed";
}

async function allSettledOrThrow(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
