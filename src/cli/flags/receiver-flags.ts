// How the receiver of notifications is protected: by an API key, by tokens, or by being reached from this machine
// alone.
import type { Options } from "yargs";
import { isLoopback, secureUrl } from "../../cas/secure-url.ts";
import { CasBatchError } from "../../core/errors.ts";
import {
  apiKeyProtection,
  tokenProtection,
  type Protection,
} from "../../notifications/receiver/protection.ts";
import { isCredential, readSecret } from "./client-secret.ts";

/** Of `listen`, and of what starts it. */
export const receiverOptions = {
  host: {
    type: "string",
    default: "127.0.0.1",
    describe: "Address to listen at; other than this machine's only with a protection",
  },
  port: { type: "number", default: 8085, describe: "Port; 0 for any" },
  "api-key-header": {
    type: "string",
    describe: "Header in which CAS sends the API key, such as X-Api-Key",
  },
  "api-key-file": {
    type: "string",
    describe: "File that holds the API key; two lines while it is being changed",
  },
  jwks: {
    type: "string",
    describe: "Address of the keys of the server that gives CAS its tokens",
  },
  issuer: { type: "string", describe: "Issuer (iss) of these tokens" },
  audience: { type: "string", describe: "Audience (aud) of these tokens" },
  tenant: {
    type: "string",
    describe: "Whose notifications these are; by default as CAS says it, or the ledger",
  },
} as const satisfies Record<string, Options>;

export interface ReceiverFlags {
  readonly host: string;
  readonly apiKeyHeader?: string | undefined;
  readonly apiKeyFile?: string | undefined;
  readonly jwks?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

export interface ChosenProtection {
  /** Null: only this machine reaches the address. */
  readonly protection: Protection | null;
  /** The header that holds the API key, in lower case. */
  readonly secretHeader: string | null;
  readonly secrets: readonly string[];
  readonly words: string;
}

/** RFC 9110, 5.1. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** A shorter one can be guessed. Source: assumed. */
const KEY_LENGTH_MIN = 16;

/** @throws CasBatchError `usage`, `listen-unprotected`, `configuration-invalid`, `secret-file-unsafe` */
export async function protectionOf(flags: ReceiverFlags): Promise<ChosenProtection> {
  const { host, apiKeyHeader, apiKeyFile, jwks, issuer, audience } = flags;
  const isKey = together({ "--api-key-header": apiKeyHeader, "--api-key-file": apiKeyFile });
  const isToken = together({ "--jwks": jwks, "--issuer": issuer, "--audience": audience });
  if (isKey && isToken) {
    throw new CasBatchError("usage", "--api-key-header and --jwks exclude each other: choose one");
  }
  if (apiKeyHeader !== undefined && apiKeyFile !== undefined) {
    const keys = await keysOf(apiKeyHeader, apiKeyFile);
    const secretHeader = apiKeyHeader.toLowerCase();
    const protection = apiKeyProtection({ headerName: secretHeader, keys });
    return { protection, secretHeader, secrets: keys, words: `API key in ${apiKeyHeader}` };
  }
  if (jwks !== undefined && issuer !== undefined && audience !== undefined) {
    const jwksUrl = secureUrl(jwks, "address of the keys (--jwks)");
    const protection = tokenProtection({ jwksUrl, issuer, audience, now: Date.now });
    return { protection, secretHeader: null, secrets: [], words: `tokens of ${issuer}` };
  }
  const url = URL.parse(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (url !== null && isLoopback(url)) {
    return { protection: null, secretHeader: null, secrets: [], words: "this machine only" };
  }
  throw new CasBatchError(
    "listen-unprotected",
    `Cannot listen at ${host}: other machines reach it, and nothing was chosen that protects it`,
  );
}

/** Whether they are given. @throws CasBatchError `usage` when only some of them are */
function together(flags: Readonly<Record<string, string | undefined>>): boolean {
  const missing = Object.entries(flags).filter(([, value]) => value === undefined);
  if (missing.length === 0) return true;
  if (missing.length === Object.keys(flags).length) return false;
  const names = missing.map(([name]) => name).join(" and ");
  throw new CasBatchError(
    "usage",
    `${Object.keys(flags).join(", ")} belong together: ${names} is missing`,
  );
}

async function keysOf(headerName: string, file: string): Promise<readonly string[]> {
  if (!HEADER_NAME.test(headerName)) {
    throw new CasBatchError("usage", `--api-key-header "${headerName}" is no name of a header`);
  }
  const keys = (await readSecret(file, !isCredential(file, process.env)))
    .split(/\s*[\r\n]+\s*/)
    .filter((key) => key !== "");
  const [short] = keys.filter((key) => key.length < KEY_LENGTH_MIN);
  if (short === undefined) return keys;
  throw new CasBatchError(
    "configuration-invalid",
    `The API key in ${file} has ${String(short.length)} characters: it could be guessed`,
    {
      hint: `Make one of at least ${String(KEY_LENGTH_MIN)}: \`openssl rand -hex 32 > ${file}\`; while a key is being changed the file may hold both, one a line`,
    },
  );
}
