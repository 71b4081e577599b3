// Metrics at the end of a command, also of one that fails: what monitors see must not be older than what happened. A
// file that cannot be written is told, and changes nothing of what the command did: its age shows that it is stale.
import { metricsTarget, type SettingsFlags } from "../flags/settings.ts";
import type { CommandContext } from "./run-command.ts";

export async function withMetrics<Result>(
  flags: SettingsFlags,
  context: CommandContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const target = await metricsTarget(flags, context.variables);
  if (target === null) return work();
  try {
    return await work();
  } finally {
    try {
      const { writeMetrics } = await import("../../runs/metrics.ts");
      const fault = await writeMetrics(target.path, target.ledgerPath, context);
      if (fault !== null) context.log("warn", `The metrics tell nothing: ${wordsOf(fault)}`);
    } catch (error) {
      context.log("warn", `The metrics are not renewed: ${wordsOf(error)}`);
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
