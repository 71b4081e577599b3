// One shipment's life, from the ledger alone: CAS is not asked.
import type { Environment } from "../core/shipment.ts";
import type { ShipmentHistory } from "../ledger/contract/history.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";

/** One shipment's life, and in whose books it stands. */
export interface TenantHistory extends ShipmentHistory {
  readonly environment: Environment;
  readonly tenant: string;
  /** Whether it was the simulator that it was sent to: nothing of it was filed. */
  readonly simulated: boolean;
}

/** What the ledger knows of an external reference, in all tenants of an environment. */
export async function explain(
  ledgerPath: string,
  environment: Environment,
  externalReference: string,
): Promise<readonly TenantHistory[]> {
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const found: TenantHistory[] = [];
    for (const tenant of await ledger.tenants(environment)) {
      const histories = await ledger
        .books(environment, tenant)
        .shipmentHistories(externalReference);
      found.push(
        ...histories.map((history) => ({
          tenant,
          environment,
          simulated:
            environment === "simulator" || history.lines.some(({ simulated }) => simulated),
          ...history,
        })),
      );
    }
    return found;
  } finally {
    await ledger.close();
  }
}
