// Which CAS is talked to, and as whom. An address that belongs to another environment is refused, and a
// rehearsal takes nothing that was configured for CAS.
import { defaultCasSettings, type CasSettings } from "../../cas/cas-settings.ts";
import { isHostOfCas, refuseOtherEnvironment } from "../../cas/environment-of-address.ts";
import { isLoopback, secureUrl } from "../../cas/secure-url.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { Environment } from "../../core/shipment.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import { SIMULATOR_TOKEN_PATH } from "../../core/simulator-signs.ts";
import { readClientSecret } from "./client-secret.ts";
import { whyChangeable } from "./changeable-file.ts";
import { filled, type LoadedConfig } from "./config-file.ts";
import type { ConfigFile } from "./config-schema.ts";

/** The embedded simulator's own; they open nothing else. */
export const SIMULATOR_CREDENTIALS = { clientId: "simulator", clientSecret: "simulator" } as const;

export interface SettingsNote {
  readonly level: "info" | "warn";
  readonly text: string;
}

/** A setting that was made, and where, in words. */
interface NamedSetting {
  readonly text: string;
  readonly place: string;
  /** The environment variable that overrides it. */
  readonly variable: string;
  readonly isInFile: boolean;
}

interface AddressedCas {
  readonly cas: CasSettings;
  readonly notes: readonly SettingsNote[];
}

/**
 * A rehearsal takes nothing of what was configured for CAS: no secret, client id, scope, header or
 * path, and an address only when it is on this machine; that must prove then to be the simulator.
 */
export function simulatorSettings(variables: NodeJS.ProcessEnv, config: ConfigFile): AddressedCas {
  const cas = defaultCasSettings("simulator", SIMULATOR_CREDENTIALS);
  const named = namedSetting("apiUrl", "CAS_API_URL", variables, config);
  if (named === null) return { cas, notes: [] };
  const parsed = URL.parse(named.text);
  const isOfWeb = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  if (parsed !== null && isOfWeb && !isLoopback(parsed)) {
    const text = `--env simulator does not use ${named.place} (${parsed.host}), which is not 127.0.0.1, ::1 or localhost: a simulator on this machine takes its place, and nothing is sent elsewhere`;
    return { cas, notes: [{ level: "info", text }] };
  }
  const url = secureUrl(named.text, "API address");
  // Not left to the resolver, which may answer otherwise the next time.
  if (url.protocol === "http:" && url.hostname === "localhost") url.hostname = "127.0.0.1";
  const apiUrl = url.origin + url.pathname.replace(/\/+$/, "");
  return { cas: { ...cas, apiUrl, tokenUrl: `${apiUrl}${SIMULATOR_TOKEN_PATH}` }, notes: [] };
}

/** @throws CasBatchError `config-file-unsafe` when others may have written where secrets go to */
export async function casSettings(
  environment: "production" | "acceptance",
  variables: NodeJS.ProcessEnv,
  { config, file }: LoadedConfig,
): Promise<AddressedCas> {
  const clientId = filled(variables["CAS_CLIENT_ID"]) ?? config.clientId ?? null;
  const clientSecret = await readClientSecret(variables, config.clientSecretFile);
  if (clientId === null || clientSecret === null) {
    const missing = [
      ...(clientId === null ? ["client id"] : []),
      ...(clientSecret === null ? ["client secret"] : []),
    ].join(" and no ");
    throw new CasBatchError("credentials-missing", `No ${missing} for ${environment}`);
  }
  const defaults = defaultCasSettings(environment, { clientId, clientSecret });
  const apiUrl = namedSetting("apiUrl", "CAS_API_URL", variables, config);
  const tokenUrl = namedSetting("tokenUrl", "CAS_TOKEN_URL", variables, config);
  const scope = namedSetting("scope", "CAS_SCOPE", variables, config);
  for (const named of [apiUrl, tokenUrl, scope]) {
    if (named !== null) refuseOtherEnvironment(environment, named.place, named.text);
  }
  const foreign = [tokenUrl, apiUrl].find((named) => isForeignInFile(named, variables));
  const unchecked = foreign === undefined ? [] : refuseUnsafeFile(foreign, file);
  const cas = {
    ...defaults,
    ...(apiUrl === null ? {} : { apiUrl: apiUrl.text }),
    ...(tokenUrl === null ? {} : { tokenUrl: tokenUrl.text }),
    ...(scope === null ? {} : { scope: scope.text }),
    ...(config.headers === undefined ? {} : { headers: config.headers }),
    endpoints: { ...defaults.endpoints, ...config.endpoints },
    fields: { ...defaults.fields, ...config.fields },
  };
  const notes = [apiUrl, tokenUrl].flatMap((named) =>
    writtenForAnother(environment, named, config),
  );
  return { cas, notes: [...notes, ...unchecked] };
}

/** Whether an address of the file is none of CAS, and no environment variable names its host. */
function isForeignInFile(
  named: NamedSetting | null,
  variables: NodeJS.ProcessEnv,
): named is NamedSetting {
  if (named?.isInFile !== true) return false;
  const host = URL.parse(named.text)?.host;
  const trusted = [variables["CAS_API_URL"], variables["CAS_TOKEN_URL"]].map(
    (address) => URL.parse(address ?? "")?.host,
  );
  return !isHostOfCas(named.text) && (host === undefined || !trusted.includes(host));
}

/** Whoever can write the file could have the secret and the shipments sent to themselves. */
function refuseUnsafeFile(
  { place, text, variable }: NamedSetting,
  file: LoadedConfig["file"],
): readonly SettingsNote[] {
  if (file === null) return [];
  const { path, stats } = file;
  const host = URL.parse(text)?.host ?? text;
  if (process.getuid === undefined) {
    const words = `${place} leads to ${host}; who may change ${path} cannot be checked on this system, so make sure that you alone can`;
    return [{ level: "info", text: words }];
  }
  const why = whyChangeable(stats, process.getuid());
  if (why === null) return [];
  throw new CasBatchError(
    "config-file-unsafe",
    `${path} ${why}, and its ${place.replace(" of the configuration file", "")} would send the client secret, or a token and the shipments, to ${host}`,
    {
      hint: `Run \`chmod go-w ${pastablePath(path)}\` and make the file your own, or set ${variable} to the address`,
    },
  );
}

/** A gateway's name says nothing about its environment, but what stands beside it may. */
function writtenForAnother(
  environment: Environment,
  named: NamedSetting | null,
  config: ConfigFile,
): readonly SettingsNote[] {
  const written = config.environment;
  if (named?.isInFile !== true || written === undefined || written === environment) return [];
  const host = URL.parse(named.text)?.host ?? named.text;
  const text = `${named.place} (${host}) stands beside "environment: ${written}", and this is a run for ${environment}: make sure that it leads there, or set ${named.variable}`;
  return [{ level: "warn", text }];
}

function namedSetting(
  member: "apiUrl" | "tokenUrl" | "scope",
  variable: string,
  variables: NodeJS.ProcessEnv,
  config: ConfigFile,
): NamedSetting | null {
  const direct = filled(variables[variable]);
  if (direct !== undefined) return { text: direct, place: variable, variable, isInFile: false };
  const text = config[member];
  return text === undefined
    ? null
    : { text, place: `${member} of the configuration file`, variable, isInFile: true };
}
