// What the books write of declarations that are new together.
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import { declarationSummary, NOON } from "../../../support/ledger-drafts.ts";
import { emptyFolder } from "../../../support/run-cli.ts";

test("the first status of each new declaration has the source of its own observation", async () => {
  const path = join(emptyFolder(), "ledger.sqlite");
  const ledger = await openSqliteLedger(path);
  const sources = ["search", "declaration", "declaration", "search"] as const;
  await ledger.books("simulator", "tenant").recordDeclarations(
    sources.map((source, at) => ({
      ...{ source, shipmentId: null, observedAt: NOON },
      summary: declarationSummary(`D-${String(at)}`, `Status ${String(at)}`),
    })),
  );
  await ledger.close();
  const database = new Database(path, { readonly: true });
  const rows = database
    .prepare(
      `SELECT declaration_id || ' ' || status || ' ' || source FROM declaration_statuses
       JOIN declarations USING (declaration_no) ORDER BY declaration_no`,
    )
    .pluck()
    .all();
  database.close();
  expect(rows).toEqual(
    sources.map((source, at) => `D-${String(at)} Status ${String(at)} ${source}`),
  );
});
