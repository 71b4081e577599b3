// What a person changes at CAS by hand, beside the messages of files: recorded before it is sent, with what CAS
// answered and how it ended. Of each thing that is changed, one change at a time is on its way.
import type { ContentChanges } from "../../core/content-changes.ts";
import type { Lease } from "./leases.ts";

type ChangeKind =
  | "update"
  | "add-item"
  | "update-item"
  | "delete-item"
  | "action"
  | "create-subscription"
  | "delete-subscription";

/**
 * `accepted`: CAS took it, and its effect is not seen yet; `applied`: it is; `different`: something else is there;
 * `returned`: CAS certainly did not take it; `abandoned`: a person sent another one, unknown though its outcome was.
 */
export type ChangeState =
  | "sending"
  | "unknown"
  | "accepted"
  | "applied"
  | "different"
  | "refused"
  | "returned"
  | "abandoned";

/** What was there before, as far as the end of the change is told by it. */
export interface ChangeBasis {
  readonly status: string | null;
  /** Of a new item: the ids of those that were there. */
  readonly itemIds: readonly string[];
  /** What it changes; null where it changes no values, or its content is no longer in the books. */
  readonly changes: ContentChanges | null;
}

export interface ChangeIntent {
  readonly runId: string;
  readonly kind: ChangeKind;
  /** The declaration's id; of a subscription, what names it. */
  readonly targetId: string;
  readonly itemId: string | null;
  readonly action: string | null;
  /** The exact text that is sent, without secrets; null where none is. */
  readonly body: string | null;
  /** The person, for the books. */
  readonly askedBy: string;
  readonly was: ChangeBasis;
  readonly recordedAt: Date;
}

export interface RecordedChange extends ChangeIntent {
  readonly changeId: string;
  readonly state: ChangeState;
  readonly answeredAt: Date | null;
  readonly answerStatus: number | null;
  readonly referenceId: string | null;
  /** Why it was refused or is unknown, or what was seen, in words. */
  readonly detail: string | null;
  readonly endedAt: Date | null;
}

/** What became of a change. */
export interface ChangeEnd {
  readonly state: Exclude<ChangeState, "sending">;
  readonly at: Date;
  /** Only of an answer of CAS. */
  readonly answerStatus?: number;
  readonly referenceId?: string | null;
  readonly detail?: string | null;
}

export interface ChangeBooks {
  /**
   * Records durably what is about to be sent, and returns the change's id.
   * @throws CasBatchError `lock-held` when the lease was lost
   */
  readonly recordChange: (intent: ChangeIntent, lease: Lease) => Promise<string>;
  readonly recordChangeEnd: (changeId: string, end: ChangeEnd) => Promise<void>;
  /** Whatever is `sending` without a process that may be sending it is `unknown` from then on. */
  readonly recoverInterruptedChanges: (lease: Lease, now: Date) => Promise<number>;
  /** Oldest first. */
  readonly changesOf: (targetIds: readonly string[]) => Promise<readonly RecordedChange[]>;
  /** Whether CAS has told since then that an action of a declaration has ended, however it spells the action. */
  readonly isActionFinished: (
    declarationId: string,
    action: string,
    since: Date,
  ) => Promise<boolean>;
  /** The ids that CAS gave to the subscriptions created from here, with what each was to be. */
  readonly createdSubscriptions: () => Promise<ReadonlyMap<string, string>>;
}
