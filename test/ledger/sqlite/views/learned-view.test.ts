// What changed between reports, by what the ledger had learned at each: nothing falls between two reports that follow
// each other, and nothing stands in two.
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerBooks } from "../../../../src/ledger/ledger.ts";
import { mergeWaiting } from "../../../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../../../src/notifications/receiver/keep-notification.ts";
import { eventBody, statusChanged } from "../../../notifications/events.ts";
import {
  acceptAll,
  claimOptions,
  collected,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";
import { textReason } from "../../../support/reasons.ts";

const { signal } = new AbortController();
const STATUSES = ["New", "Submitted", "Accepted", "Released", "Cancelled"];

type Step =
  | {
      readonly kind: "search" | "event";
      readonly d: number;
      readonly status: number;
      readonly minute: number;
    }
  | { readonly kind: "file" | "accept" | "lose" | "report" };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom("search" as const, "event" as const),
      d: fc.nat(2),
      status: fc.nat(STATUSES.length - 1),
      minute: fc.nat(60),
    }),
    fc.record({ kind: fc.constantFrom("file", "accept", "lose", "report") }),
  ),
  { minLength: 5, maxLength: 30 },
);

/** Everything that the books show of declarations and outcomes, by name. */
async function stateOf(books: LedgerBooks): Promise<Map<string, string>> {
  const declarations = [
    ...(await collected(books.declarations({ latest: true }))),
    ...(await collected(books.unexplainedDeclarations())),
  ];
  const lines = await collected(books.lines({ latest: true }));
  return new Map([
    ...declarations.map((one) => [one.declarationId, one.summary.currentStatus] as const),
    ...lines.map(({ key, bucket }) => [key.externalReference, bucket] as const),
  ]);
}

async function take(books: LedgerBooks, step: Step, at: number): Promise<void> {
  switch (step.kind) {
    case "search": {
      const status = STATUSES[step.status] ?? "";
      const observedAt = minutesAfterNoon(step.minute);
      await books.recordDeclarations([
        {
          summary: declarationSummary(`D-${String(step.d)}`, status),
          shipmentId: null,
          observedAt,
          source: "search",
        },
      ]);
      return;
    }
    case "event": {
      const status = STATUSES[step.status] ?? "";
      const time = minutesAfterNoon(step.minute).toISOString();
      const event = statusChanged(`D-${String(step.d)}`, status, time);
      const body = Buffer.from(eventBody(event));
      await books.storeNotifications([
        receivedNotification({ headers: {}, body, receivedAt: minutesAfterNoon(90) }, "ACME", null),
      ]);
      await mergeWaiting(books, { signal });
      return;
    }
    case "file": {
      const name = `file-${String(at)}`;
      await queueFile(books, [lineDraft(1, `S-${String(at)}`)], {
        batchId: name,
        fileName: `${name}.csv`,
      });
      return;
    }
    case "accept":
      await acceptAll(books);
      return;
    case "lose": {
      const messages = await books.claim(claimOptions({ limit: 1 }));
      await books.recordOutcomes(
        messages.map(({ attemptId }) => ({
          attemptId,
          at: NOON,
          kind: "unknown",
          reason: textReason("No answer"),
        })),
      );
      return;
    }
    case "report":
      return;
  }
}

test("changesBetween() holds exactly what differs between two reports, however late it was told", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const store = await makeSqliteStore();
      const ledger = await store.open();
      try {
        const books = ledger.books("simulator", "ACME");
        await startRun(books);
        let shown = await stateOf(books);
        let moment = await books.learnedUpTo();
        for (const [at, step] of [...history, { kind: "report" } as const].entries()) {
          await take(books, step, at);
          if (step.kind !== "report") continue;
          const state = await stateOf(books);
          const upTo = await books.learnedUpTo();
          const changes = await collected(books.changesBetween(moment, upTo));
          const told = changes
            .filter(({ what }) => what !== "file-read" && what !== "status-late")
            .map(({ key, declarationId, before, after, isOfNewShipment }) => {
              const name = declarationId ?? key?.externalReference ?? "";
              return `${name}: ${isOfNewShipment ? "" : (before ?? "")} → ${after}`;
            });
          const moved = [...state]
            // What was only read is told as a file.
            .filter(
              ([name, now]) => shown.get(name) !== now && !(now === "unsent" && !shown.has(name)),
            )
            .map(([name, now]) => `${name}: ${shown.get(name) ?? ""} → ${now}`);
          expect(told.sort()).toEqual(moved.sort());
          compared += told.length;
          shown = state;
          moment = upTo;
        }
      } finally {
        await ledger.close();
        await store.remove();
      }
    }),
    { numRuns: 60 },
  );
  // A harness that compares nothing proves nothing.
  expect(compared).toBeGreaterThan(50);
}, 240_000);

test("learnedAt() divides what was learned into before and after, also when the clock was put back", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  for (let d = 0; d < 12; d += 1) {
    await take(books, { kind: "search", d, status: 0, minute: d }, d);
  }
  const database = new Database(store.path);
  const hours = [1, 2, 3, 9, 10, 4, 5, 6, 6, 11, 12, 7];
  hours.forEach((hour, at) => {
    const time = new Date(NOON.getTime() + hour * 3_600_000).toISOString();
    database.prepare("UPDATE learned SET learned_at = ? WHERE learned_no = ?").run(time, at + 1);
  });
  database.close();
  const cuts = [0, 2.5, 5, 6, 8, 9.5, 11, 20];
  const moments = await Promise.all(
    cuts.map((hour) => books.learnedAt(new Date(NOON.getTime() + hour * 3_600_000))),
  );
  expect(moments).toEqual([...moments].sort((left, right) => left - right));
  const found: string[] = [];
  for (const [at, upTo] of moments.entries()) {
    const changes = await collected(books.changesBetween(moments[at - 1] ?? 0, upTo));
    found.push(...changes.map(({ declarationId }) => declarationId ?? ""));
  }
  expect(found.sort()).toEqual(Array.from({ length: 12 }, (_, d) => `D-${String(d)}`).sort());
  await ledger.close();
  await store.remove();
});

test("a status that is told late is a change of its own, and stands after the report before it", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await take(books, { kind: "search", d: 1, status: 3, minute: 30 }, 0);
  const report = await books.learnedUpTo();
  await take(books, { kind: "event", d: 1, status: 1, minute: 5 }, 1);
  const changes = await collected(books.changesBetween(report, await books.learnedUpTo()));
  expect(changes).toMatchObject([
    { what: "status-late", declarationId: "D-1", after: "Submitted" },
  ]);
  await ledger.close();
  await store.remove();
});

test("reports are found again by scope and by run", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  expect(await books.lastReport("latest", 0)).toBeNull();
  const report = {
    runId: "run-1",
    scope: "latest" as const,
    asOf: NOON,
    learnedUpTo: 0,
    files: [{ path: "/out/status-report.xlsx", sizeBytes: 3, sha256: "abc" }],
  };
  await books.recordReport(report);
  expect(await books.lastReport("latest", 9)).toEqual(report);
  expect(await books.reportOfRun("run-1")).toEqual(report);
  expect(await books.lastReport("run", 9)).toBeNull();
  await ledger.close();
  await store.remove();
});

test("declarations that were new together are changes of their own, each with its first status", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const found = (of: readonly (readonly [id: string, status: string])[], minute: number) =>
    books.recordDeclarations(
      of.map(([id, status]) => ({
        summary: declarationSummary(id, status),
        shipmentId: null,
        observedAt: minutesAfterNoon(minute),
        source: "search" as const,
      })),
    );
  await found([["D-0", "New"]], 1);
  const before = await books.learnedUpTo();
  await found(
    [
      ["D-1", "New"],
      ["D-0", "Submitted"],
      ["D-2", "Accepted"],
      ["D-1", "Submitted"],
      ["D-3", "New"],
    ],
    2,
  );
  const between = await books.learnedUpTo();
  await found([["D-3", "Released"]], 3);
  const told = async (from: number, to: number) =>
    (await collected(books.changesBetween(from, to)))
      .map(({ what, declarationId, after }) => `${what} ${declarationId ?? ""} ${after}`)
      .sort();
  expect(await told(before, between)).toEqual([
    "declaration-new D-1 Submitted",
    "declaration-new D-2 Accepted",
    "declaration-new D-3 New",
    "status D-0 Submitted",
  ]);
  expect(await told(between, await books.learnedUpTo())).toEqual(["status D-3 Released"]);
  await ledger.close();
  await store.remove();
});
