// What was learned between two numbers, each subject once: what it was at the first, and what it is at the second.
// Only a few words of each change are held; the rest is looked up a page at a time.
import type { ChangeKind, ChangeView, LearnedBooks } from "../../contract/learned.ts";
import type { Connection } from "../file/connection.ts";
import { readTexts } from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { PAGE_SIZE } from "./pages.ts";

interface LearnedRow {
  readonly no: number;
  readonly kind: "file" | "outcome" | "declarations" | "status" | "late-status";
  readonly subject: number;
  readonly before: string | null;
  readonly after: string;
  readonly at: string;
}

/** A subject's first and last words. */
interface Change {
  what: ChangeKind;
  readonly subject: number;
  before: string | null;
  after: string;
  at: string;
}

type SubjectRow = {
  readonly subject: number;
  readonly declarationId: string | null;
  readonly mrn: string | null;
  readonly fileName: string | null;
  readonly shipments: number | null;
  readonly isNew: 0 | 1;
} & (StoredKey | { readonly keyKind: null });

const whatByKind: Readonly<Record<LearnedRow["kind"], ChangeKind>> = {
  file: "file-read",
  outcome: "outcome",
  declarations: "declaration-new",
  status: "status",
  "late-status": "status-late",
};

export function learnedViews(connection: Connection, booksId: number): LearnedBooks {
  const newest = connection.prepare<[], { readonly no: number }>(
    "SELECT coalesce(max(learned_no), 0) AS no FROM learned",
  );
  // The newest come first: what is asked for was learned lately.
  const at = connection.prepare<[string], { readonly no: number }>(
    "SELECT learned_no AS no FROM learned WHERE learned_at <= ? ORDER BY learned_no DESC LIMIT 1",
  );
  const begin = connection.prepare<[number], { readonly at: string }>(
    "SELECT learned_at AS at FROM learned WHERE books_id = ? AND kind = 'begin' LIMIT 1",
  );
  const page = connection.prepare<[number, number, number, number], LearnedRow>(
    `SELECT learned_no AS no, kind, subject_no AS subject, before, after, learned_at AS at
     FROM learned WHERE learned_no > ? AND learned_no <= ? AND books_id = ? AND kind <> 'begin'
     ORDER BY learned_no LIMIT ?`,
  );
  const subjectsOf = subjectQueries(connection);

  async function* changesBetween(
    after: number,
    upTo: number,
  ): AsyncIterable<readonly ChangeView[]> {
    const changes = new Map<string, Change>();
    for (let last = after, more = true; more;) {
      const rows = await connection.read(() => page.all(last, upTo, booksId, PAGE_SIZE));
      for (const row of rows.flatMap(rowsOf)) gather(changes, row);
      last = rows.at(-1)?.no ?? last;
      more = rows.length === PAGE_SIZE;
    }
    const moved = [...changes.values()].filter((one) => one.before !== one.after);
    for (let start = 0; start < moved.length; start += PAGE_SIZE) {
      const some = moved.slice(start, start + PAGE_SIZE);
      yield await connection.read(() => toViews(some, (what, ids) => subjectsOf(what, ids, after)));
    }
  }

  return {
    learnedUpTo: () => connection.read(() => newest.get()?.no ?? 0),
    learnedAt: (time) => connection.read(() => at.get(time.toISOString())?.no ?? 0),
    learnedSince: () =>
      connection.read(() => {
        const row = begin.get(booksId);
        return row === undefined ? null : new Date(row.at);
      }),
    changesBetween,
  };
}

/** Declarations that were new together share a row, with the status of each. */
function rowsOf(row: LearnedRow): readonly LearnedRow[] {
  if (row.kind !== "declarations") return [row];
  return readTexts(row.after).map((after, at) => ({ ...row, subject: row.subject + at, after }));
}

/** What comes later overwrites the words, and keeps those of before; a change moves to the end of the list. */
function gather(changes: Map<string, Change>, row: LearnedRow): void {
  const { kind, subject, before, after, at } = row;
  const name = `${kind === "file" || kind === "outcome" ? kind : "declaration"} ${subject}`;
  const known = changes.get(name);
  // What is told late changes nothing that is shown already.
  if (known !== undefined && kind === "late-status") return;
  changes.delete(name);
  if (known === undefined || known.what === "status-late") {
    changes.set(name, { what: whatByKind[kind], subject, before, after, at });
  } else changes.set(name, { ...known, after, at });
}

function toViews(
  changes: readonly Change[],
  subjectsOf: (what: ChangeKind, ids: readonly number[]) => readonly SubjectRow[],
): readonly ChangeView[] {
  const byWhat = Map.groupBy(changes, ({ what }) => what);
  const rows = new Map(
    [...byWhat].map(([what, some]) => {
      const found = subjectsOf(
        what,
        some.map(({ subject }) => subject),
      );
      return [what, new Map(found.map((row) => [row.subject, row]))] as const;
    }),
  );
  return changes.map(({ what, subject, before, after, at }) => {
    const row = rows.get(what)?.get(subject);
    return {
      what,
      key: row === undefined || row.keyKind === null ? null : keyOf(row),
      declarationId: row?.declarationId ?? null,
      mrn: row?.mrn ?? null,
      fileName: row?.fileName ?? null,
      before,
      after: what === "file-read" ? "read" : after,
      at: new Date(at),
      shipments: row?.shipments ?? null,
      isOfNewShipment: row?.isNew === 1,
    };
  });
}

function subjectQueries(
  connection: Connection,
): (what: ChangeKind, ids: readonly number[], after: number) => readonly SubjectRow[] {
  const given = "IN (SELECT value FROM json_each(@ids))";
  // Whether the first version of shipment `s` was made of a file that was read since.
  const isNew = `coalesce((SELECT EXISTS (SELECT 1 FROM learned n
      WHERE n.learned_no > @after AND n.kind = 'file' AND n.subject_no = f.batch_no)
    FROM versions f WHERE f.shipment_id = s.shipment_id ORDER BY f.version_number LIMIT 1), 0)`;
  type Parameters = { readonly ids: string; readonly after: number };
  const files = connection.prepare<[Parameters], SubjectRow>(
    `SELECT b.batch_no AS subject, NULL AS keyKind, NULL AS declarationId, NULL AS mrn,
       b.file_name AS fileName, 0 * @after AS isNew,
       (SELECT count(*) FROM lines l WHERE l.batch_no = b.batch_no) AS shipments
     FROM batches b WHERE b.batch_no ${given}`,
  );
  const messages = connection.prepare<[Parameters], SubjectRow>(
    `SELECT v.version_id AS subject, ${keySql("s")}, NULL AS declarationId, NULL AS mrn,
       b.file_name AS fileName, NULL AS shipments, ${isNew} AS isNew
     FROM versions v JOIN shipments s USING (shipment_id) JOIN batches b USING (batch_no)
     WHERE v.version_id ${given}`,
  );
  const declarations = connection.prepare<[Parameters], SubjectRow>(
    `SELECT d.declaration_no AS subject, ${keySql("s")}, d.declaration_id AS declarationId,
       json_extract(d.summary, '$.mrn') AS mrn, NULL AS fileName, NULL AS shipments,
       ${isNew} AS isNew
     FROM declarations d LEFT JOIN shipments s USING (shipment_id)
     WHERE d.declaration_no ${given}`,
  );
  return (what, ids, after) => {
    const parameters = { ids: JSON.stringify(ids), after };
    if (what === "file-read") return files.all(parameters);
    return (what === "outcome" ? messages : declarations).all(parameters);
  };
}
