// The sole right to send. A lease ends by its release, by its expiry, or with its process. A process
// that was stopped for so long that another one took over learns it at its next claim.
import type { Clock } from "../../../core/time/clock.ts";
import { CasBatchError } from "../../../core/errors.ts";
import { DEFAULT_KIND } from "../../../core/message-kind.ts";
import type { CurrentHolder, Lease, LeaseBooks } from "../../contract/leases.ts";
import type { Connection } from "../file/connection.ts";
import { homes } from "../home/ledger-home.ts";
import {
  isCertainlyDead,
  markOfProcess,
  type ProcessMark,
} from "../../../core/files/process-mark.ts";
import { sendCount, type SendMarkKeeper } from "../home/send-count.ts";
import { CLAIMABLE, TO_ASK_ABOUT } from "./queue.ts";

type LeaseRow = Lease & ProcessMark & { readonly acquiredAt: string; readonly expiresAt: string };

export function leases(
  connection: Connection,
  booksId: number,
  { clock, keeper }: { readonly clock: Clock; readonly keeper: SendMarkKeeper },
): LeaseBooks {
  const select = selectLease(connection);
  const { requireHere } = homes(connection);
  const count = sendCount(connection);
  const expiry = (now: Date, durationMs: number): string =>
    new Date(now.getTime() + durationMs).toISOString();

  const nextEpoch = connection.prepare<[number], { readonly epoch: number }>(
    "UPDATE books SET epoch = epoch + 1 WHERE books_id = ? RETURNING epoch",
  );
  const upsert = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT OR REPLACE INTO leases (books_id, holder_id, process_id, process_start, process_space,
                                    host_name, command, acquired_at, expires_at)
     VALUES (@booksId, @holderId, @processId, @processStart, @processSpace, @hostName, @command,
             @acquiredAt, @expiresAt)`,
  );
  const prolong = connection.prepare<[string, number]>(
    "UPDATE leases SET expires_at = ? WHERE books_id = ?",
  );
  const acquireLease: LeaseBooks["acquireLease"] = async (holder, durationMs) => {
    const taken = await connection.write(() => {
      const now = clock.now();
      requireHere(now, holder.command);
      const current = select.get(booksId);
      if (current !== undefined && current.holderId !== holder.holderId && isHeld(current, now)) {
        if (isAhead(current, now, durationMs)) prolong.run(expiry(now, durationMs), booksId);
        return current;
      }
      upsert.run({
        booksId,
        holderId: holder.holderId,
        ...markOfProcess(holder.processId, holder.hostName),
        command: holder.command,
        acquiredAt: now.toISOString(),
        expiresAt: expiry(now, durationMs),
      });
      // Before anything is sent, it is certain that the mark can be written.
      keeper.secure(count.current());
      return { epoch: nextEpoch.get(booksId)?.epoch ?? 0, counted: count.add() };
    });
    if ("holderId" in taken) throw heldBy(taken, clock.now(), durationMs);
    keeper.note(taken.counted);
    return { ...holder, epoch: taken.epoch };
  };

  const requireLease = leaseCheck(connection, booksId);
  const renewLease: LeaseBooks["renewLease"] = (lease, durationMs) =>
    connection.write(() => {
      requireLease(lease);
      prolong.run(expiry(clock.now(), durationMs), booksId);
    });

  const remove = connection.prepare<[number, string, number]>(
    `DELETE FROM leases WHERE books_id = ? AND holder_id = ?
       AND ? = (SELECT epoch FROM books b WHERE b.books_id = leases.books_id)`,
  );
  const releaseLease: LeaseBooks["releaseLease"] = async ({ holderId, epoch }) => {
    const counted = await connection.write(() => {
      remove.run(booksId, holderId, epoch);
      return count.current();
    });
    keeper.note(counted, true);
  };

  const selectClaimable = connection.prepare<[number, number, string, string]>(
    `SELECT 1 FROM ${CLAIMABLE} LIMIT 1`,
  );
  const selectToAskAbout = connection.prepare<[number]>(`SELECT 1 FROM ${TO_ASK_ABOUT} LIMIT 1`);
  const releaseLeaseWhenIdle: LeaseBooks["releaseLeaseWhenIdle"] = async (
    lease,
    now,
    withoutKinds = [],
  ) => {
    const counted = await connection.write(() => {
      const kinds = [...withoutKinds];
      const left = JSON.stringify(kinds);
      if (selectClaimable.get(booksId, 0, now.toISOString(), left) !== undefined) return null;
      const isAsking = !kinds.includes(DEFAULT_KIND);
      if (isAsking && selectToAskAbout.get(booksId) !== undefined) return null;
      remove.run(booksId, lease.holderId, lease.epoch);
      return count.current();
    });
    if (counted !== null) keeper.note(counted, true);
    return counted !== null;
  };

  const holderAt = livingHolder(connection, booksId);
  const currentHolder: LeaseBooks["currentHolder"] = () =>
    connection.read(() => holderAt(clock.now()));

  return { acquireLease, renewLease, releaseLease, releaseLeaseWhenIdle, currentHolder };
}

/**
 * Throws `lock-held` unless the lease is in force; to be called inside a transaction. One that has
 * expired still is, until another process takes it over.
 */
export function leaseCheck(connection: Connection, booksId: number): (lease: Lease) => void {
  const select = selectLease(connection);
  return ({ holderId, epoch }) => {
    const current = select.get(booksId);
    if (current?.holderId === holderId && current.epoch === epoch) return;
    throw new CasBatchError(
      "lock-held",
      current === undefined || current.holderId === holderId
        ? "Cannot send any longer: this process does not hold the right to send"
        : `Cannot send any longer: ${holderInWords(current)} has taken over`,
      { hint: "Run `cas-batch resume` when the other process has finished" },
    );
  };
}

/** The process that may be sending at this moment; to be called inside a transaction. */
export function livingHolder(
  connection: Connection,
  booksId: number,
): (now: Date) => CurrentHolder | null {
  const select = selectLease(connection);
  return (now) => {
    const current = select.get(booksId);
    if (current === undefined || !isHeld(current, now)) return null;
    const { holderId, processId, hostName, command, epoch, acquiredAt } = current;
    return { holderId, processId, hostName, command, epoch, since: new Date(acquiredAt) };
  };
}

function selectLease(connection: Connection) {
  return connection.prepare<[number], LeaseRow>(
    `SELECT l.holder_id AS holderId, l.process_id AS processId, l.process_start AS processStart,
            l.process_space AS processSpace, l.host_name AS hostName, l.command,
            l.acquired_at AS acquiredAt, l.expires_at AS expiresAt, b.epoch
     FROM leases l JOIN books b USING (books_id) WHERE l.books_id = ?`,
  );
}

function isHeld(lease: LeaseRow, now: Date): boolean {
  return lease.expiresAt > now.toISOString() && !isCertainlyDead(lease);
}

/**
 * Whether only a clock that was ahead can have written the lease. It is then cut to its length from now: a
 * holder that lives renews it in time, and one that does not blocks no other for longer.
 */
function isAhead({ expiresAt }: LeaseRow, now: Date, durationMs: number): boolean {
  return Date.parse(expiresAt) - now.getTime() > 2 * durationMs;
}

function heldBy(lease: LeaseRow, now: Date, durationMs: number): CasBatchError {
  const words = `Cannot send now: ${holderInWords(lease)} is sending`;
  if (!isAhead(lease, now, durationMs)) return new CasBatchError("lock-held", words);
  const minutes = Math.ceil(durationMs / 60_000);
  return new CasBatchError(
    "lock-held",
    `${words}, or it ended while the clock of its machine was ahead`,
    {
      hint: `Run the same command again in ${minutes} min: by then the right to send is free, or its holder lives`,
    },
  );
}

function holderInWords({ command, processId, hostName, acquiredAt }: LeaseRow): string {
  return `\`${command}\` (process ${processId} on ${hostName}, since ${acquiredAt})`;
}
