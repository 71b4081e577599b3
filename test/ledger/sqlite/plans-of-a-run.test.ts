// The report of a run reads of the ledger what the run touched: SQLite's plans of all its queries are read, and none
// goes through a table that grows with the ledger.
import Database, { type Statement } from "better-sqlite3";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/core/time/clock.ts";
import type { ViewFilter } from "../../../src/ledger/contract/views.ts";
import { withReportInput } from "../../../src/runs/reporting.ts";
import { surveyBooks } from "../../../src/report/status-report.ts";
import { minutesAfterNoon, NOON } from "../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../support/ledger-store.ts";
import { fillLedger } from "../../support/true-ledger.ts";

/** Tables with a row for each file, run, process or tenant, or fewer. */
const SMALL = new Set([
  ...["batches", "books", "homes", "leases", "listeners", "reports", "runs", "send_count"],
  ...["sqlite_master", "sqlite_schema"],
]);
/** Of a tenant they hold only what is open or contradicts. */
const PARTIAL = [
  ...["attachments_fetched", "batches_unsealed", "declarations_differing", "declarations_to_list"],
  ...["declarations_unexplained", "notifications_apart", "shipments_without_declaration"],
];

/** Of all rows of a tenant these take one, the first in the order of the index or of the table. */
const FIRST_ONLY = [
  "SELECT min(current_status) FROM declarations WHERE books_id = @booksId",
  "INDEXED BY notifications_latest WHERE books_id = ? AND is_apart = 0 ORDER BY notification_no DESC LIMIT 1",
  "SELECT EXISTS (SELECT 1 FROM attachments WHERE books_id = ?)",
];

afterEach(() => {
  vi.restoreAllMocks();
});

/** What SQLite reads as a whole while the ledger is surveyed. Shape: plan, query. */
async function readAsWhole(filter: ViewFilter): Promise<readonly string[]> {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("acceptance", "ACME");
  await fillLedger(books);
  // Without a receiver and a document some queries are not asked.
  await books.startListener({
    ...{ address: "127.0.0.1:1", hostName: "here", processId: 1, startedAt: NOON },
  });
  await books.recordAttachments(
    { kind: "declaration", id: "D-1" },
    [{ id: "A-1", documentType: "EAD", fileName: "ead.pdf" }],
    { at: NOON, isFinal: true },
  );
  await ledger.close();
  const asked = new Map<string, { readonly statement: Statement; readonly values: unknown[] }>();
  const prototype = Object.getPrototypeOf(
    new Database(":memory:").prepare("SELECT 1"),
  ) as Statement;
  for (const method of ["get", "all"] as const) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the statement below
    const original = prototype[method];
    vi.spyOn(prototype, method).mockImplementation(function (this: Statement, ...values) {
      asked.set(this.source, { statement: this, values });
      return original.apply(this, values);
    });
  }
  try {
    return await withReportInput(
      {
        ...{ ledgerPath: store.path, environment: "acceptance", tenant: "ACME", allowedIn: {} },
        ...{ timeZone: "UTC", simulated: false, runId: null, command: "run" },
        clock: { ...systemClock, now: () => minutesAfterNoon(90) },
        programVersion: "0.1.0",
      },
      filter,
      null,
      async (input) => {
        expect((await surveyBooks(input)).totals.imbalances).toEqual([]);
        const queries = [...asked].filter(([source]) => /^\s*(?:SELECT|WITH)/.test(source));
        return queries.flatMap(([source, { statement, values }]) =>
          statement.database
            .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${source}`)
            .all(...values)
            .filter(({ detail }) => isWhole(detail, source))
            .map(({ detail }) => `${detail}: ${source}`),
        );
      },
    );
  } finally {
    await store.remove();
  }
}

function isWhole(detail: string, source: string): boolean {
  const [, how, alias = "", rest = ""] = /^(SCAN|SEARCH) (\w+)(.*)$/.exec(detail) ?? [];
  if (how === undefined) return false;
  const tables = new Map(
    [
      ...source.matchAll(
        /\b(?:FROM|JOIN)\s+(\w+)(?:\s+(?:AS\s+)?(?!ON\b|USING\b|WHERE\b|CROSS\b|JOIN\b|INDEXED\b)(\w+))?/g,
      ),
    ].map(([, table = "", own = table]) => [own, table]),
  );
  const table = tables.get(alias) ?? alias;
  if (!GROWING.has(table) || SMALL.has(table)) return false;
  if (FIRST_ONLY.some((query) => source.replace(/\s+/g, " ").includes(query))) return false;
  if (how === "SCAN") return true;
  // All rows of a tenant.
  return / \(books_id=\?\)$/.test(rest) && !PARTIAL.some((name) => rest.includes(` ${name} `));
}

const GROWING = new Set<string>();
{
  const store = await makeSqliteStore();
  await (await store.open()).close();
  const database = new Database(store.path, { readonly: true });
  const names = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
  for (const name of names) if (!SMALL.has(name)) GROWING.add(name);
  database.close();
  await store.remove();
}

test("the report of a run reads no table of the ledger as a whole", async () => {
  expect(await readAsWhole({ runId: "run-1" })).toEqual([]);
});

test("the report of the newest state does: it checks the whole ledger", async () => {
  const whole = (await readAsWhole({ latest: true })).join("\n");
  for (const alias of ["v", "d", "l"])
    expect(whole).toMatch(new RegExp(`^(?:SCAN) ${alias}\\b`, "m"));
});
