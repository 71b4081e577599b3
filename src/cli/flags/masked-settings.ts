// The settings as support may see them: numbers, switches and words of ours as they are; of everything else only that it
// is set, and what kind of a thing it is. What this table does not name is not shown, so that a new setting with a
// secret in it cannot be forgotten here.
import { existsSync } from "node:fs";
import { extname, isAbsolute } from "node:path";
import { isHostOfCas } from "../../cas/environment-of-address.ts";
import { filled, loadConfig } from "./config-file.ts";

type Masking = "text" | "path" | "address" | Readonly<{ [Name in string]: Masking }>;

/** Numbers and switches need no entry; a member that is not named here, or whose entry is missing, is only "set". */
const SHOWN: Readonly<Record<string, Masking>> = {
  environment: "text",
  clientSecretFile: "path",
  apiUrl: "address",
  tokenUrl: "address",
  ledger: "path",
  newLedger: { otherKinds: "text" },
  out: "path",
  metrics: "path",
  originals: "path",
  timeZone: "text",
  files: {},
  rate: {},
  concurrency: {},
  timeouts: {},
  wait: {},
  reconcile: {},
  documents: { missingFiles: "text" },
  retention: {},
  settle: { delays: {} },
  changes: {},
  limits: {},
  simulator: {},
};

const VARIABLES = [
  ...["CAS_ENV", "CAS_CLIENT_ID", "CAS_CLIENT_SECRET", "CAS_CLIENT_SECRET_FILE", "CAS_API_URL"],
  ...["CAS_TOKEN_URL", "CAS_SCOPE", "CAS_LEDGER", "CAS_CONFIG", "CREDENTIALS_DIRECTORY"],
  ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "NODE_USE_ENV_PROXY", "SSL_CERT_FILE"],
  ...["TZ", "LANG", "LC_ALL", "NO_COLOR", "FORCE_COLOR", "CI"],
];
const SET = "[set]";

/** Shape: as `cas-batch.yaml`, and the names of the environment variables that are set. */
export async function maskedSettings(
  flags: { readonly config?: string | undefined },
  variables: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, unknown>>> {
  const set = VARIABLES.filter((name) => filled(variables[name]) !== undefined);
  const { config, file } = await loadConfig(flags, variables);
  const mode = file === null ? null : (file.stats.mode & 0o777).toString(8);
  return {
    variables: set,
    file: file === null ? null : { sizeBytes: file.stats.size, mode },
    settings: Object.fromEntries(
      Object.entries(config).map(([name, value]) => [name, masked(value, SHOWN[name] ?? null)]),
    ),
  };
}

/** @param masking null: only whether it is set */
function masked(value: unknown, masking: Masking | null): unknown {
  if (value === undefined || value === null || masking === null) return SET;
  if (Array.isArray(value)) return value.map((one: unknown) => masked(one, masking));
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return maskedText(value, masking);
  if (typeof value !== "object" || typeof masking !== "object") return SET;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === "object" && masking[name] === undefined
        ? SET
        : masked(member, masking[name] ?? {}),
    ]),
  );
}

function maskedText(text: string, masking: Masking): unknown {
  switch (masking) {
    case "text":
      return text;
    case "path":
      return {
        path: isAbsolute(text) ? "[absolute]" : "[relative]",
        ...(/^\.[a-z]{1,6}$/.test(extname(text)) ? { ending: extname(text) } : {}),
        ...(isAbsolute(text) ? { isThere: existsSync(text) } : {}),
      };
    case "address":
      return isHostOfCas(text)
        ? new URL(text).origin
        : `${URL.parse(text)?.protocol ?? ""}//[another host]`;
    default:
      return SET;
  }
}
