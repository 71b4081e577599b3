// What of the ledger contradicts itself, as far as a report answers for it.
import type { ViewBooks } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { brokenRules } from "./ledger-rules.ts";
import { touchedByRun } from "./touched-by-run.ts";

export function damageView(connection: Connection, booksId: number): Pick<ViewBooks, "damages"> {
  const touchedBy = touchedByRun(connection, booksId);
  return {
    damages: (filter) =>
      connection.read(() =>
        brokenRules(connection, "runId" in filter ? touchedBy(filter.runId) : null),
      ),
  };
}
