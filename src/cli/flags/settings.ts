// Flag > environment variable > cas-batch.yaml > default, resolved once into what the pipeline
// takes. The environment is never defaulted: a run that thinks it filed with customs and did not is
// the worst lie.
import { dirname, resolve } from "node:path";
import type { CasSettings } from "../../cas/cas-settings.ts";
import { statusMeaning } from "../../core/declaration-statuses.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { Environment } from "../../core/shipment.ts";
import type { PipelineSettings } from "../../runs/session.ts";
import { defaultReconcileSettings } from "../../reconcile/reconcile.ts";
import { defaultDeliverSettings } from "../../submit/deliver.ts";
import { parseDurationMs } from "../../core/duration.ts";
import { casSettings, simulatorSettings, type SettingsNote } from "./cas-address.ts";
import { filled, loadConfig, type LoadedConfig } from "./config-file.ts";
import type { ConfigFile } from "./config-schema.ts";
import { configuredLedgerPlace, defaultLedgerPlace, type LedgerPlace } from "./ledger-place.ts";

const ENVIRONMENTS = [
  "production",
  "acceptance",
  "simulator",
] as const satisfies readonly Environment[];

/** Requests per second to CAS. No limit is published (cas-api, Rate limits), so this is modest. */
const DEFAULT_RATE_PER_SECOND = 10;
const DEFAULT_CONCURRENCY = 8;
const CONCURRENCY_MAX = 256;

/**
 * How long CAS is asked about what a new ledger has never sent. Source: assumed; the supplementary
 * declarations and corrections of a quarter fall into it (docs/decisions/0013).
 */
const NEW_LEDGER_MS = 90 * 86_400_000;

/** How long `run` follows declarations before it reports; customs often takes longer. */
const WAIT_MS: Readonly<Record<Environment, number>> = {
  production: 600_000,
  acceptance: 600_000,
  simulator: 60_000,
};
const QUIET_MS: Readonly<Record<Environment, number>> = {
  production: 120_000,
  acceptance: 120_000,
  simulator: 4_000,
};
const POLL_DELAY_MS: Readonly<Record<Environment, number>> = {
  production: 30_000,
  acceptance: 15_000,
  simulator: 500,
};
/** A simulator on this machine shows a message at once, so it is asked sooner than CAS. */
const SIMULATOR_SETTLE_DELAYS_MS = [200, 1_000, 2_000] as const;

const SIMULATOR_TIME_SCALE = 5;

/** What of the command line bears on settings; a command that has no such flag leaves it out. */
export interface SettingsFlags {
  readonly env?: string | undefined;
  readonly config?: string | undefined;
  readonly ledger?: string | undefined;
  readonly createLedger?: boolean | undefined;
  readonly out?: string | undefined;
  readonly rate?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly wait?: string | boolean | undefined;
}

export interface Settings {
  readonly pipeline: PipelineSettings;
  /** Where runs write their reports. */
  readonly outDirectory: string;
  /** Set when no simulator address was configured, so one is started inside this process. */
  readonly embeddedSimulator: EmbeddedSimulatorSettings | null;
  /** What a person should know about the choice of an address. */
  readonly notes: readonly SettingsNote[];
}

export interface EmbeddedSimulatorSettings {
  readonly stateFile: string;
  readonly timeScale: number;
  readonly port: number;
}

/** @throws CasBatchError for every setting that is missing or cannot be used */
export async function resolveSettings(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<Settings> {
  const loaded = await loadConfig(flags, variables);
  const { config } = loaded;
  const environment = chooseEnvironment(flags, variables, config);
  const { path: ledgerPath, why, isNamed } = ledgerOf(environment, flags, variables, loaded);
  const { cas, notes } =
    environment === "simulator"
      ? simulatorSettings(variables, config)
      : casSettings(environment, variables, config);
  const isEmbedded = environment === "simulator" && cas.apiUrl === "";
  const accepted = config.statuses?.acceptedAndBeyond.map((status) => status.toLowerCase());
  return {
    pipeline: {
      environment,
      cas: {
        ...cas,
        ...timeoutsOf(config),
        connectionsMax: concurrencyOf(flags, config),
      },
      ledgerPath,
      ...(why === null ? {} : { ledgerPlace: why }),
      ledgerMayBegin: !isNamed || flags.createLedger === true,
      newLedgerMs: config.newLedger?.askFor ?? NEW_LEDGER_MS,
      ratePerSecond: rateOf(flags, config, isEmbedded),
      deliver: {
        ...defaultDeliverSettings,
        concurrency: concurrencyOf(flags, config),
        ...settleDelays(environment, config),
      },
      reconcile: defaultReconcileSettings,
      wait: {
        pollDelayMs: POLL_DELAY_MS[environment],
        quietMs: QUIET_MS[environment],
        waitMsMax: waitMsOf(flags.wait) ?? config.wait ?? WAIT_MS[environment],
      },
      acceptedAndBeyond:
        accepted === undefined
          ? (status) => statusMeaning(status).acceptedAndBeyond
          : (status) => accepted.includes(status.toLowerCase()),
    },
    outDirectory: resolve(flags.out ?? config.out ?? "out"),
    embeddedSimulator: isEmbedded
      ? {
          stateFile: resolve(dirname(ledgerPath), "simulator.jsonl"),
          timeScale: config.simulator?.timeScale ?? SIMULATOR_TIME_SCALE,
          port: config.simulator?.port ?? 0,
        }
      : null,
    notes,
  };
}

/** What a command needs that only reads the ledger: no credentials, no CAS. */
export async function ledgerPathOf(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<{ readonly environment: Environment; readonly ledgerPath: string }> {
  const loaded = await loadConfig(flags, variables);
  const environment = chooseEnvironment(flags, variables, loaded.config);
  return { environment, ledgerPath: ledgerOf(environment, flags, variables, loaded).path };
}

/** What a command needs that looks after a ledger: one that is named stands for all environments. */
export async function caredLedgerPath(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<string> {
  const loaded = await loadConfig(flags, variables);
  const named = namedLedger(flags, variables, loaded);
  if (named !== null) return named.path;
  const environment = chooseEnvironment(flags, variables, loaded.config);
  return defaultLedgerPlace(environment, { variables }).path;
}

/** Begun without a word only where no one named it: a ledger that is named and missing was lost. */
function ledgerOf(
  environment: Environment,
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
  loaded: LoadedConfig,
): LedgerPlace {
  return namedLedger(flags, variables, loaded) ?? defaultLedgerPlace(environment, { variables });
}

function namedLedger(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
  { config, folder }: LoadedConfig,
): LedgerPlace | null {
  const named = flags.ledger ?? filled(variables["CAS_LEDGER"]);
  if (named !== undefined) return { path: resolve(named), why: null, isNamed: true };
  return config.ledger === undefined ? null : configuredLedgerPlace(config.ledger, folder);
}

function chooseEnvironment(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
  config: ConfigFile,
): Environment {
  const named = flags.env ?? filled(variables["CAS_ENV"]) ?? config.environment;
  if (named === undefined) {
    throw new CasBatchError("configuration-invalid", "No environment was chosen", {
      hint: "Add --env simulator to rehearse, --env acceptance to test, or --env production to file with customs",
    });
  }
  const environment = ENVIRONMENTS.find((known) => known === named);
  if (environment === undefined) {
    throw new CasBatchError(
      "configuration-invalid",
      `"${named}" is no environment; it can be ${ENVIRONMENTS.join(", ")}`,
    );
  }
  return environment;
}

function timeoutsOf({
  timeouts: { connect, answer, body } = {},
}: ConfigFile): Partial<CasSettings> {
  return {
    ...(connect === undefined ? {} : { connectTimeoutMs: connect }),
    ...(answer === undefined ? {} : { answerTimeoutMs: answer }),
    ...(body === undefined ? {} : { bodyTimeoutMs: body }),
  };
}

/** The embedded simulator is ours and needs no sparing, unless a rate was asked for. */
function rateOf(flags: SettingsFlags, config: ConfigFile, isEmbedded: boolean): number {
  const asked = flags.rate ?? config.rate;
  if (asked !== undefined && !(asked > 0)) {
    throw new CasBatchError(
      "configuration-invalid",
      `--rate ${String(asked)} is no rate; give the requests per second, such as 10`,
    );
  }
  return asked ?? (isEmbedded ? Infinity : DEFAULT_RATE_PER_SECOND);
}

function concurrencyOf(flags: SettingsFlags, config: ConfigFile): number {
  const asked = flags.concurrency ?? config.concurrency ?? DEFAULT_CONCURRENCY;
  if (Number.isInteger(asked) && asked >= 1 && asked <= CONCURRENCY_MAX) return asked;
  throw new CasBatchError(
    "configuration-invalid",
    `--concurrency ${String(asked)} cannot be used; give a whole number from 1 to ${String(CONCURRENCY_MAX)}`,
  );
}

function settleDelays(
  environment: Environment,
  config: ConfigFile,
): { readonly settleDelaysMs?: readonly number[] } {
  if (config.settle !== undefined) return { settleDelaysMs: config.settle.delays };
  return environment === "simulator" ? { settleDelaysMs: SIMULATOR_SETTLE_DELAYS_MS } : {};
}

/**
 * How long a command stays when its own work is done (`--wait`): `run` for what customs says, `submit` for
 * another run that is sending. Unit: milliseconds; undefined for as long as without the flag.
 * @param wait `--no-wait` gives false; `--wait` without a duration in `submit`, "true"
 * @throws CasBatchError `configuration-invalid`
 */
export function waitMsOf(wait: string | boolean | undefined): number | undefined {
  if (wait === undefined || wait === "true") return undefined;
  const durationMs = wait === false || wait === "false" ? 0 : parseDurationMs(String(wait));
  if (durationMs !== null) return durationMs;
  throw new CasBatchError(
    "configuration-invalid",
    `--wait ${String(wait)} is no duration; write it like 30s, 10m or 2h`,
  );
}
