// How the books stand, for the JSON document (docs/status.md).
import { holderMembers } from "../../core/sending-words.ts";
import { listenerLife } from "../../runs/listener-life.ts";
import type { ShownStatus } from "./describe-status.ts";

export function statusMembers(
  { runCounts: _counts, oldest, sender, listener, freshness, lastRuns, ...status }: ShownStatus,
  now: Date,
): Readonly<Record<string, unknown>> {
  return {
    ...status,
    oldest,
    lastRuns: Object.fromEntries(lastRuns.map(({ command, ...runs }) => [command, runs])),
    sender: sender === null ? null : holderMembers(sender),
    listener: listener === null ? null : { ...listener, state: listenerLife(listener, now) },
    ...(freshness === null ? {} : { freshness }),
  };
}
