// `--fail-on-warning`: a run with nothing worse than warnings ends with an exit code of its own, so that a
// scheduler can stop for a person to read them.
import type { Finding } from "../../core/finding.ts";
import { EXIT } from "./exit-code.ts";
import type { Batches, CommandResult } from "./result.ts";

/** @param findings Of the run, read as far as the first warning; the result's own are for printing. */
export async function failOnWarning(
  result: CommandResult,
  isWanted: boolean,
  findings: Batches<Finding>,
): Promise<CommandResult> {
  if (!isWanted || result.exitCode !== EXIT.done) return result;
  for await (const batch of findings) {
    if (batch.some(({ severity }) => severity === "warning")) {
      return { ...result, exitCode: EXIT.onlyWarnings };
    }
  }
  return result;
}
