// The history of a declaration's statuses, as notifications add to it: they come in any order, so a status that
// is told late gets its place by its time.
import type { NotifiedDeclaration } from "../../contract/notifications.ts";
import type { Connection } from "../file/connection.ts";

interface StatusRow {
  readonly status: string;
  readonly at: string;
  readonly source: "search" | "declaration" | "notification";
}

/** To be called inside a transaction, when the declaration is in the books. */
export function statusHistory(
  connection: Connection,
  booksId: number,
): (declaration: NotifiedDeclaration) => void {
  const select = connection.prepare<
    [number, string],
    { readonly no: number; readonly status: string; readonly observedAt: string }
  >(
    `SELECT declaration_no AS no, current_status AS status, observed_at AS observedAt
     FROM declarations WHERE books_id = ? AND declaration_id = ?`,
  );
  const selectRows = connection.prepare<[number], StatusRow>(
    `SELECT status, observed_at AS at, source FROM declaration_statuses
     WHERE declaration_no = ? ORDER BY sequence`,
  );
  const clear = connection.prepare<[number]>(
    "DELETE FROM declaration_statuses WHERE declaration_no = ?",
  );
  const insert = connection.prepare<[number, number, string, string, string]>(
    "INSERT INTO declaration_statuses VALUES (?, ?, ?, ?, ?)",
  );
  const noteLate = connection.prepare<[number, number, string | null, string]>(
    "INSERT INTO learned (books_id, kind, subject_no, before, after) VALUES (?, 'late-status', ?, ?, ?)",
  );
  const seen = connection.prepare<[string, number]>(
    "UPDATE declarations SET first_seen_at = min(first_seen_at, ?) WHERE declaration_no = ?",
  );
  return ({ summary, statuses, firstSeenAt }) => {
    const declaration = select.get(booksId, summary.declarationId);
    if (declaration === undefined) return;
    const { no, status: current, observedAt } = declaration;
    seen.run(firstSeenAt.toISOString(), no);
    const rows = selectRows.all(no);
    const told = statuses.map(({ status, at }) => {
      return { status, at: at.toISOString(), source: "notification" as const };
    });
    const others = rows.filter(
      ({ status, at }) => !told.some((one) => one.status === status && one.at === at),
    );
    const now = { status: current, at: observedAt, source: rows.at(-1)?.source ?? "search" };
    const history = [...told, ...others]
      .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
      .concat(now)
      .filter(({ status }, at, all) => status !== all[at - 1]?.status);
    if (JSON.stringify(history) === JSON.stringify(rows)) return;
    const known = new Set(rows.map(({ status }) => status));
    for (const [at, { status }] of history.slice(0, -1).entries()) {
      if (!known.has(status)) noteLate.run(booksId, no, history[at - 1]?.status ?? null, status);
    }
    clear.run(no);
    for (const [at, row] of history.entries())
      insert.run(no, at + 1, row.status, row.at, row.source);
  };
}
