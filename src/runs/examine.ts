// What `doctor` checks: CAS and the ledger, each question by itself.
import type { CasSettings } from "../cas/cas-settings.ts";
import type { ListenerView } from "../ledger/contract/notifications.ts";
import { createCasClient } from "../cas/http-cas-client.ts";
import {
  openLedger,
  type LedgerSettings,
  type PipelineSettings,
  type Surroundings,
} from "./session.ts";
import { createThrottle } from "../cas/throttle/throttle.ts";
import { throttledClient } from "../cas/throttle/throttled-client.ts";

/** The questions to CAS; each can be asked even when another one failed. */
export function examine(cas: CasSettings, settings: PipelineSettings, surroundings: Surroundings) {
  const { clock, random, log, signal } = surroundings;
  const throttle = createThrottle({ ratePerSecond: settings.ratePerSecond, clock });
  const direct = createCasClient(cas, { clock, log });
  const client = throttledClient(direct, { throttle, clock, random, log });
  return {
    authorization: () => client.authorizationStatus({ signal }),
    /** Unit: milliseconds that our clock is ahead of that of CAS; null when CAS does not show its time. */
    clockSkewMs: async (): Promise<number | null> => {
      const { serverTime } = await client.searchDeclarations(
        {},
        { limit: 1, offset: 0 },
        { signal },
      );
      return serverTime === null ? null : clock.now().getTime() - Date.parse(serverTime);
    },
    close: () => client.close(),
  };
}

/**
 * Opens the ledger and closes it again; returns the warnings about its place.
 * @throws CasBatchError when it cannot be used, or cannot be sent from
 */
export async function examineLedger(
  settings: LedgerSettings & Pick<PipelineSettings, "environment">,
): Promise<{ readonly warnings: readonly string[]; readonly listener: ListenerView | null }> {
  const ledger = await openLedger(settings);
  try {
    await ledger.assertAtHome();
    const listeners: ListenerView[] = [];
    for (const tenant of await ledger.tenants(settings.environment)) {
      const last = await ledger.books(settings.environment, tenant).lastListener();
      if (last !== null) listeners.push(last);
    }
    const [listener = null] = listeners.sort(
      (left, right) => right.aliveAt.getTime() - left.aliveAt.getTime(),
    );
    return { warnings: ledger.warnings, listener };
  } finally {
    await ledger.close();
  }
}
