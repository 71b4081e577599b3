// A ledger was copied while two versions of a shipment waited, the original sent both, and the copy
// was adopted: it asked about the older version, which CAS did not show any more, and sent it again
// after the newer one.
import { join } from "node:path";
import { expect, test } from "vitest";
import { adoptLedger } from "../../src/ledger/sqlite/care/adopt-ledger.ts";
import { backupLedger } from "../../src/ledger/sqlite/care/backup-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { verifyLedger } from "../../src/ledger/sqlite/care/verify-ledger.ts";
import { holder, openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf, type CasScript } from "../submit/scripted-cas.ts";

const contentOf = (body: string): string =>
  (JSON.parse(body) as { singleAdministrativeDocument: { content: string } })
    .singleAdministrativeDocument.content;

test.each<[what: string, sentByOriginal: number, sentInAll: readonly string[]]>([
  ["both versions", 2, ["first", "second"]],
  ["the first alone", 1, ["first", "second"]],
  ["nothing", 0, ["second"]],
])(
  "an adopted copy whose original has sent %s sends no older version after a newer one, and loses nothing",
  async (_what, sentByOriginal, sentInAll) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([{ reference: "S-1", content: "first" }]);
    await desk.queue([{ reference: "S-1", content: "second" }]);
    const copy = join(desk.ledgerPath, "..", "copy.sqlite");
    const now = desk.clock.now();
    await backupLedger(desk.ledgerPath, copy, { force: false, now, who: "night" });

    const arrived: string[] = [];
    const script: CasScript = {
      send: (body) => {
        arrived.push(contentOf(body));
        return Promise.resolve({ referenceId: "r" });
      },
      search: (reference) => {
        const lastUpdated = desk.clock.now().toISOString();
        return Promise.resolve(
          arrived.length === 0 ? [] : [declarationOf(reference, { lastUpdated })],
        );
      },
      document: () => ({ content: arrived.at(-1) ?? "" }),
    };
    const original = new AbortController();
    const stopping: CasScript = {
      ...script,
      send: (body, nth) => {
        if (nth === sentByOriginal) original.abort(new Error("The machine is gone"));
        return script.send?.(body, nth) ?? Promise.reject(new Error("No script"));
      },
    };
    if (sentByOriginal > 0) {
      const sending = desk.deliver(createScriptedCas(stopping), { signal: original.signal });
      await expect(sending).rejects.toMatchObject({ code: "interrupted" });
    }
    expect(arrived).toHaveLength(sentByOriginal);

    await adoptLedger(copy, desk.clock.now(), "anna");
    expect(verifyLedger(copy).damages).toEqual([]);
    const ledger = await openSqliteLedger(copy, { clock: desk.clock });
    const books = ledger.books("simulator", "tenant");
    await books.acquireLease(holder, 60_000);
    const summary = await desk.deliver(createScriptedCas(script), { books });
    expect(summary).toMatchObject({ unknown: 0, unsent: 0 });
    expect(arrived).toEqual(sentInAll);
    const [history] = await books.shipmentHistories("S-1");
    expect(history?.versions.map(({ state }) => state)).toEqual(["held", "accepted"]);
    await ledger.close();
    expect(verifyLedger(copy).damages).toEqual([]);
  },
);
