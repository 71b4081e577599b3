// Until when CAS asked to be sent nothing. It outlives the run that received the answer, so that the
// next run waits too. A time that a clock wrote which was ahead counts from now, not from then.
import type { Clock } from "../../../core/time/clock.ts";
import type { OutboxBooks } from "../../contract/outbox.ts";
import type { Connection } from "../file/connection.ts";

/** No wait that CAS asks for is longer; a message that comes back waits no longer either. */
const WAIT_MAX_MS = 86_400_000;

interface WaitRow {
  readonly until: string;
  /** Null in a ledger from before it was kept. */
  readonly askedAt: string | null;
}

export function waits(
  connection: Connection,
  booksId: number,
  clock: Clock,
): Pick<OutboxBooks, "waitAskedUntil" | "recordWait" | "forgetWait" | "correctTimesAhead"> {
  const select = connection.prepare<[number], WaitRow>(
    "SELECT until, asked_at AS askedAt FROM waits WHERE books_id = ?",
  );
  const upsert = connection.prepare<[number, string, string]>(
    `INSERT INTO waits (books_id, until, asked_at) VALUES (?, ?, ?)
     ON CONFLICT (books_id) DO UPDATE SET until = max(until, excluded.until),
       asked_at = iif(excluded.until > until, excluded.asked_at, asked_at)`,
  );
  const replace = connection.prepare<[string, string, number]>(
    "UPDATE waits SET until = ?, asked_at = ? WHERE books_id = ?",
  );
  const remove = connection.prepare<[number]>("DELETE FROM waits WHERE books_id = ?");
  const release = connection.prepare<[number]>(
    "UPDATE versions SET not_before = NULL WHERE books_id = ? AND state = 'queued'",
  );
  const releaseAhead = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `UPDATE versions INDEXED BY versions_queued SET not_before = NULL
     WHERE books_id = @booksId AND state = 'queued' AND not_before > @now
       AND (not_before > @latest OR EXISTS (
         SELECT 1 FROM attempts a WHERE a.version_id = versions.version_id
           AND a.attempt_number = versions.attempts AND a.ended_at > @now))`,
  );

  /** Returns whether the wait was written by a clock that was ahead. */
  const correctWait = (now: Date): boolean => {
    const wait = select.get(booksId);
    if (wait === undefined || wait.until <= now.toISOString()) return false;
    const untilMs = Date.parse(wait.until);
    const askedMs = wait.askedAt === null ? -Infinity : Date.parse(wait.askedAt);
    if (askedMs > now.getTime() && untilMs - askedMs <= WAIT_MAX_MS) {
      const until = new Date(now.getTime() + untilMs - askedMs);
      replace.run(until.toISOString(), now.toISOString(), booksId);
      return true;
    }
    if (untilMs - now.getTime() <= WAIT_MAX_MS) return false;
    remove.run(booksId);
    return true;
  };

  return {
    waitAskedUntil: () =>
      connection.read(() => {
        const row = select.get(booksId);
        return row === undefined ? null : new Date(row.until);
      }),
    recordWait: (until) =>
      connection.write(() => {
        upsert.run(booksId, until.toISOString(), clock.now().toISOString());
      }),
    forgetWait: () =>
      connection.write(() => {
        remove.run(booksId);
        release.run(booksId);
      }),
    correctTimesAhead: (now) =>
      connection.write(() => {
        const latest = new Date(now.getTime() + WAIT_MAX_MS).toISOString();
        const wait = correctWait(now);
        const { changes } = releaseAhead.run({ booksId, now: now.toISOString(), latest });
        return { wait, messages: changes };
      }),
  };
}
