// What `run` does with an inbox, by flags and configuration.
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import { join, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { typedPath } from "../../core/files/file-names.ts";
import type { ArchivePlaces, InboxSettings } from "../../runs/inbox/inbox-settings.ts";
import type { WatchSettings } from "../../runs/inbox/watch-inbox.ts";
import { loadConfig } from "./config-file.ts";
import type { ConfigFile } from "./config-schema.ts";
import type { GlobalFlags } from "./global-flags.ts";

export const inboxOptions = {
  archive: {
    type: "boolean",
    describe:
      "Move the files: INBOX/processing while they are in work, then INBOX/archive/DAY or INBOX/rejected/DAY; without it they stay",
  },
  watch: {
    type: "boolean",
    default: false,
    describe: "Stay, and take files as they come, until Ctrl-C",
  },
  "use-polling": {
    type: "boolean",
    describe: "With --watch: look into the folder again and again, for network drives",
  },
} as const satisfies Record<string, Options>;

type InboxFlags = ArgumentsCamelCase<InferredOptionTypes<typeof inboxOptions>> &
  Pick<GlobalFlags, "config" | "env"> & { readonly inbox: string };

/**
 * Long enough for a network drive to tell of a change: NFS clients keep what they know of a file for three seconds
 * at first. Source: nfs(5), acregmin.
 */
const STABLE_FOR_MS = 5_000;
/** Files of a rehearsal lie on this machine. */
const STABLE_FOR_SIMULATOR_MS = 500;
const DONE_MARKER = ".done";
const RECHECK_MS = 3_600_000;
const RETRY_MS = 30_000;

/** @throws CasBatchError `configuration-invalid` when folders are in each other's way */
export async function inboxSettings(
  flags: InboxFlags,
  variables: NodeJS.ProcessEnv,
): Promise<InboxSettings> {
  const { config, folder: configFolder } = await loadConfig(flags, variables);
  const folder = typedPath(resolve(flags.inbox));
  const environment = flags.env ?? variables["CAS_ENV"] ?? config.environment;
  const stableForMs = environment === "simulator" ? STABLE_FOR_SIMULATOR_MS : STABLE_FOR_MS;
  const { stableFor = stableForMs, doneMarker = false } = config.inbox ?? {};
  const archives = flags.archive ?? (config.archive !== undefined && config.archive !== false);
  return {
    folder,
    stableForMs: stableFor,
    doneMarker: doneMarker === true ? DONE_MARKER : doneMarker === false ? null : doneMarker,
    archive: archives ? placesOf(folder, config.archive, configFolder) : null,
  };
}

export async function watchSettings(
  flags: InboxFlags,
  variables: NodeJS.ProcessEnv,
): Promise<WatchSettings> {
  const { inbox } = (await loadConfig(flags, variables)).config;
  return {
    usePolling: flags.usePolling ?? inbox?.usePolling ?? false,
    recheckMs: inbox?.recheck ?? RECHECK_MS,
    retryMs: inbox?.retry ?? RETRY_MS,
  };
}

/** Where files are moved to, with --archive. @throws CasBatchError `configuration-invalid` */
export function placesOf(
  inbox: string,
  named: ConfigFile["archive"],
  configFolder: string,
): ArchivePlaces {
  const names = typeof named === "object" ? named : {};
  const place = (name: keyof ArchivePlaces): string =>
    names[name] === undefined ? join(inbox, name) : resolve(configFolder, names[name]);
  const places = {
    processing: place("processing"),
    archive: place("archive"),
    rejected: place("rejected"),
  };
  const all = [inbox, ...Object.values(places)];
  const twice = all.find((one, at) => all.indexOf(one) !== at);
  if (twice === undefined) return places;
  throw new CasBatchError(
    "configuration-invalid",
    `The inbox and the folders of \`archive\` have to be four, and ${twice} is named twice`,
    { hint: "Name another folder below `archive` in cas-batch.yaml" },
  );
}
