// The sole right to send. A lease ends by being given back, by running out, or with its process;
// whoever was stopped for so long that another took over finds that out before the next claim.
import type { Clock } from "../../../core/clock.ts";
import { CasBatchError } from "../../../core/errors.ts";
import type { Connection } from "../file/connection.ts";
import { homes } from "../home/ledger-home.ts";
import { sendCount, type SendMarkKeeper } from "../home/send-count.ts";
import type { LeaseHolder, LedgerBooks } from "../../ledger.ts";
import { isCertainlyDead, markOfProcess } from "../home/process-mark.ts";

type Leases = Pick<LedgerBooks, "acquireLease" | "renewLease" | "releaseLease" | "currentHolder">;

interface LeaseRow {
  readonly holder_id: string;
  readonly process_id: number;
  readonly process_start: string | null;
  readonly process_space: string | null;
  readonly host_name: string;
  readonly command: string;
  readonly acquired_at: string;
  readonly expires_at: string;
}

export function leases(
  connection: Connection,
  booksId: number,
  { clock, keeper }: { readonly clock: Clock; readonly keeper: SendMarkKeeper },
): Leases {
  const select = selectLease(connection);
  const { requireHere } = homes(connection);
  const upsert = connection.prepare<
    [number, string, number, string | null, string | null, string, string, string, string]
  >(
    `INSERT INTO leases (books_id, holder_id, process_id, process_start, process_space, host_name,
                         command, acquired_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (books_id) DO UPDATE SET
       holder_id = excluded.holder_id, process_id = excluded.process_id,
       process_start = excluded.process_start, process_space = excluded.process_space,
       host_name = excluded.host_name,
       command = excluded.command, acquired_at = excluded.acquired_at,
       expires_at = excluded.expires_at`,
  );
  const count = sendCount(connection);
  const acquireLease = async (holder: LeaseHolder, durationMs: number): Promise<void> => {
    const counted = await connection.write(() => {
      const now = clock.now();
      requireHere(now, holder.command);
      const current = select.get(booksId);
      if (current !== undefined && current.holder_id !== holder.holderId && isHeld(current, now)) {
        throw lockHeld(current);
      }
      const { processStart, processSpace } = markOfProcess(holder.processId, holder.hostName);
      upsert.run(
        booksId,
        holder.holderId,
        holder.processId,
        processStart,
        processSpace,
        holder.hostName,
        holder.command,
        now.toISOString(),
        new Date(now.getTime() + durationMs).toISOString(),
      );
      // Before anything is sent, it is certain that the mark can be written.
      keeper.secure(count.current());
      return count.add();
    });
    keeper.note(counted);
  };

  const prolong = connection.prepare<[string, number, string]>(
    "UPDATE leases SET expires_at = ? WHERE books_id = ? AND holder_id = ?",
  );
  const renewLease = (holder: LeaseHolder, durationMs: number): Promise<void> =>
    connection.write(() => {
      const expiresAt = new Date(clock.now().getTime() + durationMs).toISOString();
      const { changes } = prolong.run(expiresAt, booksId, holder.holderId);
      if (changes !== 1) throw lostLease(select.get(booksId));
    });

  const remove = leaseRemoval(connection, booksId);
  const releaseLease = async (holder: LeaseHolder): Promise<void> => {
    const counted = await connection.write(() => {
      remove(holder);
      return count.current();
    });
    keeper.conclude(counted);
  };

  const currentHolder: Leases["currentHolder"] = () =>
    connection.read(() => {
      const current = select.get(booksId);
      if (current === undefined || !isHeld(current, clock.now())) return null;
      return {
        holderId: current.holder_id,
        processId: current.process_id,
        hostName: current.host_name,
        command: current.command,
        since: new Date(current.acquired_at),
      };
    });

  return { acquireLease, renewLease, releaseLease, currentHolder };
}

/**
 * Throws `lock-held` unless the lease is this holder's; to be called inside a transaction. A lease
 * that has run out counts as long as nobody else took it.
 */
export function leaseCheck(connection: Connection, booksId: number): (holder: LeaseHolder) => void {
  const select = selectLease(connection);
  return (holder) => {
    const current = select.get(booksId);
    if (current?.holder_id !== holder.holderId) throw lostLease(current);
  };
}

/** Ends the holder's own lease and no other; to be called inside a transaction. */
export function leaseRemoval(
  connection: Connection,
  booksId: number,
): (holder: LeaseHolder) => void {
  const remove = connection.prepare<[number, string]>(
    "DELETE FROM leases WHERE books_id = ? AND holder_id = ?",
  );
  return (holder) => {
    remove.run(booksId, holder.holderId);
  };
}

/** The holder who may be sending at this moment; to be called inside a transaction. */
export function livingHolder(
  connection: Connection,
  booksId: number,
): (now: Date) => string | null {
  const select = selectLease(connection);
  return (now) => {
    const current = select.get(booksId);
    return current !== undefined && isHeld(current, now) ? current.holder_id : null;
  };
}

function selectLease(connection: Connection) {
  return connection.prepare<[number], LeaseRow>(
    `SELECT holder_id, process_id, process_start, process_space, host_name, command, acquired_at,
            expires_at
     FROM leases WHERE books_id = ?`,
  );
}

function isHeld(lease: LeaseRow, now: Date): boolean {
  if (lease.expires_at <= now.toISOString()) return false;
  const { process_id: processId, host_name: hostName } = lease;
  const { process_start: processStart, process_space: processSpace } = lease;
  return !isCertainlyDead({ processId, hostName, processStart, processSpace });
}

function lockHeld(lease: LeaseRow): CasBatchError {
  return new CasBatchError("lock-held", `Cannot send now: ${holderInWords(lease)} is sending`);
}

function lostLease(successor: LeaseRow | undefined): CasBatchError {
  return new CasBatchError(
    "lock-held",
    successor === undefined
      ? "Cannot send any longer: this process does not hold the right to send"
      : `Cannot send any longer: ${holderInWords(successor)} has taken over`,
    { hint: "Run `cas-batch resume` when the other process has finished" },
  );
}

function holderInWords(lease: LeaseRow): string {
  return `\`${lease.command}\` (process ${lease.process_id} on ${lease.host_name}, since ${lease.acquired_at})`;
}
