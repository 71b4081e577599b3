// The right to send. How many holders may have it at a time is up to the implementation (SQLite
// gives it to one). Each acquisition has an epoch, which is recorded with every message claimed
// under it, so that a sender who lost the right is known from its successor.
import type { MessageKind } from "../../core/message-kind.ts";

export interface LeaseBooks {
  /**
   * Takes the right to send. A lease whose holder is gone (expired, or dead on this machine) is
   * taken over.
   * @throws CasBatchError `lock-held` naming the holder
   */
  readonly acquireLease: (holder: LeaseHolder, durationMs: number) => Promise<Lease>;
  /** A process that may be sending at this moment; null when there is none. */
  readonly currentHolder: () => Promise<CurrentHolder | null>;
  /** Prolongs the lease. @throws CasBatchError `lock-held` when it was lost. */
  readonly renewLease: (lease: Lease, durationMs: number) => Promise<void>;
  /** Does nothing when the lease was lost. */
  readonly releaseLease: (lease: Lease) => Promise<void>;
  /**
   * Releases the lease unless `claim` would find a message at `now`, or CAS has yet to be asked
   * about one. Check and release are one transaction: a process that seals a batch either finds the
   * right to send free, or the holder sees that batch. Returns false when the lease was kept.
   */
  readonly releaseLeaseWhenIdle: (
    lease: Lease,
    now: Date,
    withoutKinds?: Iterable<MessageKind>,
  ) => Promise<boolean>;
}

export interface LeaseHolder {
  readonly holderId: string;
  readonly processId: number;
  readonly hostName: string;
  /** For the message to a process that must wait. */
  readonly command: string;
}

/** The right to send, from one acquisition to its end. */
export interface Lease extends LeaseHolder {
  /** A fencing token: higher than that of every earlier acquisition in these books. */
  readonly epoch: number;
}

export interface CurrentHolder extends Lease {
  readonly since: Date;
}
