// A reconcile that its bounds cut short, in the result, in the exit code and in the report.
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Gap } from "../../src/core/gap.ts";
import { follow } from "../../src/pipeline.ts";
import type { ReconcileSettings } from "../../src/reconcile/reconcile.ts";
import { report } from "../../src/runs/reporting.ts";
import { exitCodeOfReconcile } from "../../src/runs/result/exit-code.ts";
import { factLines } from "../../src/cli/words/result-words.ts";
import { gapMembers, incompleteReconcile } from "../../src/runs/result/incomplete-reconcile.ts";
import { reconcileResult } from "../../src/runs/result/reconcile-result.ts";
import type { CommandResult } from "../../src/runs/result/result.ts";
import { sessionResult, writtenReport } from "../../src/runs/result/run-result.ts";
import { csvOf, openRehearsal } from "../submit/rehearsed-run.ts";
import { emptyFolder } from "../support/run-cli.ts";

const CUT = { roundsMax: 0 };

async function runResult(reconcile: Partial<ReconcileSettings>): Promise<CommandResult> {
  await using rehearsal = await openRehearsal();
  const results: CommandResult[] = [];
  await rehearsal.run(
    { "day.csv": csvOf("S-1", "Bolts") },
    {
      ...{ follow: true, reconcile },
      afterwards: async (session, sent) => {
        const written = await writtenReport(session, join(emptyFolder(), "report.xlsx"), sent);
        results.push(await sessionResult(session, sent, written));
      },
    },
  );
  const [result] = results;
  if (result === undefined) throw new Error("The run came to no end");
  return result;
}

async function reconciled(reconcile: Partial<ReconcileSettings>): Promise<CommandResult> {
  await using rehearsal = await openRehearsal();
  const results: CommandResult[] = [];
  await rehearsal.run(
    { "day.csv": csvOf("S-1", "Bolts") },
    {
      reconcile,
      afterwards: async (session) => {
        const path = join(emptyFolder(), "report.xlsx");
        const summary = await follow(session, null);
        const incomplete = incompleteReconcile(summary.gaps, []);
        const written = await report(session, path, { latest: true }, incomplete);
        results.push(reconcileResult(session, summary, written));
      },
    },
  );
  const [found] = results;
  if (found === undefined) throw new Error("Nothing was reconciled");
  return found;
}

test("run ends with exit code 5 when its reconcile was incomplete, and says why", async () => {
  const result = await runResult(CUT);
  expect(result.exitCode).toBe(5);
  expect(result.summary.flatMap(factLines).join("\n")).toMatch(
    /^INCOMPLETE: The search .* not read to its end/m,
  );
  expect(result.next).toEqual([{ code: "reconcile", because: "incomplete" }]);
  expect(result.more["notLookedAt"]).toHaveLength(1);
});

test("run ends with exit code 0 when its reconcile was complete", async () => {
  const result = await runResult({});
  expect(result).toMatchObject({ exitCode: 0, more: { notLookedAt: [], readLater: [] } });
  const time = expect.stringMatching(/^20.*Z$/) as string;
  expect(result.more).toMatchObject({
    ...{ completeUpTo: time, lookedBackUntil: time },
    byReference: { waiting: 0 },
  });
});

test("reconcile ends with exit code 5 when it was incomplete, and says why", async () => {
  const result = await reconciled(CUT);
  expect(result.exitCode).toBe(5);
  expect(result.summary.flatMap(factLines).join("\n")).toMatch(/^INCOMPLETE: The search/m);
  expect(result.next[0]).toEqual({ code: "reconcile", because: "incomplete" });
  expect(result.more).toMatchObject({
    completeUpTo: null,
    notLookedAt: [expect.stringContaining("not read to its end") as string],
  });
});

test("reconcile ends with exit code 0 when it was complete", async () => {
  const result = await reconciled({});
  expect(result).toMatchObject({ exitCode: 0, next: [], more: { notLookedAt: [] } });
});

test("gapMembers() names what a later reconcile goes on with apart from what is in doubt", () => {
  const shipments = { code: "shipments-not-asked", count: 2, since: "2026-11-20T12:00:00.000Z" };
  const gaps = [{ code: "search-cut" }, shipments, { code: "look-back-cut" }] as readonly Gap[];
  expect(gapMembers(gaps)).toMatchObject({
    notLookedAt: [expect.stringContaining("not read to its end") as string],
    readLater: [
      expect.stringContaining("2026-11-20") as string,
      expect.stringContaining("was not read again") as string,
    ],
  });
});

test.each<[readonly Gap[], number, number]>([
  [[], 0, 0],
  [[], 4, 4],
  [[{ code: "search-cut" }], 0, 5],
  [[{ code: "search-cut" }], 4, 5],
  [[{ code: "search-cut" }], 6, 6],
])("exitCodeOfReconcile(%j, %i) is %i", (gaps, otherwise, expected) => {
  expect(exitCodeOfReconcile(gaps, otherwise)).toBe(expected);
});

test("incompleteReconcile() is the reason that stands on the report's first line", () => {
  expect(incompleteReconcile([], [])).toBeNull();
  const gaps = [
    { code: "shipments-not-searched", count: 1 },
    { code: "declarations-cut", count: 2 },
  ] as const;
  expect(incompleteReconcile(gaps, ["a.csv"])).toEqual({
    reason:
      "The reconcile was incomplete. 1 shipment was not searched for by its reference. 2 shipments have more declarations than were read",
    filesNotRead: ["a.csv"],
  });
});
