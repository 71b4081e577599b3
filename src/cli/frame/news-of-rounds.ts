// Whether a round of `run --watch` has anything to tell: rounds come every hour, and what waits for a person waits for
// days.
import type { Clock } from "../../core/time/clock.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";

const DAY_MS = 86_400_000;

/** What is open in earlier files, and nothing else, is news when it has changed, and once a day. */
export function newsOfRounds({ monotonicMs }: Pick<Clock, "monotonicMs">) {
  let told: string | null = null;
  let toldMs = -Infinity;
  return (result: Pick<CommandResult, "exitCode" | "files" | "more">): boolean => {
    const open = onlyEarlier(result);
    const nowMs = monotonicMs();
    if (open !== null && open === told && nowMs - toldMs < DAY_MS) return false;
    told = open;
    toldMs = nowMs;
    return true;
  };
}

/** What it says of earlier files; null where it says anything else. */
function onlyEarlier({
  exitCode,
  files,
  more,
}: Pick<CommandResult, "exitCode" | "files" | "more">): string | null {
  const { actions = [] } = more as {
    readonly actions?: readonly Readonly<Record<string, unknown>>[];
  };
  const [action] = actions;
  const isAlone = exitCode === EXIT.someFailed && files.length === 0 && actions.length === 1;
  return isAlone && action?.["code"] === "earlier-open" ? String(action["reason"]) : null;
}
