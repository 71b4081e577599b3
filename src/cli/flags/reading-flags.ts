// The flags of every command that reads spreadsheets, and of those that send.
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import { resolve } from "node:path";
import { systemClock } from "../../core/time/clock.ts";
import { parseDurationMs } from "../../core/time/duration.ts";
import { nextTimeOfDay } from "../../core/time/next-time-of-day.ts";
import { parseTimeOfDay } from "../../core/time/time-of-day.ts";
import { CasBatchError } from "../../core/errors.ts";
import {
  DEFAULT_KIND,
  kindNamed,
  kindNames,
  kindOf,
  type MessageKind,
} from "../../core/message-kind.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { fitsPattern } from "../../core/text/name-pattern.ts";
import type { Profile } from "../../map/profile/profile.ts";
import type { SendChoices } from "../../runs/sending.ts";
import { fileNameOf, type FileChoices, type InputFile } from "../../runs/stage-batches.ts";
import { allowedChanges } from "./amend-flag.ts";
import { loadConfig, type LoadedConfig } from "./config-file.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { metricsOptions } from "./metrics-flag.ts";

const READING = "Reading files:";

/** How text files are read; each wins over the profile, and that over what the file looks like. */
export const textFileOptions = {
  encoding: {
    group: READING,
    type: "string",
    describe: "Text encoding of CSV files, such as windows-1252; found out when left out",
  },
  delimiter: {
    group: READING,
    type: "string",
    describe: 'What separates the columns of CSV files, such as ";"; found out when left out',
  },
  quote: {
    group: READING,
    type: "string",
    describe: 'Quotation mark of CSV files, such as "\'", or none; found out when left out',
  },
  "decimal-mark": {
    group: READING,
    choices: [".", ","],
    describe:
      "Decimal mark of numbers that are text, in CSV files and in workbooks; found out when left out",
  },
} as const satisfies Record<string, Options>;

export const macroOptions = {
  "allow-macros": {
    group: READING,
    type: "boolean",
    default: false,
    describe: "Read the values of macro workbooks (.xlsm); the macros never run",
  },
} as const satisfies Record<string, Options>;

export const readingOptions = {
  profile: {
    type: "string",
    describe: "Profile that says how the files are read; see `cas-batch profile`",
  },
  "on-invalid": {
    choices: ["skip", "abort"],
    default: "skip",
    describe: "A file with mistakes: skip the shipments that have them, or send nothing of it",
  },
  "fail-on-warning": {
    type: "boolean",
    default: false,
    describe: "End with exit code 8 when there was nothing worse than warnings",
  },
  ...macroOptions,
  ...textFileOptions,
} as const satisfies Record<string, Options>;

export const sendingOptions = {
  ...metricsOptions,
  ...readingOptions,
  "allow-amend": {
    type: "string",
    describe:
      "Send the change to a shipment that customs has already accepted: REFERENCE, as often as needed; without one, all such changes",
  },
  "allow-again": {
    type: "string",
    describe:
      "Send other content for a formula, movement order or the like that was sent already, though it may make a second one: REFERENCE or KIND:REFERENCE, as often as needed; without one, all of them",
  },
  "retry-refused": {
    type: "boolean",
    default: false,
    describe: "Send shipments again that CAS refused, though nothing in them has changed",
  },
  rate: { type: "number", describe: "Most requests per second; 10 by default" },
  concurrency: { type: "number", describe: "Most requests at once; 8 by default" },
  deadline: {
    type: "string",
    describe: "Send nothing after this time: 06:00, or 2h from now; `resume` sends the rest",
  },
  "ignore-wait": {
    type: "boolean",
    default: false,
    describe: "Send although CAS asked to wait until later (Retry-After)",
  },
} as const satisfies Record<string, Options>;

export type TextFileFlags = ArgumentsCamelCase<InferredOptionTypes<typeof textFileOptions>>;
type ReadingFlags = ArgumentsCamelCase<InferredOptionTypes<typeof readingOptions>> &
  Pick<GlobalFlags, "config">;
export type SendingFlags = ArgumentsCamelCase<InferredOptionTypes<typeof sendingOptions>> &
  Pick<GlobalFlags, "config">;

/** @throws CasBatchError when a profile cannot be used */
export async function readingChoices(
  flags: ReadingFlags,
  variables: NodeJS.ProcessEnv,
  kindFlags: KindFlags = {},
): Promise<FileChoices> {
  const loaded = await loadConfig(flags, variables);
  const { limits } = loaded.config;
  return {
    onInvalid: flags.onInvalid,
    profileOf: await profilesFor(kindFlags, await chooseProfiles(flags.profile, loaded)),
    reading: {
      ...readingOf(flags),
      allowMacroWorkbooks: flags.allowMacros,
      ...(limits === undefined ? {} : { limits }),
    },
  };
}

export async function sendingChoices(
  flags: SendingFlags,
  variables: NodeJS.ProcessEnv,
  kindFlags: KindFlags = {},
): Promise<SendChoices> {
  const { retryRefused, ignoreWait } = flags;
  const allowAmend = allowedChanges(flags.allowAmend, flags.allowAgain);
  const deadline = deadlineOf(flags.deadline, systemClock.now());
  const reading = await readingChoices(flags, variables, kindFlags);
  return { ...reading, allowAmend, retryRefused, ignoreWait, deadline };
}

/** What the messages of the files are. */
export function kindsOf(
  files: readonly InputFile[],
  { profileOf }: Pick<FileChoices, "profileOf">,
): readonly MessageKind[] {
  return files.map((file) => profileOf(file)?.kind ?? DEFAULT_KIND);
}

export function readingOf(flags: TextFileFlags): FileChoices["reading"] {
  const { encoding, delimiter, quote, decimalMark } = flags;
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter: unescapeTab(delimiter) }),
    ...(quote === undefined ? {} : { quote }),
    ...(decimalMark === undefined ? {} : { decimalMark }),
  };
}

/** A tab is hard to type in a shell. */
function unescapeTab(delimiter: string): string {
  return delimiter === "\\t" || delimiter === "tab" ? "\t" : delimiter;
}

/**
 * The profile that a file is read by: that of the command line, else the first in `cas-batch.yaml` whose
 * pattern fits the file's name, else none.
 */
async function chooseProfiles(
  named: string | undefined,
  { config, folder }: LoadedConfig,
): Promise<(file: InputFile) => Profile | null> {
  if (named !== undefined) {
    const profile = await loadProfile(named);
    return () => profile;
  }
  // Loads all of them before any file is read: a mistake in one shows at once, not on a later night.
  const choices: { readonly files: string; readonly profile: Profile }[] = [];
  for (const { files, profile } of config.profiles ?? []) {
    choices.push({ files, profile: await loadProfile(resolve(folder, profile)) });
  }
  return (file) =>
    choices.find(({ files }) => fitsPattern(fileNameOf(file), files))?.profile ?? null;
}

/** What a command line says of the kind of messages in its files. */
export interface KindFlags {
  readonly kind?: string | undefined;
  readonly key?: string | undefined;
}

export const kindOptions = {
  key: {
    type: "string",
    describe:
      "The member that identifies a message, as a path such as code or header.id, where it is another than usual",
  },
} as const satisfies Record<string, Options>;

/** @throws CasBatchError `usage` for what is no kind of message */
export function typedKind(text: string): MessageKind {
  const kind = kindNamed(text);
  if (kind !== null) return kind;
  throw new CasBatchError(
    "usage",
    `"${text}" is no kind of message${didYouMean(text, kindNames)}`,
    { hint: `The kinds are ${kindNames.join(", ")}; capitals and hyphens make no difference` },
  );
}

/**
 * With a kind on the command line, files are read as messages of that kind: by their profile where they have one.
 * @throws CasBatchError `usage` when it contradicts the profile
 */
async function profilesFor(
  { kind: typed, key }: KindFlags,
  profileOf: FileChoices["profileOf"],
): Promise<FileChoices["profileOf"]> {
  if (typed === undefined && key === undefined) return profileOf;
  const kind = typed === undefined ? null : typedKind(typed);
  const { keyFault, kindProfile } = await import("../../map/profile/parse-profile.ts");
  const fault = key === undefined ? null : keyFault(key);
  if (fault !== null) throw new CasBatchError("usage", fault);
  return (file) => {
    const profile = profileOf(file);
    const ofFile = profile?.kind ?? kind ?? DEFAULT_KIND;
    if (kind !== null && ofFile !== kind) {
      throw new CasBatchError(
        "usage",
        `${file.name} is read by ${profile?.name ?? "a profile"}, which is for ${kindOf(ofFile).nouns} (${ofFile}), not for ${kindOf(kind).nouns} (${kind})`,
        { hint: "Name another profile with --profile, or the kind that the profile is for" },
      );
    }
    if (ofFile === DEFAULT_KIND) {
      if (key === undefined) return profile;
      throw new CasBatchError(
        "usage",
        "A shipment is identified by its External reference; --key is for other kinds of messages",
      );
    }
    const own = profile ?? kindProfile(ofFile, null);
    return key === undefined ? own : { ...own, key };
  };
}

/** Loaded late: most files are read without a profile. */
async function loadProfile(path: string): Promise<Profile> {
  const profiles = await import("../../intake/profiles/load-profile.ts");
  return profiles.loadProfile(path);
}

/**
 * A time of day is the next one that comes, by this machine's clock and zone, and no later where
 * clocks are put forward over it; a duration counts from `now`. Null when none was given. @throws CasBatchError `configuration-invalid`
 */
export function deadlineOf(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const time = parseTimeOfDay(text);
  if (time !== null) return nextTimeOfDay(time, now);
  const durationMs = parseDurationMs(text);
  if (durationMs === null || durationMs === 0) {
    throw new CasBatchError(
      "configuration-invalid",
      `--deadline ${text} is no time; write it like 06:00, 90m or 2h`,
    );
  }
  return new Date(now.getTime() + durationMs);
}
