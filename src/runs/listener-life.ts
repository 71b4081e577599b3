import type { ListenerView } from "../ledger/contract/notifications.ts";

/** A receiver says every 30 s that it lives; a busy machine may be late. */
const ALIVE_MS_MAX = 120_000;

/** A sign of life that is still to come was written by a clock that was ahead, and proves nothing. */
export function listenerLife(
  { aliveAt, hasEnded }: ListenerView,
  now: Date,
): "alive" | "dead" | "ended" {
  if (hasEnded) return "ended";
  return Math.abs(now.getTime() - aliveAt.getTime()) <= ALIVE_MS_MAX ? "alive" : "dead";
}
