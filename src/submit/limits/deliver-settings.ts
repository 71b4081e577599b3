// Every bound of a delivery, with its default. Tests and the simulator pass shorter ones.
import type { BackoffSettings } from "../../core/time/backoff.ts";

export interface DeliverSettings {
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** How many messages one claim takes at most. */
  readonly claimSizeMax: number;
  /** Claims are sized so that they come about this often: few transactions, little claimed ahead. */
  readonly claimEveryMs: number;
  /** An outcome waits at most this long for others to share its durable write. */
  readonly outcomeDelayMaxMs: number;
  readonly outcomeGroupMax: number;
  /** With more outcomes than this unrecorded, nothing further is claimed. */
  readonly unrecordedMax: number;
  /** After this time from its claim, a message without an outcome counts as unknown. */
  readonly answerDeadlineMs: number;
  /** How long requests under way may still take when the run is stopped. */
  readonly drainMaxMs: number;
  /** How often the outbox is read when nothing happens. */
  readonly idlePollMs: number;
  readonly retry: SendRetrySettings;
  readonly outage: OutageSettings;
  /** Delays before each enquiry about an unknown outcome; the first counts from the attempt. */
  readonly settleDelaysMs: readonly number[];
  /** How long to wait for unknown outcomes when all else is done; 0 leaves them to a later run. */
  readonly settleWaitMaxMs: number;
  readonly settleConcurrency: number;
  /** How far the clocks of CAS and of this machine may differ. */
  readonly clockSkewMaxMs: number;
}

export interface SendRetrySettings extends BackoffSettings {
  /** How often one message is tried in one run. */
  readonly attemptsPerMessageMax: number;
  /** A longer `Retry-After` is not waited for: the run ends resumable. */
  readonly retryAfterMaxMs: number;
  /** Retries of all messages together: at most this share of all requests … */
  readonly quotaShare: number;
  /** … and this many on top, so that a small outbox can retry at all. */
  readonly quotaFloor: number;
}

export interface OutageSettings {
  /** After so many failures in a row, CAS counts as down and is only probed. */
  readonly failuresInARow: number;
  readonly probeEveryMs: number;
  /** How long CAS may be down before the run ends resumable. */
  readonly giveUpAfterMs: number;
}

export const defaultDeliverSettings: DeliverSettings = {
  concurrency: 8,
  claimSizeMax: 256,
  claimEveryMs: 50,
  outcomeDelayMaxMs: 20,
  outcomeGroupMax: 256,
  unrecordedMax: 1_000,
  answerDeadlineMs: 120_000,
  drainMaxMs: 30_000,
  idlePollMs: 500,
  retry: {
    attemptsPerMessageMax: 12,
    baseDelayMs: 1_000,
    delayMaxMs: 60_000,
    retryAfterMaxMs: 300_000,
    quotaShare: 0.1,
    quotaFloor: 20,
  },
  outage: {
    failuresInARow: 5,
    probeEveryMs: 30_000,
    giveUpAfterMs: 300_000,
  },
  settleDelaysMs: [5_000, 30_000, 120_000, 600_000],
  settleWaitMaxMs: 900_000,
  settleConcurrency: 4,
  clockSkewMaxMs: 60_000,
};
