// Messages that a firewall before CAS answered with a page of its own. It may block one message: then that
// is its result, and the others go on. Or it blocks everything: then the answer says nothing about a message,
// and the run stops. Which of the two it is shows in what happens to the other messages.

/** After so many in a row without an answer of CAS in between, the firewall blocks everything. */
const BLOCKED_IN_A_ROW_MAX = 10;
/** A message that is alone in the queue is not tried more often. */
const TRIES_ALONE_MAX = 3;

interface BlockedMessages {
  /** CAS itself answered to a message. */
  readonly passed: () => void;
  /** What to do about a message that was blocked. */
  readonly blocked: (versionId: string) => "refuse" | "try again" | "stop";
}

export function createBlockedMessages(): BlockedMessages {
  let passes = 0;
  /** How many had passed when a message was first blocked. */
  const passesBefore = new Map<string, number>();
  let inARow: string[] = [];
  return {
    passed: () => {
      passes += 1;
      inARow = [];
    },
    blocked: (versionId) => {
      const before = passesBefore.get(versionId);
      passesBefore.set(versionId, before ?? passes);
      inARow.push(versionId);
      if (before !== undefined && passes > before) return "refuse";
      const isAlone = inARow.every((other) => other === versionId);
      if (isAlone && inARow.length >= TRIES_ALONE_MAX) return "refuse";
      return inARow.length >= BLOCKED_IN_A_ROW_MAX ? "stop" : "try again";
    },
  };
}
