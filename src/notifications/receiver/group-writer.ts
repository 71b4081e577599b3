// Many notifications in one durable write: whatever has come while the write before was under way goes together.
import type {
  NotificationBooks,
  ReceivedNotification,
  StoredAs,
} from "../../ledger/contract/notifications.ts";

/** Called when it is kept for good, or with the error when the ledger cannot be written. */
type OnKept = (outcome: StoredAs | Error) => void;

export interface GroupWriter {
  /** By a call, not by a promise: of these there would be thousands in a second. */
  readonly add: (received: ReceivedNotification, onKept: OnKept) => void;
}

/** A write blocks everything else; with more of them at once the first would wait for the last. */
const GROUP_MAX = 500;

interface Waiting {
  readonly received: ReceivedNotification;
  readonly onKept: OnKept;
}

export function groupWriter({
  storeNotifications,
}: Pick<NotificationBooks, "storeNotifications">): GroupWriter {
  const queue: Waiting[] = [];
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    // After all requests that have come in until now.
    setImmediate(() => void writeGroup());
  };
  const writeGroup = async (): Promise<void> => {
    const group = queue.splice(0, GROUP_MAX);
    try {
      const stored = await storeNotifications(group.map(({ received }) => received));
      for (const [at, { onKept }] of group.entries()) onKept(stored[at] ?? "known");
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      for (const { onKept } of group) onKept(failure);
    }
    isScheduled = false;
    if (queue.length > 0) schedule();
  };
  return {
    add: (received, onKept) => {
      queue.push({ received, onKept });
      schedule();
    },
  };
}
