import { EXIT } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";

/** The result of a command that is about no spreadsheets. */
export function plainResult(
  summary: CommandResult["summary"],
  more: CommandResult["more"],
  next: CommandResult["next"] = [],
  exitCode: number = EXIT.done,
): CommandResult {
  return {
    exitCode,
    runId: null,
    files: [],
    findings: [],
    attention: [],
    next,
    summary,
    error: null,
    more,
  };
}
