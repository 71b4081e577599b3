// The job of the very configuration in use: what this command line, these variables and this `cas-batch.yaml` would
// work on here and now, with absolute paths.
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { nextTimeOfDay } from "../../core/time/next-time-of-day.ts";
import { parseTimeOfDay, type TimeOfDay } from "../../core/time/time-of-day.ts";
import { deadlineOf } from "../flags/reading-flags.ts";
import { filled, loadConfig } from "../flags/config-file.ts";
import { placesOf } from "../flags/inbox-flags.ts";
import { ledgerPathOf, waitMsOf, type SettingsFlags } from "../flags/settings.ts";
import { protectionOf, type ReceiverFlags } from "../flags/receiver-flags.ts";
import { clockTime, type ScheduledJob, type ScheduledSecret } from "./scheduled-job.ts";

export interface ScheduleFlags extends SettingsFlags, ReceiverFlags {
  readonly inbox: string;
  readonly at: string;
  readonly deadline?: string | undefined;
  readonly user?: string | undefined;
  readonly name?: string | undefined;
  readonly mailTo?: string | undefined;
  readonly listen: boolean;
  readonly port: number;
  readonly tenant?: string | undefined;
}

interface Machine {
  readonly variables: NodeJS.ProcessEnv;
  readonly now: Date;
}

/** Declarations are followed for so long where `cas-batch.yaml` has no `wait`: nobody waits at night. */
const WAIT = "30m";
/** Of a unit, of a file that cron reads, of a task. */
const NAME = /^[A-Za-z0-9_-]+$/;
const POSIX_USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]*$/u;
const WINDOWS_USER = /^[^"/[\]:;|=,+*?<>%\p{Cc}]+$/u;

const SECRETS: readonly string[] = ["CAS_SMTP_PASSWORD"];

/** What `cas-batch` takes from the environment besides flags, the ledger and the client secret. */
const VARIABLES = [
  ...SECRETS,
  ...["CAS_CLIENT_ID", "CAS_API_URL", "CAS_TOKEN_URL", "CAS_SCOPE", "NODE_EXTRA_CA_CERTS"],
  ...["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"],
];

/** @throws CasBatchError for what cannot be scheduled */
export async function jobOfConfiguration(
  flags: ScheduleFlags,
  { variables, now }: Machine,
): Promise<ScheduledJob> {
  const place = await ledgerPathOf(flags, variables);
  const { environment, ledgerPath, outDirectory } = place;
  const { config, folder: configFolder, file } = await loadConfig(flags, variables);
  const user = userOf(flags.user);
  if (user !== currentUser() && place.ledgerMayBegin && environment !== "simulator") {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot tell where the ledger of ${user} lies: nothing names it, and this is ${currentUser()}`,
      { hint: "Name it with --ledger FILE, CAS_LEDGER or `ledger` in cas-batch.yaml" },
    );
  }
  waitMsOf(flags.wait);
  // The key may be for root alone, who hands it over.
  if (flags.listen && flags.apiKeyFile === undefined) await protectionOf(flags);
  deadlineOf(flags.deadline, now);
  const inbox = resolve(flags.inbox);
  const time = timeOf(flags.at);
  const shared = [
    ...["--env", environment],
    ...(file === null ? [] : ["--config", file.path]),
    ...["--ledger", ledgerPath],
  ];
  const wait = flags.wait ?? (config.wait === undefined ? WAIT : undefined);
  const ledgerFolder = dirname(ledgerPath);
  const name = nameOf(flags.name ?? `cas-batch-${environment}`);
  const carried = carriedVariables(variables);
  const archive: readonly string[] = Object.values(placesOf(inbox, config.archive, configFolder));
  const metrics =
    config.metrics === undefined ? [] : [dirname(resolve(configFolder, config.metrics))];
  const writtenElsewhere = [...archive, ...metrics].filter((one) => dirname(one) !== inbox);
  const written = new Set([ledgerFolder, inbox, outDirectory, ...writtenElsewhere]);
  const mailPassword = config.hooks?.email?.passwordFile ?? null;
  return {
    ...{ name, environment, user, time, ledgerFolder, inbox, writtenElsewhere },
    program: [process.execPath, resolve(process.argv[1] ?? "")],
    folder: resolve(),
    nightly: [
      ...["run", inbox, ...shared, "--out", outDirectory, "--archive"],
      ...(wait === undefined ? [] : ["--wait", String(wait)]),
      ...(flags.deadline === undefined ? [] : ["--deadline", flags.deadline]),
    ],
    listener: flags.listen ? ["listen", ...shared, ...receiverWords(flags)] : null,
    deadline: parseTimeOfDay(flags.deadline ?? ""),
    firstTime: firstTime(time, now),
    out: outDirectory,
    missingFolders: [...written].filter((folder) => !existsSync(folder)),
    isLedgerMissing: !existsSync(ledgerPath),
    secret: environment === "simulator" ? null : secretOf(variables, config.clientSecretFile),
    isClientIdMissing:
      environment !== "simulator" &&
      filled(variables["CAS_CLIENT_ID"]) === undefined &&
      config.clientId === undefined,
    mailPasswordFile: mailPassword === null ? null : resolve(configFolder, mailPassword),
    apiKeyFile: flags.apiKeyFile === undefined ? null : resolve(flags.apiKeyFile),
    variables: carried.named,
    withheld: carried.withheld,
    mailTo: flags.mailTo ?? user,
  };
}

function receiverWords(flags: ScheduleFlags): readonly string[] {
  const { host, port, apiKeyHeader, apiKeyFile, jwks, issuer, audience, tenant } = flags;
  const named = {
    ...{ host, port: String(port), "api-key-header": apiKeyHeader },
    "api-key-file": apiKeyFile === undefined ? undefined : resolve(apiKeyFile),
    ...{ jwks, issuer, audience, tenant },
  };
  return Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

function secretOf(variables: NodeJS.ProcessEnv, configured: string | undefined): ScheduledSecret {
  const named = filled(variables["CAS_CLIENT_SECRET_FILE"]);
  const file = resolve(named ?? configured ?? defaultSecretFile(variables));
  const isConfigured = named === undefined && configured !== undefined;
  return { file, isThere: existsSync(file), isConfigured };
}

function defaultSecretFile(variables: NodeJS.ProcessEnv): string {
  if (process.platform !== "win32") return "/etc/cas-batch/client-secret";
  return join(variables["ProgramData"] ?? "C:\\ProgramData", "cas-batch", "client-secret.txt");
}

function carriedVariables(
  variables: NodeJS.ProcessEnv,
): Pick<ScheduledJob, "withheld"> & { readonly named: ScheduledJob["variables"] } {
  const named: Record<string, string> = {};
  const withheld: string[] = [];
  for (const name of VARIABLES) {
    const value = filled(variables[name]);
    if (value === undefined) continue;
    const isSecret = SECRETS.includes(name) || (value.includes("@") && /_proxy$/i.test(name));
    if (isSecret) withheld.push(name);
    else named[name] = name === "NODE_EXTRA_CA_CERTS" ? resolve(value) : value;
  }
  return { named, withheld };
}

function userOf(named: string | undefined): string {
  const user = named ?? currentUser();
  const form = process.platform === "win32" ? WINDOWS_USER : POSIX_USER;
  if (form.test(user)) return user;
  throw new CasBatchError("usage", `"${user}" is no name of a user`, {
    hint: "Name the user that the job runs as with --user",
  });
}

function currentUser(): string {
  const { USERDOMAIN: domain } = process.env;
  const { username } = userInfo();
  return process.platform === "win32" && domain !== undefined ? `${domain}\\${username}` : username;
}

function nameOf(name: string): string {
  if (NAME.test(name)) return name;
  throw new CasBatchError(
    "usage",
    `--name "${name}" cannot be the name of a unit, of a file for cron or of a task; letters, digits, - and _ are allowed`,
  );
}

function timeOf(text: string): TimeOfDay {
  const time = parseTimeOfDay(text);
  if (time !== null) return time;
  throw new CasBatchError("usage", `--at ${text} is no time of day; write it like 04:30`);
}

/** By the local clock, without a zone: the task follows the clock through summer and winter time. */
function firstTime(time: TimeOfDay, now: Date): string {
  const day = nextTimeOfDay(time, now);
  const two = (part: number): string => String(part).padStart(2, "0");
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map(two).join("-");
  return `${date}T${clockTime(time)}:00`;
}
