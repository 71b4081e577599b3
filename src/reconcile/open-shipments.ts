import { restingStatuses } from "../core/codes/declaration-statuses.ts";
import type { Clock } from "../core/time/clock.ts";
import type { OpenShipmentOptions } from "../ledger/contract/declarations.ts";

/**
 * When CAS has not updated a declaration for so long after it accepted a change, it is not waited for any
 * more: nothing had to change, or the clock of CAS is behind. Source: assumed.
 */
const CHANGE_SEEN_MAX_MS = 24 * 3_600_000;

/** Which shipments are open: the accepted ones whose declarations can still move. */
export function openNow(clock: Clock): OpenShipmentOptions {
  return { restingStatuses, changedSince: new Date(clock.now().getTime() - CHANGE_SEEN_MAX_MS) };
}
