// What `init` has to know. Flags answer first; what they leave open is asked, one question after the other, and where
// nobody can be asked, what is missing is named together with the flags that say it.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import type { Environment } from "../../core/shipment.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import { visibleLine } from "../../core/text/visible-text.ts";
import { timeZoneNamed } from "../../core/time/time-zone.ts";
import { readSecret } from "../flags/client-secret.ts";
import { filled } from "../flags/config-file.ts";
import { defaultLedgerPlace } from "../flags/ledger-place.ts";
import { ask } from "../words/output-streams.ts";

export interface SetupFlags {
  readonly env?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly inbox?: string | undefined;
  readonly ledger?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly force: boolean;
}

export interface Answers {
  readonly environment: Environment;
  /** Null in a rehearsal, which needs none. */
  readonly credentials: Credentials | null;
  /** Null for none. */
  readonly inbox: string | null;
  /** Absolute; null for the usual place. */
  readonly ledger: string | null;
  /** Null for UTC. */
  readonly timeZone: string | null;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Null where CAS_CLIENT_SECRET holds it. */
  readonly secretFile: { readonly path: string; readonly isThere: boolean } | null;
}

/** How the questions are put. */
export interface Asking {
  /** Null where nobody can be asked. */
  readonly signal: AbortSignal | null;
  readonly variables: NodeJS.ProcessEnv;
  /** For what is no question. */
  readonly note: (words: string) => void;
}

const ENVIRONMENTS = ["acceptance", "production", "simulator"] as const;
/** Whoever types that many answers that cannot be used is no person. */
const TRIES_MAX = 20;

/** @throws CasBatchError `usage` naming everything that is missing where nobody can be asked */
export async function collectAnswers(flags: SetupFlags, asking: Asking): Promise<Answers> {
  refuseUnanswered(flags, asking);
  const environment = await environmentOf(flags, asking);
  const credentials =
    environment === "simulator" ? null : await askCredentials(environment, flags, asking);
  return {
    environment,
    credentials,
    inbox: await inboxOf(flags, asking),
    ledger: await ledgerOf(environment, flags, asking),
    timeZone: await timeZoneOf(flags, asking),
  };
}

/** Of an environment that needs some. @param before what was typed and did not work */
export async function askCredentials(
  environment: Environment,
  flags: SetupFlags,
  asking: Asking,
  before: Credentials | null = null,
): Promise<Credentials> {
  const { variables } = asking;
  const known = before?.clientId ?? filled(variables["CAS_CLIENT_ID"]);
  const clientId =
    before === null && flags.clientId !== undefined
      ? flags.clientId
      : await answerTo("Client id, as Customs4trade gave it", known ?? null, asking, lineOnly);
  const named = filled(variables["CAS_CLIENT_SECRET"]);
  if (named !== undefined && flags.clientSecretFile === undefined) {
    asking.note("The client secret is taken from CAS_CLIENT_SECRET, so no file is written for it");
    return { clientId, clientSecret: named, secretFile: null };
  }
  const path = resolve(flags.clientSecretFile ?? usualSecretFile(environment, variables));
  const isThere = existsSync(path);
  // One that is there is used; where it did not work, or is to be replaced, it is asked for.
  if (isThere && before === null && (!flags.force || asking.signal === null)) {
    asking.note(`The client secret is read from ${path}, which is there already`);
    const clientSecret = await readSecret(path, true);
    return { clientId, clientSecret, secretFile: { path, isThere: true } };
  }
  if (isThere && !flags.force) throw inTheWay(path);
  if (asking.signal === null) await readSecret(path, true);
  const question = "Client secret (nothing is shown of it)";
  const clientSecret = await answerTo(question, null, asking, lineOnly, true);
  return { clientId, clientSecret, secretFile: { path, isThere: false } };
}

export async function isYes(question: string, signal: AbortSignal): Promise<boolean> {
  return /^y(?:es)?$/i.test((await ask(`${question} [y/N]`, signal)).trim());
}

/** @throws CasBatchError `usage` */
function refuseUnanswered(flags: SetupFlags, { signal, variables }: Asking): void {
  if (signal !== null) return;
  const needsCredentials = flags.env !== "simulator";
  const hasId = (flags.clientId ?? filled(variables["CAS_CLIENT_ID"])) !== undefined;
  const hasSecret =
    (flags.clientSecretFile ?? filled(variables["CAS_CLIENT_SECRET"])) !== undefined;
  const missing = [
    ...(flags.env === undefined ? ["--env"] : []),
    ...(needsCredentials && !hasId ? ["--client-id"] : []),
    ...(needsCredentials && !hasSecret ? ["--client-secret-file"] : []),
  ];
  if (missing.length === 0) return;
  throw new CasBatchError(
    "usage",
    `There is no terminal to ask at, and ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`,
    {
      hint: `Run \`cas-batch init --no-input --env ${flags.env ?? "acceptance"}${needsCredentials ? " --client-id ID --client-secret-file FILE" : ""}\`; the file holds the secret alone, with mode 600`,
    },
  );
}

async function environmentOf({ env }: SetupFlags, asking: Asking): Promise<Environment> {
  const chosen = await (env ??
    answerTo(
      "Environment: acceptance (to test), production (files with customs) or simulator (a rehearsal, without CAS)",
      // Never assumed.
      null,
      asking,
      (text) => (named(text) === undefined ? `write one of ${ENVIRONMENTS.join(", ")}` : null),
    ));
  return named(chosen) ?? "acceptance";
}

/** Its first letters are enough. */
function named(text: string): Environment | undefined {
  return ENVIRONMENTS.find((name) => text !== "" && name.startsWith(text.toLowerCase()));
}

async function inboxOf({ inbox }: SetupFlags, asking: Asking): Promise<string | null> {
  if (inbox !== undefined) return inbox;
  if (asking.signal === null) return null;
  const question = "Folder in which the files to send arrive, made where it is not there";
  return answerTo(question, "inbox", asking, lineOnly);
}

async function ledgerOf(
  environment: Environment,
  flags: SetupFlags,
  asking: Asking,
): Promise<string | null> {
  if (flags.ledger !== undefined) return resolve(flags.ledger);
  if (asking.signal === null) return null;
  const usual = defaultLedgerPlace(environment, { variables: asking.variables }).path;
  const answer = await answerTo(
    "Ledger: the file that records what was sent, not on a network drive",
    usual,
    asking,
    lineOnly,
  );
  return answer === usual ? null : resolve(answer);
}

async function timeZoneOf({ timeZone }: SetupFlags, asking: Asking): Promise<string | null> {
  const mistake = (text: string): string | null =>
    timeZoneNamed(text) === null ? "write one like Europe/Brussels, Europe/Berlin or UTC" : null;
  if (timeZone === undefined) {
    if (asking.signal === null) return null;
    const here = new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
    return timeZoneNamed(await answerTo("Time zone of the reports", here, asking, mistake));
  }
  const known = timeZoneNamed(timeZone);
  if (known !== null) return known;
  throw new CasBatchError("usage", `--time-zone "${timeZone}" is no time zone`, {
    hint: "Write one like Europe/Brussels, Europe/Berlin or UTC",
  });
}

/**
 * Asks until the answer can be used.
 * @param usual what an empty answer means; null where one has to be given
 * @param mistakeIn what is wrong with an answer, in words; null for nothing
 */
async function answerTo(
  question: string,
  usual: string | null,
  { signal, note }: Asking,
  mistakeIn: (text: string) => string | null,
  isHidden = false,
): Promise<string> {
  if (signal === null) return usual ?? "";
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const typed = await ask(`${question}${usual === null ? "" : ` [${usual}]`}:`, signal, isHidden);
    const answer = typed.trim() === "" ? usual : typed.trim();
    const mistake = answer === null ? "an answer is needed" : mistakeIn(answer);
    if (answer !== null && mistake === null) return answer;
    note(`That cannot be used: ${mistake ?? ""}`);
  }
  throw new CasBatchError("usage", `${question}: no answer that can be used`);
}

function lineOnly(text: string): string | null {
  return visibleLine(text) === text ? null : "it holds characters that are not seen";
}

/** Beside no ledger and no configuration: those are copied and sent around. */
function usualSecretFile(environment: Environment, variables: NodeJS.ProcessEnv): string {
  const [folder, below] =
    process.platform === "win32"
      ? [variables["LOCALAPPDATA"], "AppData/Local"]
      : [variables["XDG_CONFIG_HOME"], ".config"];
  const home = variables["HOME"] ?? homedir();
  const place = isAbsolute(folder ?? "") ? (folder ?? "") : join(home, below);
  return join(place, "cas-batch", `${environment}-client-secret`);
}

function inTheWay(path: string): CasBatchError {
  return new CasBatchError("file-not-writable", `${path} holds another client secret already`, {
    hint: `Add --force to replace it, or --client-secret-file to name another file; \`rm ${pastablePath(path)}\` removes it`,
  });
}
