// Messages of which it is unknown whether CAS has them.
//
// Enquiries and settlements are about one attempt that ended without an answer. Since it was listed,
// a person, another run or a late receipt may have settled it. Then these methods change nothing and
// return false: what was found out about one attempt says nothing of the next. They throw when the
// books have no such attempt, or its outcome never was unknown.
import type { Reason } from "../../core/reason.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType, ShipmentKey } from "../../core/shipment.ts";

export interface UnknownBooks {
  /** Makes unknown what is `sending` under a lease that is over. Returns how many. */
  readonly recoverInterrupted: (now: Date) => Promise<number>;
  /** Messages whose outcome is unknown, oldest first. */
  readonly unknownMessages: (limit: number, after?: string) => Promise<readonly UnknownMessage[]>;
  /** Records that CAS was asked about an unknown message and did not know it (yet). */
  readonly recordEnquiry: (attemptId: string, askedAt: Date) => Promise<boolean>;
  /** Records that an unknown message waits for a person, who is shown `reason`. It stays unknown. */
  readonly leaveToPerson: (attemptId: string, reason: Reason, at: Date) => Promise<boolean>;
  /**
   * Settles an unknown message: it arrived after all, or it goes back into the queue. `arrived` also
   * takes a message out of the queue that was to be sent again and is not claimed yet.
   */
  readonly settleUnknown: (attemptId: string, settlement: Settlement) => Promise<boolean>;
}

export interface Settlement {
  readonly kind: "arrived" | "resend";
  readonly reason: Reason;
  readonly at: Date;
}

export interface UnknownMessage {
  /** The last attempt, the one that is to be settled. */
  readonly attemptId: string;
  readonly versionId: string;
  readonly versionNumber: number;
  readonly shipmentId: string;
  readonly key: ShipmentKey;
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  /** Whether it may change what customs has accepted. */
  readonly amendAllowed: boolean;
  readonly payload: string;
  /** When the attempt began: what CAS shows from before is no evidence. */
  readonly attemptedAt: Date;
  /** How often CAS has been asked, and when last. */
  readonly enquiries: number;
  readonly lastEnquiryAt: Date | null;
  /** When it was left to a person; null while CAS is asked about it. */
  readonly leftToPersonAt: Date | null;
  /**
   * The payloads of the earlier versions that CAS accepted, or may have received before they were
   * held, newest first, at most twenty: a declaration may exist because of one of them.
   */
  readonly earlierPayloads: readonly string[];
  /** Whether retention has removed the payload of such an earlier version. */
  readonly earlierPruned: boolean;
}
