// Summaries of runs for tests of hooks.
import type { RunSummary } from "../../src/hooks/run-summary.ts";

const AT = new Date("2026-11-29T02:00:00Z");

export function summary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    ...{ command: "run", environment: "production", simulated: false, isTest: false },
    ...{ tenant: "ACME", runId: "20261129T020000Z-3f2a", exitCode: 4, weight: "action" },
    meaning: "finished, some rows or shipments need a person",
    ...{ startedAt: AT, endedAt: new Date(AT.getTime() + 61_000), timeZone: "Europe/Brussels" },
    ...{ hostName: "customs1", lines: ["3 shipments: 2 accepted by CAS, 1 invalid"] },
    actions: [
      { what: "Not sent: errors in the file", reference: "PO-1", place: null, nextStep: "Mend it" },
    ],
    ...{ actionCount: 1, next: ["Open the report"], error: null, document: "{}\n" },
    report: { workbook: null, page: null, twin: null, link: null },
    ...changes,
  };
}
