// Flag > environment variable > cas-batch.yaml > default, resolved once into what the pipeline
// takes. The environment is never defaulted: a run that thinks it filed with customs and did not is
// the worst lie.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import { DEFAULT_RATE_PER_SECOND } from "../../cas/cas-settings.ts";
import { CasBatchError } from "../../core/errors.ts";
import { environments, type Environment } from "../../core/shipment.ts";
import { defaultDocumentSettings } from "../../documents/document-settings.ts";
import type { DryRunSettings } from "../../runs/dry-run.ts";
import type { LedgerSettings, OriginalSettings, PipelineSettings } from "../../runs/session.ts";
import { defaultReconcileSettings } from "../../reconcile/reconcile.ts";
import type { WaitSettings } from "../../reconcile/wait-until-at-rest.ts";
import { defaultDeliverSettings } from "../../submit/deliver.ts";
import { parseDurationMs } from "../../core/time/duration.ts";
import { casSettings, simulatorSettings, type SettingsNote } from "./cas-address.ts";
import { filled, loadConfig, type LoadedConfig } from "./config-file.ts";
import type { ConfigFile } from "./config-schema.ts";
import { configuredLedgerPlace, defaultLedgerPlace, type LedgerPlace } from "./ledger-place.ts";

const DEFAULT_CONCURRENCY = 8;
const CONCURRENCY_MAX = 256;

/**
 * How long CAS is asked about what a new ledger has never sent. Source: assumed; the supplementary
 * declarations and corrections of a quarter fall into it (docs/decisions/0013).
 */
const NEW_LEDGER_MS = 90 * 86_400_000;

/** How often `run` asks about declarations, for how long at the most, and when none has moved for how long. */
const WAITING: Readonly<Record<Environment, WaitSettings>> = {
  production: { pollDelayMs: 30_000, quietMs: 120_000, waitMsMax: 600_000 },
  acceptance: { pollDelayMs: 15_000, quietMs: 120_000, waitMsMax: 600_000 },
  simulator: { pollDelayMs: 500, quietMs: 4_000, waitMsMax: 60_000 },
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
  readonly originals?: readonly string[] | undefined;
  readonly rate?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly wait?: string | boolean | undefined;
  readonly metrics?: string | undefined;
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

/** Where settings come from, the first that has one: flag, environment variable, configuration file. */
export interface Sources extends LoadedConfig {
  readonly flags: SettingsFlags;
  readonly variables: NodeJS.ProcessEnv;
}

async function sourcesOf(flags: SettingsFlags, variables: NodeJS.ProcessEnv): Promise<Sources> {
  return { flags, variables, ...(await loadConfig(flags, variables)) };
}

/** @throws CasBatchError for every setting that is missing or cannot be used */
export async function resolveSettings(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<Settings> {
  return settingsOf(await sourcesOf(flags, variables));
}

/** @throws CasBatchError as resolveSettings() */
export async function settingsOf(sources: Sources): Promise<Settings> {
  const { flags, variables, config } = sources;
  const environment = chooseEnvironment(sources);
  const { path: ledgerPath, why, isNamed } = ledgerOf(sources, environment);
  const { cas, notes } =
    environment === "simulator"
      ? simulatorSettings(variables, config)
      : await casSettings(environment, variables, sources);
  const isEmbedded = environment === "simulator" && cas.apiUrl === "";
  const { connect, answer, body } = config.timeouts ?? {};
  const concurrency = concurrencyOf(sources);
  const waiting = WAITING[environment];
  return {
    pipeline: {
      environment,
      cas: {
        ...cas,
        connectTimeoutMs: connect ?? cas.connectTimeoutMs,
        answerTimeoutMs: answer ?? cas.answerTimeoutMs,
        bodyTimeoutMs: body ?? cas.bodyTimeoutMs,
        connectionsMax: concurrency,
      },
      ledgerPath,
      ...(why === null ? {} : { ledgerPlace: why }),
      ledgerMayBegin: !isNamed || flags.createLedger === true,
      newLedgerMs: config.newLedger?.askFor ?? NEW_LEDGER_MS,
      holdsFirst: holdsFirst(environment, config),
      ratePerSecond: rateOf(sources, isEmbedded),
      deliver: {
        ...defaultDeliverSettings,
        concurrency,
        settleDelaysMs:
          config.settle?.delays ??
          (environment === "simulator"
            ? SIMULATOR_SETTLE_DELAYS_MS
            : defaultDeliverSettings.settleDelaysMs),
      },
      reconcile: {
        ...defaultReconcileSettings,
        declarationsMax:
          config.reconcile?.declarationsMax ?? defaultReconcileSettings.declarationsMax,
        errorFetchesMax: config.reconcile?.errorsMax ?? defaultReconcileSettings.errorFetchesMax,
      },
      wait: {
        ...waiting,
        waitMsMax: waitMsOf(flags.wait) ?? config.wait ?? waiting.waitMsMax,
      },
      documents: {
        bytesMax: config.documents?.maxBytes ?? defaultDocumentSettings.bytesMax,
        missingFiles: config.documents?.missingFiles ?? defaultDocumentSettings.missingFiles,
      },
      acceptedAndBeyond: acceptedAndBeyond(config),
      ...shownSettings(config),
      originals: originalsOf(sources),
    },
    outDirectory: outDirectoryOf(sources),
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

/** @throws CasBatchError `file-not-found`; a folder of the configuration may be on a drive that is away */
function originalsOf({ flags, config, folder }: Sources): OriginalSettings {
  const named = (flags.originals ?? []).map((one) => resolve(one));
  const missing = named.find((one) => !existsSync(one));
  if (missing !== undefined) {
    throw new CasBatchError("file-not-found", `There is no folder ${missing}`, {
      hint: "Name the folder that the files were moved to with --originals",
    });
  }
  const configured = (config.originals ?? []).map((one) => resolve(folder, one));
  return { folders: [...named, ...configured], areNamed: named.length > 0 };
}

interface PlaceOfBooks extends LedgerSettings, Pick<Settings, "outDirectory">, ShownSettings {
  readonly environment: Environment;
  readonly originals: OriginalSettings;
}

/** What a report is made with. */
type ShownSettings = Pick<PipelineSettings, "allowedIn" | "timeZone" | "declarationAfterMs">;

/** For a command that only reads the ledger: it needs no credentials and no CAS. */
export async function ledgerPathOf(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<PlaceOfBooks> {
  const sources = await sourcesOf(flags, variables);
  const environment = chooseEnvironment(sources);
  const { path: ledgerPath, isNamed } = ledgerOf(sources, environment);
  return {
    environment,
    ledgerPath,
    ledgerMayBegin: !isNamed || flags.createLedger === true,
    ...shownSettings(sources.config),
    outDirectory: outDirectoryOf(sources),
    originals: originalsOf(sources),
  };
}

/** For a dry run, which needs no credentials and no CAS; null where no environment is named. */
export async function dryRunSettings(
  flags: SettingsFlags & { readonly tenant?: string | undefined },
  variables: NodeJS.ProcessEnv,
): Promise<DryRunSettings | null> {
  const sources = await sourcesOf(flags, variables);
  const { config } = sources;
  if (namedEnvironment(sources) === undefined) return null;
  const environment = chooseEnvironment(sources);
  const { path: ledgerPath, isNamed } = ledgerOf(sources, environment);
  return {
    environment,
    ledgerPath,
    ledgerMayBegin: !isNamed || flags.createLedger === true,
    newLedgerMs: config.newLedger?.askFor ?? NEW_LEDGER_MS,
    holdsFirst: holdsFirst(environment, config),
    acceptedAndBeyond: acceptedAndBeyond(config),
    tenant: flags.tenant ?? null,
  };
}

/** For a command that looks after a ledger: where one is named, no environment has to be. */
export async function caredLedgerPath(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<string> {
  const sources = await sourcesOf(flags, variables);
  return (namedLedger(sources) ?? ledgerOf(sources, chooseEnvironment(sources))).path;
}

/** How long things are kept, as the configuration says it. */
export async function retentionOf(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<NonNullable<ConfigFile["retention"]>> {
  return (await sourcesOf(flags, variables)).config.retention ?? {};
}

export interface StatusSettings extends ShownSettings {
  readonly ledgerPath: string;
  /** Null where none is named, so that those of all are shown. */
  readonly environment: Environment | null;
}

/** For a command that shows how a ledger stands: it needs no CAS, and no environment where the ledger is named. */
export async function statusSettings(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<StatusSettings> {
  const sources = await sourcesOf(flags, variables);
  const environment = namedEnvironment(sources) === undefined ? null : chooseEnvironment(sources);
  const { path: ledgerPath } =
    namedLedger(sources) ?? ledgerOf(sources, chooseEnvironment(sources));
  return { ledgerPath, environment, ...shownSettings(sources.config) };
}

/** Where the metrics of which ledger are written; null when they are not. */
export async function metricsTarget(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly ledgerPath: string } | null> {
  const sources = await sourcesOf(flags, variables);
  const { config, folder } = sources;
  const path =
    flags.metrics ?? (config.metrics === undefined ? null : resolve(folder, config.metrics));
  if (path === null) return null;
  const { path: ledgerPath } =
    namedLedger(sources) ?? ledgerOf(sources, chooseEnvironment(sources));
  return { path: resolve(path), ledgerPath };
}

/** As caredLedgerPath(); null where neither a ledger nor an environment is named. */
export async function namedLedgerPath(
  flags: SettingsFlags,
  variables: NodeJS.ProcessEnv,
): Promise<string | null> {
  const sources = await sourcesOf(flags, variables);
  const isNamed = namedLedger(sources) !== null || namedEnvironment(sources) !== undefined;
  return isNamed ? caredLedgerPath(flags, variables) : null;
}

function shownSettings({ changes, timeZone = "UTC", reconcile }: ConfigFile): ShownSettings {
  return {
    allowedIn: changes?.allowedIn ?? {},
    timeZone,
    declarationAfterMs: reconcile?.declarationAfter,
  };
}

export function outDirectoryOf({ flags, config }: Pick<Sources, "flags" | "config">): string {
  return resolve(flags.out ?? config.out ?? "out");
}

/** A ledger that is named and missing was lost; only the default one is begun unasked. */
function ledgerOf(sources: Sources, environment: Environment): LedgerPlace {
  const { variables } = sources;
  return namedLedger(sources) ?? defaultLedgerPlace(environment, { variables });
}

function namedLedger({ flags, variables, config, folder }: Sources): LedgerPlace | null {
  const named = flags.ledger ?? filled(variables["CAS_LEDGER"]);
  if (named !== undefined) return { path: resolve(named), why: null, isNamed: true };
  return config.ledger === undefined ? null : configuredLedgerPlace(config.ledger, folder);
}

export function namedEnvironment({
  flags,
  variables,
  config,
}: Pick<Sources, "flags" | "variables" | "config">): string | undefined {
  return flags.env ?? filled(variables["CAS_ENV"]) ?? config.environment;
}

function chooseEnvironment(sources: Sources): Environment {
  const named = namedEnvironment(sources);
  if (named === undefined) {
    throw new CasBatchError("configuration-invalid", "No environment was chosen", {
      hint: "Add --env simulator to rehearse, --env acceptance to test, or --env production to file with customs",
    });
  }
  const environment = environments.find((known) => known === named);
  if (environment !== undefined) return environment;
  throw new CasBatchError(
    "configuration-invalid",
    `"${named}" is no environment; it can be ${environments.join(", ")}`,
  );
}

/** The embedded simulator needs no limit, unless a rate was asked for. */
function rateOf({ flags, config }: Sources, isEmbedded: boolean): number {
  const asked = flags.rate ?? config.rate ?? (isEmbedded ? Infinity : DEFAULT_RATE_PER_SECOND);
  if (asked > 0) return asked;
  throw new CasBatchError(
    "configuration-invalid",
    `--rate ${String(asked)} is no rate; give the requests per second, such as 10`,
  );
}

function concurrencyOf({ flags, config }: Sources): number {
  const asked = flags.concurrency ?? config.concurrency ?? DEFAULT_CONCURRENCY;
  if (Number.isInteger(asked) && asked >= 1 && asked <= CONCURRENCY_MAX) return asked;
  throw new CasBatchError(
    "configuration-invalid",
    `--concurrency ${String(asked)} cannot be used; give a whole number from 1 to ${String(CONCURRENCY_MAX)}`,
  );
}

/** In a rehearsal, a new ledger is the rule. */
function holdsFirst(environment: Environment, { newLedger }: ConfigFile): boolean {
  return environment !== "simulator" && newLedger?.otherKinds !== "send";
}

function acceptedAndBeyond({ statuses }: ConfigFile): (status: string) => boolean {
  if (statuses === undefined) return (status) => statusMeaning(status).acceptedAndBeyond;
  const accepted = statuses.acceptedAndBeyond.map((status) => status.toLowerCase());
  return (status) => accepted.includes(status.toLowerCase());
}

/**
 * How long a command stays when its own work is done (`--wait`): `run` for what customs says, `submit` for
 * another run that is sending. Unit: milliseconds; undefined for as long as without the flag.
 * @param wait `--no-wait` gives false; `--wait` without a duration in `submit`, "true"; a flag given
 *   more than once, a list, of which the last holds
 * @throws CasBatchError `configuration-invalid`
 */
export function waitMsOf(
  wait: string | boolean | undefined | readonly (string | boolean)[],
): number | undefined {
  const last = [wait].flat().at(-1);
  if (last === undefined || last === "true") return undefined;
  const durationMs = last === false || last === "false" ? 0 : parseDurationMs(String(last));
  if (durationMs !== null) return durationMs;
  throw new CasBatchError(
    "configuration-invalid",
    `--wait ${String(last)} is no duration; write it like 30s, 10m or 2h`,
  );
}
