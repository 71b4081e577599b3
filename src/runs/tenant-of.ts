// Whose books are meant, where CAS is not asked whose credentials these are.
import { CasBatchError } from "../core/errors.ts";
import type { Environment } from "../core/shipment.ts";
import type { SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";

export interface WhoseBooks {
  readonly environment: Environment;
  readonly ledgerPath: string;
  /** Null: of the only tenant that the ledger has books of. */
  readonly tenant: string | null;
}

/**
 * Empty when the ledger has books of no tenant.
 * @throws CasBatchError `usage` when there are several, or none of that name
 */
export async function tenantOf(
  ledger: Pick<SqliteLedger, "tenants">,
  { environment, tenant, ledgerPath }: WhoseBooks,
): Promise<string> {
  const known = await ledger.tenants(environment);
  const [only = "", another] = known;
  if (tenant !== null) {
    if (known.length === 0 || known.includes(tenant)) return tenant;
    throw whichTenant(
      `The ledger ${ledgerPath} has no books of tenant ${tenant}`,
      environment,
      known,
    );
  }
  if (another === undefined) return only;
  throw whichTenant(
    `The ledger ${ledgerPath} has the books of several tenants`,
    environment,
    known,
  );
}

function whichTenant(
  what: string,
  environment: Environment,
  known: readonly string[],
): CasBatchError {
  return new CasBatchError("usage", `${what} for ${environment}: ${known.join(", ")}`, {
    hint: "CAS is not asked whose credentials these are: name the tenant with --tenant",
  });
}
