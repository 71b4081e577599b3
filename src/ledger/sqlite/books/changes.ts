// What a person changes at CAS by hand: the intent, durably, before it is sent; then what CAS answered and how it
// ended.
import type { ChangeBooks, ChangeIntent, RecordedChange } from "../../contract/changes.ts";
import type { Connection } from "../file/connection.ts";
import { dateOrNull, readChangeBasis, type Stored } from "../file/stored-json.ts";
import { sendCount, type SendMarkKeeper } from "../home/send-count.ts";
import { leaseCheck } from "./leases.ts";
import { runNumbers } from "./runs.ts";

type ChangeRow = Stored<RecordedChange, "was"> & { readonly was: string };

const COLUMNS = `CAST(c.change_no AS TEXT) AS changeId, r.run_id AS runId, c.kind, c.target_id AS targetId,
  c.item_id AS itemId, c.action, c.body, c.asked_by AS askedBy, c.was, c.recorded_at AS recordedAt, c.state,
  c.answered_at AS answeredAt, c.answer_status AS answerStatus, c.reference_id AS referenceId, c.detail,
  c.ended_at AS endedAt`;

export function changes(
  connection: Connection,
  booksId: number,
  { keeper }: { readonly keeper: SendMarkKeeper },
): ChangeBooks {
  const runNumber = runNumbers(connection, booksId);
  const requireLease = leaseCheck(connection, booksId);
  const sendings = sendCount(connection);
  const insert = connection.prepare<
    [Readonly<Record<Exclude<keyof ChangeIntent, "runId"> | "booksId" | "runNo", unknown>>],
    { readonly changeId: string }
  >(
    `INSERT INTO changes (books_id, run_no, kind, target_id, item_id, action, body, asked_by, was,
                          recorded_at, state)
     VALUES (@booksId, @runNo, @kind, @targetId, @itemId, @action, @body, @askedBy, @was, @recordedAt,
             'sending')
     RETURNING CAST(change_no AS TEXT) AS changeId`,
  );
  const end = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `UPDATE changes SET state = @state, detail = coalesce(@detail, detail),
       answered_at = iif(@answerStatus IS NULL, answered_at, @at),
       answer_status = coalesce(@answerStatus, answer_status),
       reference_id = coalesce(@referenceId, reference_id),
       ended_at = iif(@state IN ('unknown', 'accepted'), ended_at, @at)
     WHERE books_id = @booksId AND change_no = @changeNo`,
  );
  const recover = connection.prepare<[string, number]>(
    `UPDATE changes SET state = 'unknown', detail = ? WHERE books_id = ? AND state = 'sending'`,
  );
  const select = connection.prepare<[number, string], ChangeRow>(
    `SELECT ${COLUMNS} FROM changes c JOIN runs r USING (run_no)
     WHERE c.books_id = ? AND c.target_id IN (SELECT value FROM json_each(?)) ORDER BY c.change_no`,
  );
  const selectCreated = connection.prepare<
    [number],
    { readonly referenceId: string; readonly targetId: string }
  >(
    `SELECT reference_id AS referenceId, target_id AS targetId FROM changes
     WHERE books_id = ? AND kind = 'create-subscription' AND reference_id IS NOT NULL`,
  );
  // Source: notification event DeclarationActionFinished, `data.action`; the subtype is assumed to say the same.
  const selectFinished = connection.prepare<
    [number, string, string],
    { readonly action: string | null }
  >(
    `SELECT coalesce(iif(json_valid(CAST(body AS TEXT)),
                         json_extract(CAST(body AS TEXT), '$.data.action'), NULL),
                     event_sub_type) AS action
     FROM notifications WHERE books_id = ? AND declaration_id = ? AND is_apart = 0
       AND event_type = 'DeclarationActionFinished' AND event_time >= ?`,
  );
  return {
    isActionFinished: (declarationId, action, since) =>
      connection.read(() =>
        selectFinished
          .all(booksId, declarationId, wholeSeconds(since))
          .some((row) => lettersOf(row.action ?? "") === lettersOf(action)),
      ),
    recordChange: async (intent, lease) => {
      const { runId, was, recordedAt, ...rest } = intent;
      const { changeId, counted } = await connection.write(() => {
        requireLease(lease);
        const row = insert.get({
          ...rest,
          booksId,
          runNo: runNumber(runId),
          was: JSON.stringify(was),
          recordedAt: recordedAt.toISOString(),
        });
        if (row === undefined) throw new Error("A change was not recorded");
        return { ...row, counted: sendings.add() };
      });
      keeper.note(counted);
      return changeId;
    },
    recordChangeEnd: (changeId, { state, at, answerStatus, referenceId, detail }) =>
      connection.write(() => {
        const { changes: ended } = end.run({
          booksId,
          changeNo: Number(changeId),
          state,
          at: at.toISOString(),
          answerStatus: answerStatus ?? null,
          referenceId: referenceId ?? null,
          detail: detail ?? null,
        });
        if (ended !== 1) throw new Error(`There is no change ${changeId} to end`);
      }),
    recoverInterruptedChanges: (lease, now) =>
      connection.write(() => {
        requireLease(lease);
        const words = `The command that sent it ended before an answer came; seen ${now.toISOString()}`;
        return recover.run(words, booksId).changes;
      }),
    changesOf: (targetIds) =>
      connection.read(() => select.all(booksId, JSON.stringify(targetIds)).map(changeOf)),
    createdSubscriptions: () =>
      connection.read(
        () => new Map(selectCreated.all(booksId).map((row) => [row.referenceId, row.targetId])),
      ),
  };
}

/** Event times have up to nine digits of a second or none at all; before all of them sorts the second alone. */
function wholeSeconds(at: Date): string {
  return at.toISOString().slice(0, "2026-05-04T09:12:33".length);
}

/** `GoodsArrived`, `goods-arrived` and `goodsarrived` are one action. */
function lettersOf(action: string): string {
  return action.toLowerCase().replace(/[^a-z]/g, "");
}

function changeOf(row: ChangeRow): RecordedChange {
  return {
    ...row,
    was: readChangeBasis(row.was),
    recordedAt: new Date(row.recordedAt),
    answeredAt: dateOrNull(row.answeredAt),
    endedAt: dateOrNull(row.endedAt),
  };
}
