// How often this ledger has taken or used the right to send, and whether the mark beside it agrees.
// A ledger that counts less than its mark does not know of something that was sent.
import type { Clock } from "../../../core/time/clock.ts";
import { CannotNowError, CasBatchError } from "../../../core/errors.ts";
import { pastablePath } from "../../../core/text/pastable-path.ts";
import type { Connection } from "../file/connection.ts";
import {
  overwriteSendMark,
  sendMarkPath,
  writeSendMark,
  type SendMark,
} from "../file/send-mark.ts";

/** After a power cut, the mark may lack the sendings of this time. */
const DURABLE_EVERY_MS = 5_000;

type Count = Pick<SendMark, "ledgerId" | "sendings">;

/** How the mark contradicts the ledger. */
type Disagreement =
  | { readonly kind: "older"; readonly mark: SendMark; readonly sendings: number }
  | { readonly kind: "another ledger"; readonly mark: SendMark };

interface SendCount {
  /** To be called inside a transaction. */
  readonly current: () => Count;
  /** To be called inside a write transaction. */
  readonly add: () => Count;
  /** Makes the ledger count more than its mark; to be called inside a write transaction. */
  readonly raiseAbove: (mark: SendMark | null) => Count;
  /**
   * Null when the two agree, or there is no mark. To be called inside a transaction, with a mark
   * that was read before it began: one that another process writes meanwhile is newer than what
   * this transaction sees.
   */
  readonly disagreement: (mark: SendMark | null) => Disagreement | null;
}

export function sendCount(connection: Pick<Connection, "prepare">): SendCount {
  const columns = "ledger_id AS ledgerId, sendings";
  const select = connection.prepare<[], Count>(`SELECT ${columns} FROM send_count`);
  const raise = connection.prepare<[number], Count>(
    `UPDATE send_count SET sendings = max(sendings, ?) + 1 RETURNING ${columns}`,
  );
  const raiseAbove = (least: number): Count => existing(raise.get(least));
  const current = (): Count => existing(select.get());
  return {
    current,
    add: () => raiseAbove(0),
    raiseAbove: (mark) => {
      const isOwn = mark !== null && mark.ledgerId === current().ledgerId;
      return raiseAbove(isOwn ? mark.sendings : 0);
    },
    disagreement: (mark) => {
      if (mark === null) return null;
      const { ledgerId, sendings } = current();
      if (mark.ledgerId !== ledgerId) return { kind: "another ledger", mark };
      return sendings < mark.sendings ? { kind: "older", mark, sendings } : null;
    },
  };
}

function existing(count: Count | undefined): Count {
  if (count !== undefined) return count;
  throw new CasBatchError(
    "ledger-unusable",
    "Cannot use the ledger: it holds no count of what it has sent, so the file is damaged",
    { hint: "Put a backup of the ledger in its place, then run `cas-batch ledger adopt`" },
  );
}

export interface SendMarkKeeper {
  /** Writes the mark durably. @throws CannotNowError `ledger-write-failed` */
  readonly secure: (count: Count) => void;
  /** Writes what was counted and committed; durably every few seconds, and the last time. */
  readonly note: (count: Count, isLast?: boolean) => void;
}

export function sendMarkKeeper(location: string, clock: Clock): SendMarkKeeper {
  let securedAtMs = -Infinity;
  const write = (count: Count): void => {
    writeSendMark(location, { ...count, writtenAt: clock.now().toISOString() });
    securedAtMs = clock.monotonicMs();
  };
  return {
    secure: (count) => {
      try {
        write(count);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        throw new CannotNowError(
          "ledger-write-failed",
          `Cannot write the mark ${sendMarkPath(location)} beside the ledger: ${words}`,
          { cause: error },
        );
      }
    },
    note: (count, isLast = false) => {
      try {
        if (isLast || clock.monotonicMs() - securedAtMs >= DURABLE_EVERY_MS) write(count);
        else overwriteSendMark(location, { ...count, writtenAt: clock.now().toISOString() });
      } catch {
        // The ledger is written, and this must not undo it. A failing disk shows at the next write
        // of the ledger; until then the mark is behind.
      }
    },
  };
}

/** To be called before anything is sent. @throws CasBatchError `ledger-moved` */
export function requireAgreement(location: string, found: Disagreement | null): void {
  if (found === null) return;
  throw new CasBatchError(
    "ledger-moved",
    `Cannot send from the ledger ${location}: ${disagreementInWords(location, found)}`,
    {
      hint: `If the ledger that was sent from is still there, put it back with its -wal file; else run \`cas-batch ledger adopt --ledger ${pastablePath(location)}\`, then \`cas-batch reconcile\`, before anything is sent`,
    },
  );
}

export function disagreementInWords(location: string, found: Disagreement): string {
  const { mark } = found;
  const time = `${mark.writtenAt.slice(0, 16).replace("T", " ")} UTC`;
  const path = sendMarkPath(location);
  return found.kind === "older"
    ? `it is older than what has been sent from here, by its count ${found.sendings} and by the mark ${path} ${mark.sendings}, last at ${time}`
    : `another ledger was sent from here, last at ${time}, says the mark ${path}`;
}

export function missingMarkWarning(location: string): string {
  return `The mark ${sendMarkPath(location)} is missing or cannot be read, so an older copy of this ledger in its place would not be recognised; the next sending begins a new mark`;
}
