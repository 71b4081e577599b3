// One shipment's life, from the ledger alone: CAS is not asked.
import { correctionsOf, type AllowedIn, type Correction } from "../core/codes/change-rules.ts";
import type { Environment } from "../core/shipment.ts";
import type { AttachmentRecord } from "../ledger/contract/attachments.ts";
import type { RecordedChange } from "../ledger/contract/changes.ts";
import type { ShipmentHistory } from "../ledger/contract/history.ts";
import type { NotificationPage } from "../ledger/contract/notifications.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";

const NOTIFICATIONS_SHOWN_MAX = 20;

interface DeclarationCorrections {
  readonly declarationId: string;
  readonly allowed: readonly Correction[];
}

/** One shipment's life, and in whose books it stands. */
export interface TenantHistory extends ShipmentHistory {
  readonly environment: Environment;
  readonly corrections: readonly DeclarationCorrections[];
  readonly tenant: string;
  /** Whether it was the simulator that it was sent to: nothing of it was filed. */
  readonly simulated: boolean;
  /** The documents of its declarations, as far as they were listed. */
  readonly attachments: readonly AttachmentRecord[];
  /** What CAS told of its messages and declarations, newest first. */
  readonly notifications: NotificationPage;
  /** What a person changed in its declarations by hand, oldest first. */
  readonly changes: readonly RecordedChange[];
}

/** What the ledger knows of an external reference, in all tenants of an environment. */
export async function explain(
  ledgerPath: string,
  environment: Environment,
  externalReference: string,
  allowedIn: AllowedIn = {},
): Promise<readonly TenantHistory[]> {
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const found: TenantHistory[] = [];
    for (const tenant of await ledger.tenants(environment)) {
      const books = ledger.books(environment, tenant);
      for (const history of await books.shipmentHistories(externalReference)) {
        const attachments: AttachmentRecord[] = [];
        const declarationIds = history.declarations.map(({ declarationId }) => declarationId);
        const referenceIds = history.versions.flatMap(({ referenceId }) => referenceId ?? []);
        for (const id of declarationIds) {
          attachments.push(...(await books.attachmentsOf({ kind: "declaration", id })));
        }
        found.push({
          tenant,
          environment,
          simulated:
            environment === "simulator" || history.lines.some(({ simulated }) => simulated),
          ...history,
          attachments,
          corrections: history.declarations.map(({ declarationId, summary }) => ({
            declarationId,
            allowed: correctionsOf(summary, history.key, environment, allowedIn),
          })),
          notifications: await books.notifications({
            about: { declarationIds, referenceIds },
            limit: NOTIFICATIONS_SHOWN_MAX,
          }),
          changes: await books.changesOf(declarationIds),
        });
      }
    }
    return found;
  } finally {
    await ledger.close();
  }
}
