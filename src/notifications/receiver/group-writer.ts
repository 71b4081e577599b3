// Many notifications in one durable write: whatever has come while the write before was under way goes together.
import type {
  NotificationBooks,
  ReceivedNotification,
  StoredAs,
} from "../../ledger/contract/notifications.ts";

export interface GroupWriter {
  /** Resolves when it is kept for good. @throws CannotNowError when the ledger cannot be written */
  readonly add: (received: ReceivedNotification) => Promise<StoredAs>;
}

/** A write blocks everything else; with more of them at once the first would wait for the last. */
const GROUP_MAX = 500;

interface Waiting {
  readonly received: ReceivedNotification;
  readonly resolve: (storedAs: StoredAs) => void;
  readonly reject: (error: unknown) => void;
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
      for (const [at, { resolve }] of group.entries()) resolve(stored[at] ?? "known");
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    isScheduled = false;
    if (queue.length > 0) schedule();
  };
  return {
    add: (received) =>
      new Promise((resolve, reject) => {
        queue.push({ received, resolve, reject });
        schedule();
      }),
  };
}
