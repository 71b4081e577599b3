// Limits how often messages are sent again in one run: each has a number of tries, and all repeats together
// have a share of the requests, so that an overload of CAS is not made worse.
import type { Reason } from "../../core/reason.ts";
import type { SendRetrySettings } from "./deliver-settings.ts";

export interface RepeatBudget {
  /**
   * CAS was asked about this version and does not have it: the next send is a repeat outside the quota.
   * The first send may be an earlier run's, and such repeats have a bound of their own.
   */
  readonly expectRepeat: (versionId: string) => void;
  /** Why a message must wait although it was claimed; null when it may be sent. */
  readonly reasonToWait: (versionId: string) => Reason | null;
  /** Counts a send that is about to start; what it returns takes that back when it did not. */
  readonly spend: (versionId: string) => () => void;
  /** Counts a request that starts: the quota is a share of them. */
  readonly requestStarted: () => void;
  /** Counts a try that failed. Returns how many have. */
  readonly failed: (versionId: string) => number;
  /** The message has its outcome. */
  readonly finished: (versionId: string) => void;
  /** Messages that, as things stand, are not sent again in this run. */
  readonly heldBackCount: () => number;
  readonly repeats: () => number;
  readonly requests: () => number;
}

export function createRepeatBudget(retry: SendRetrySettings): RepeatBudget {
  /** How often each message that came back has been tried. */
  const tries = new Map<string, number>();
  const exhausted = new Set<string>();
  const overQuota = new Set<string>();
  const askedAbout = new Set<string>();
  let repeats = 0;
  let resends = 0;
  let requests = 0;

  const quotaIsUsedUp = (): boolean => repeats + 1 > retry.quotaFloor + retry.quotaShare * requests;

  return {
    expectRepeat: (versionId) => {
      askedAbout.add(versionId);
    },
    reasonToWait: (versionId) => {
      const tried = tries.get(versionId) ?? 0;
      if (exhausted.has(versionId)) return { code: "tries-used-up", tries: tried };
      if (tried > 0 && quotaIsUsedUp()) {
        overQuota.add(versionId);
        return { code: "repeats-used-up" };
      }
      overQuota.delete(versionId);
      return null;
    },
    spend: (versionId) => {
      // Counted before it starts, so that messages that wait for their turn cannot exceed the quota.
      if (askedAbout.delete(versionId)) {
        resends += 1;
        return () => {
          resends -= 1;
          askedAbout.add(versionId);
        };
      }
      const spent = tries.has(versionId) ? 1 : 0;
      repeats += spent;
      return () => {
        repeats -= spent;
      };
    },
    requestStarted: () => {
      requests += 1;
    },
    failed: (versionId) => {
      const failures = (tries.get(versionId) ?? 0) + 1;
      tries.set(versionId, failures);
      if (failures >= retry.attemptsPerMessageMax) exhausted.add(versionId);
      return failures;
    },
    finished: (versionId) => {
      tries.delete(versionId);
      exhausted.delete(versionId);
      overQuota.delete(versionId);
    },
    heldBackCount: () => exhausted.size + (quotaIsUsedUp() ? overQuota.size : 0),
    repeats: () => repeats + resends,
    requests: () => requests,
  };
}
