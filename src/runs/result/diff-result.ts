// The result of `cas-batch report diff`.
import { changeRecord } from "../../report/status-report.ts";
import type { ChangeView } from "../../ledger/contract/learned.ts";
import type { Moment, ReportDiff } from "../report-diff.ts";
import { EXIT } from "./exit-code.ts";
import type { Batches, CommandResult } from "./result.ts";

/** @param words the changes in words, for people; null for programs */
export function diffResult(
  { tenant, from, to, changes }: ReportDiff,
  words: readonly string[] | null,
): CommandResult {
  return {
    exitCode: EXIT.done,
    runId: null,
    files: [],
    findings: [],
    attention: [],
    summary: words ?? [],
    next: [],
    error: null,
    more: { tenant, from: momentMembers(from), to: momentMembers(to) },
    ...(words === null ? { list: { name: "changes", elements: recordsOf(changes) } } : {}),
  };
}

function momentMembers({ at, learnedUpTo, words }: Moment): object {
  return { at, learnedUpTo, of: words };
}

async function* recordsOf(changes: Batches<ChangeView>): AsyncIterable<readonly object[]> {
  for await (const some of changes) yield some.map(changeRecord);
}
