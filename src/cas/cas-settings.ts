// What must be known to talk to CAS, and what is known without asking: the hosts, token addresses and
// scopes of the environments.
import type { Environment } from "../core/shipment.ts";
import { documentedEndpoints, type CasEndpoints } from "./endpoints.ts";
import { assumedFields, type AssumedFields } from "./subscription-body.ts";

export interface CasSettings {
  readonly environment: Environment;
  /** May hold a path, when a gateway of the company stands in front. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** Sent with every call of the API, not to the token endpoint. Source: assumed; none is documented. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly endpoints: CasEndpoints;
  /** Names of members that no public page shows. */
  readonly fields: AssumedFields;
  /** How long a connection, TLS and a proxy's tunnel included, may take to stand. */
  readonly connectTimeoutMs: number;
  /** From the first byte of the request to the end of the answer's headers. */
  readonly answerTimeoutMs: number;
  /** From there to the end of the body. */
  readonly bodyTimeoutMs: number;
  /** To each host. */
  readonly connectionsMax: number;
  readonly maxAnswerBytes: number;
  readonly userAgent: string;
}

/** Requests per second to CAS. No limit is published (cas-api, Rate limits), so this is modest. */
export const DEFAULT_RATE_PER_SECOND = 10;

interface CasCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The simulator has no fixed address. Source: seeds/000, step 1; Integration methods, Environments. */
const documentedAddresses = {
  production: {
    apiUrl: "https://api.customs4trade.com",
    tokenUrl: "https://login.customs4trade.com/oauth2/v2.0/token",
  },
  acceptance: {
    apiUrl: "https://api-acc.customs4trade.com",
    tokenUrl: "https://login-acc.customs4trade.com/oauth2/v2.0/token",
  },
  simulator: { apiUrl: "", tokenUrl: "" },
} as const satisfies Record<Environment, Pick<CasSettings, "apiUrl" | "tokenUrl">>;

/** Source: seeds/000, step 1: `{env}` of the scope. The simulator plays the acceptance environment. */
const scopeEnvironments = {
  production: "prd",
  acceptance: "acc",
  simulator: "acc",
} as const satisfies Record<Environment, string>;

/**
 * Settings with every default filled in. The caller puts in where the simulator is: its addresses
 * are empty here, and no client can be made of empty ones.
 */
export function defaultCasSettings(
  environment: Environment,
  credentials: CasCredentials,
): CasSettings {
  const { clientId, clientSecret } = credentials;
  return {
    environment,
    ...documentedAddresses[environment],
    clientId,
    clientSecret,
    scope: `https://c4t${scopeEnvironments[environment]}b2c.onmicrosoft.com/${clientId}/.default`,
    endpoints: documentedEndpoints,
    fields: assumedFields,
    connectTimeoutMs: 10_000,
    // Ingestion answers at once; a search over a long window may take its time.
    answerTimeoutMs: 60_000,
    bodyTimeoutMs: 60_000,
    connectionsMax: 64,
    // A hundred declarations of a thousand goods items each, with room to spare.
    maxAnswerBytes: 64 * 1024 * 1024,
    userAgent: "cas-batch",
  };
}
