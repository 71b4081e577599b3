// An error as a result shows it: what happened, and the next step.
import { CasBatchError } from "../../core/errors.ts";
import { EXIT } from "./exit-code.ts";
import type { CommandError } from "./result.ts";

export function describeError(error: unknown, exitCode: number): CommandError {
  if (error instanceof CasBatchError) {
    const { code, message, mistakes, hint } = error;
    return { code, message, ...(mistakes === null ? {} : { mistakes }), hint };
  }
  if (exitCode === EXIT.interrupted || exitCode === EXIT.terminated) {
    return {
      code: "interrupted",
      message: "Stopped before the work was done",
      hint: "Nothing is lost: run the same command again; it goes on where this one stopped",
    };
  }
  return {
    code: "unexpected",
    message: `A fault in cas-batch itself: ${error instanceof Error ? error.message : String(error)}`,
    hint: "Please report this with the lines below; nothing is lost, `cas-batch resume` goes on",
  };
}

/** The stack of an error with those of its causes, to find the fault. */
export function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    lines.push(`${depth === 0 ? "" : "caused by "}${at.stack ?? at.message}`);
  }
  return lines.join("\n");
}
