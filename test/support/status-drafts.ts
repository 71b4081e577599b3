// A status of books with everything in it, for tests of what is made from it.
import { openKinds } from "../../src/core/open-kinds.ts";
import type { StatusOfBooks } from "../../src/ledger/contract/status.ts";
import { minutesAfterNoon, NOON } from "./ledger-drafts.ts";

export function statusDraft(changes: Partial<StatusOfBooks> = {}): StatusOfBooks {
  const nothing = { count: 0, since: null };
  const run = {
    ...{ runId: "run-1", startedAt: NOON, finishedAt: minutesAfterNoon(2) },
    ...{ exitCode: 4, simulated: false },
  };
  return {
    environment: "production",
    tenant: "ACME",
    shipments: 12,
    open: {
      ...(Object.fromEntries(openKinds.map((kind) => [kind, nothing])) as StatusOfBooks["open"]),
      refused: { count: 3, since: NOON },
    },
    leftToPerson: 1,
    withoutDeclaration: { count: 2, since: NOON },
    declarations: { Released: 5, released: 1, CustomsError: 2, "Nobody knows it": 7 },
    notInFiles: 4,
    notifications: { received: 1, unmatched: 2, lastReceivedAt: NOON },
    completeUpTo: "2026-11-20T11:58:00.000Z",
    waitUntil: NOON,
    sender: {
      ...{ holderId: "run-1", processId: 4711, hostName: "host", command: "run", epoch: 3 },
      since: NOON,
    },
    listener: { address: "http://[::]:8085", startedAt: NOON, aliveAt: NOON, hasEnded: false },
    lastRuns: [{ command: "run", last: run, lastEnded: run, lastGood: run }],
    runCounts: [
      { command: "run", exitCode: 4, count: 9 },
      { command: "run", exitCode: null, count: 1 },
    ],
    ...changes,
  };
}
