// The outbox: which message goes out next, what became of it, and until when CAS wants none.
import type { Reason } from "../../core/reason.ts";
import type { Problem } from "../../core/errors.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType, ShipmentKey } from "../../core/shipment.ts";
import type { Lease } from "./leases.ts";

export interface OutboxBooks {
  /** @param withoutKinds whose queued messages do not count */
  readonly outboxCounts: (withoutKinds?: Iterable<MessageKind>) => Promise<OutboxCounts>;
  /**
   * Takes up to `limit` queued messages, oldest first, and records durably, with the epoch of the
   * lease, that they are being sent. Not taken are messages that CAS must be asked about first,
   * those put back with a `notBefore` in the future, and a version while an older one of its
   * shipment is queued, sending or unknown: at most one version is ever sending or unknown.
   * A message that `holdReason` gives a reason for leaves the queue for good and is held; or, when
   * an earlier attempt may have arrived, it is unknown again.
   * @throws CasBatchError `lock-held` when the lease was lost
   */
  readonly claim: (options: ClaimOptions) => Promise<readonly OutboxMessage[]>;
  /**
   * Records what became of attempts, many in one durable write. Once an attempt was given up, by a
   * lease of a later epoch, only what says more than `unknown` still counts (a receipt, a refusal),
   * and nothing once a later attempt was claimed. Returns the ids of the attempts for which nothing
   * was recorded.
   */
  readonly recordOutcomes: (outcomes: readonly AttemptOutcome[]) => Promise<readonly string[]>;
  /** Writes down why the queued messages of a kind stay there. Returns how many they are. */
  readonly explainQueued: (kind: MessageKind, reason: Reason) => Promise<number>;

  /** Until when CAS asked to be sent nothing, may be past; null when it never did. */
  readonly waitAskedUntil: () => Promise<Date | null>;
  /** A later time that is recorded already stays. */
  readonly recordWait: (until: Date) => Promise<void>;
  /**
   * Corrects what was written by a clock that was ahead, or asks for more than a day: such a wait counts
   * from `now`, and messages that came back may go at once. Returns whether there was such a wait, and how
   * many messages.
   */
  readonly correctTimesAhead: (
    now: Date,
  ) => Promise<{ readonly wait: boolean; readonly messages: number }>;
  /** Forgets it, and clears the `notBefore` of everything queued. */
  readonly forgetWait: () => Promise<void>;
}

export interface OutboxCounts {
  readonly queued: number;
  readonly sending: number;
  readonly unknown: number;
}

export interface ClaimOptions {
  readonly limit: number;
  readonly runId: string;
  readonly lease: Lease;
  readonly now: Date;
  /** By when the answer must come; kept with the attempt. */
  readonly deadlineAt: Date;
  /** Not to be taken: the token may not send them. */
  readonly withoutKinds?: Iterable<MessageKind>;
  /** Called for every message whose shipment has declarations; null lets it go. */
  readonly holdReason: (message: QueuedMessage) => Reason | null;
}

/** What is known of a queued message before it is sent. */
export interface QueuedMessage {
  readonly key: ShipmentKey;
  readonly messageType: MessageType;
  /** Whether it may change what customs has accepted, as decided when it was queued. */
  readonly amendAllowed: boolean;
  /** The last known statuses of all declarations of its shipment. */
  readonly declarationStatuses: readonly string[];
  /**
   * Set when an earlier attempt to send it stayed without an answer: `may-have-arrived` when a
   * declaration changed since it was decided to send again. Then a reason to hold it makes it
   * unknown instead, and CAS is asked.
   */
  readonly before?: "may-have-arrived" | "decided";
  /** Whether its declarations did not come of a message of this ledger; false when omitted. */
  readonly isFromElsewhere?: boolean;
}

export interface OutboxMessage {
  readonly attemptId: string;
  /** One-based, counted over the version's whole life. */
  readonly attemptNumber: number;
  readonly versionId: string;
  readonly versionNumber: number;
  readonly key: ShipmentKey;
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  readonly payload: string;
}

export type AttemptOutcome = { readonly attemptId: string; readonly at: Date } & (
  | { readonly kind: "accepted"; readonly referenceId: string }
  | { readonly kind: "rejected"; readonly problem: Problem }
  | { readonly kind: "unknown"; readonly reason: Reason }
  /** Certainly not taken by CAS: back into the queue, not to be tried before `notBefore`. */
  | { readonly kind: "returned"; readonly reason: Reason; readonly notBefore: Date }
);
