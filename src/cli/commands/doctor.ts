// `cas-batch doctor`: tries everything that a run needs, one thing after the other, and says what
// to do about the first that fails. Sends nothing.
import type { AddCommand } from "../frame/command-entry.ts";
import { join, resolve } from "node:path";
import type { AuthorizationStatus } from "../../cas/cas-client.ts";
import { CasBatchError } from "../../core/errors.ts";
import { systemClock } from "../../core/time/clock.ts";
import { durationWords } from "../../core/time/time-words.ts";
import type { ListenerView } from "../../ledger/contract/notifications.ts";
import { prepareReportPath } from "../../report/status-report.ts";
import {
  askFor,
  commandScopes,
  missingScopes,
  REFERENCE_CHECK_SCOPE,
} from "../../runs/command-scopes.ts";
import { examine, examineLedger } from "../../runs/examine.ts";
import { EXIT, exitCodeOfError } from "../../runs/result/exit-code.ts";
import { describeError } from "../../runs/result/describe-error.ts";
import type { WrittenBundle } from "../../runs/support-bundle.ts";
import { loadConfig } from "../flags/config-file.ts";
import {
  caredLedgerPath,
  resolveSettings,
  type Settings,
  type SettingsFlags,
} from "../flags/settings.ts";
import { hookChecks } from "../frame/examine-hooks.ts";
import { withCas } from "../frame/open-session.ts";
import { plainResult } from "../words/plain-result.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";

/** What the nightly job needs. */
const SCOPES_NEEDED = commandScopes.run;
const READ_SCOPE = REFERENCE_CHECK_SCOPE;
const AFTER_CREDENTIALS =
  "Do what is said of the credentials, then run `cas-batch doctor` again: it tries this too";
const AFTER_SCOPES =
  "Do what is said of the scopes, then run `cas-batch doctor` again: it tries this too";
const SET_CLOCK = process.platform === "win32" ? "w32tm /resync" : "timedatectl set-ntp true";
/** More than this, and comparing our times with those of CAS misleads. */
const CLOCK_SKEW_MS_MAX = 60_000;

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint: string | null;
  /** Of what went wrong; null when nothing did, or when it was not tried. */
  readonly code: string | null;
}

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .option("bundle", {
          type: "string",
          coerce: (name: string) => (name === "" ? bundleName(systemClock.now()) : name),
          describe:
            "Write what support needs into a zip file, without names and secrets; a name is made up without one",
        })
        .example("$0 doctor --env acceptance", "Before the first real run"),
    async (flags) => {
      await runCommand("doctor", flags, async (context) => {
        const { checks, commands, exitCode } =
          flags.bundle === undefined
            ? await checksOf(flags, context)
            : await checksWhateverFails(flags, context);
        const rights = commands.length === 0 ? [] : ["", ...describeCommands(commands)];
        const lines = [...checks.map(describeCheck), ...rights];
        const next = nextSteps(checks);
        if (flags.bundle === undefined) {
          return plainResult(lines, { checks, commands }, next, exitCode);
        }
        const bundle = await writeBundle(flags.bundle, flags, context, checks);
        const more = { checks, commands, bundle };
        return plainResult([...lines, "", ...bundleWords(bundle)], more, next, exitCode);
      });
    },
  );

interface Checked {
  readonly checks: readonly Check[];
  readonly commands: readonly CommandRight[];
  readonly exitCode: number;
}

async function checksOf(flags: SettingsFlags, context: CommandContext): Promise<Checked> {
  const settings = await resolveSettings(flags, context.variables);
  const hooks = hookChecks(context, await loadConfig(flags, context.variables));
  return runChecks(settings, context, hooks);
}

/** What fails before the first check is the first check that failed. */
async function checksWhateverFails(
  flags: SettingsFlags,
  context: CommandContext,
): Promise<Checked> {
  try {
    return await checksOf(flags, context);
  } catch (error) {
    const exitCode = exitCodeOfError(error, context.signal);
    return { checks: [failedCheck("Settings", error, exitCode)], commands: [], exitCode };
  }
}

function failedCheck(name: string, error: unknown, exitCode: number): Check {
  const { code, message, hint } = describeError(error, exitCode);
  return { name, ok: false, detail: message, hint, code };
}

async function writeBundle(
  name: string,
  flags: SettingsFlags,
  { variables, clock, programVersion }: CommandContext,
  checks: readonly Check[],
): Promise<WrittenBundle> {
  const { writeSupportBundle } = await import("../../runs/support-bundle.ts");
  const { maskedSettings } = await import("../flags/masked-settings.ts");
  const path = resolve(name);
  const failed = (error: unknown): object => ({
    notReadable: describeError(error, EXIT.unexpected).code,
  });
  return writeSupportBundle(path, {
    ...{ programVersion, clock, checks },
    ledgerPath: await caredLedgerPath(flags, variables).catch(() => null),
    settings: await maskedSettings(flags, variables).catch(failed),
  });
}

/** Shape: `cas-batch-support-20261129T141200Z.zip`, in the current folder. */
function bundleName(at: Date): string {
  return `cas-batch-support-${at.toISOString().replace(/[-:]|\.\d+/g, "")}.zip`;
}

function bundleWords({ path, entries, contents, without }: WrittenBundle): readonly string[] {
  return [
    `Written for support: ${path}`,
    ...entries.map(
      ({ name, bytes }) =>
        `  ${name.padEnd(14)} ${String(bytes).padStart(7)} bytes  ${contents[name] ?? ""}`,
    ),
    `Not in it: ${without}`,
    "Look into it before you send it: it is a zip file of short texts",
  ];
}

async function runChecks(
  settings: Settings,
  context: CommandContext,
  hooks: ReturnType<typeof hookChecks>,
): Promise<Checked> {
  const { pipeline, embeddedSimulator, outDirectory } = settings;
  const checks: Check[] = [];
  let commands: readonly CommandRight[] = [];
  let exitCode: number = EXIT.done;
  /** Whether it went well. */
  const attempt = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      checks.push({ name, ok: true, detail: await work(), hint: null, code: null });
      return true;
    } catch (error) {
      const code = exitCodeOfError(error, context.signal);
      checks.push(failedCheck(name, error, code));
      if (exitCode === EXIT.done) exitCode = code;
      return false;
    }
  };
  await attempt("Node", () => Promise.resolve(process.version));
  const where = embeddedSimulator === null ? pipeline.cas.apiUrl : "a simulator on this machine";
  await attempt("Environment", () => Promise.resolve(`${pipeline.environment}, ${where}`));
  await withCas(settings, context, async ({ cas }) => {
    const examination = examine(cas, pipeline, context);
    let scopes: readonly string[] = [];
    const isAnswered = await attempt("Credentials", async () => {
      const rights = await examination.authorization();
      const { tenant, sourceSystem, simulated } = rights;
      scopes = rights.scopes;
      commands = rightsOfCommands(rights);
      const who = simulated ? ", given by the simulator, not by CAS" : "";
      return `tenant ${tenant}, source system ${sourceSystem}${who}`;
    });
    const leaveOut = (name: string, because: string, hint: string): void => {
      checks.push({ name, ok: false, detail: `not tried, ${because}`, hint, code: null });
    };
    if (!isAnswered) {
      const because = "as the check of the credentials failed";
      for (const name of ["Scopes", "Clock"]) leaveOut(name, because, AFTER_CREDENTIALS);
      await examination.close();
      return;
    }
    await attempt("Scopes", () => {
      const missing = SCOPES_NEEDED.filter((scope) => !scopes.includes(scope));
      if (missing.length === 0) return Promise.resolve(scopes.join(" "));
      throw new CasBatchError(
        "scope-missing",
        `The token lacks ${missing.join(" and ")}; it has ${scopes.join(" ") || "no scopes"}`,
        { hint: askFor(missing) },
      );
    });
    if (!scopes.includes(READ_SCOPE))
      leaveOut("Clock", `as the token lacks ${READ_SCOPE}`, AFTER_SCOPES);
    else
      await attempt("Clock", async () => {
        const skewMs = await examination.clockSkewMs();
        if (skewMs === null) return "CAS does not say its time";
        if (Math.abs(skewMs) < 1_000) return "less than 1 s from that of CAS";
        const skew = `${durationWords(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"} CAS`;
        if (Math.abs(skewMs) <= CLOCK_SKEW_MS_MAX) return skew;
        throw new CasBatchError("configuration-invalid", `The clock of this machine is ${skew}`, {
          hint: `Set the clock, for example with \`${SET_CLOCK}\``,
        });
      });
    await examination.close();
  });
  let listener = "";
  await attempt("Ledger", async () => {
    const { warnings, listener: last } = await examineLedger(pipeline);
    listener = listenerWords(last);
    for (const warning of warnings) context.log("warn", warning);
    return warnings.length === 0
      ? pipeline.ledgerPath
      : `${pipeline.ledgerPath}, on a network file system`;
  });
  if (listener !== "") await attempt("Listener", () => Promise.resolve(listener));
  await attempt("Reports", async () => {
    await prepareReportPath(join(outDirectory, "status-report.xlsx"));
    return outDirectory;
  });
  for (const { name, work } of hooks) await attempt(name, work);
  return { checks, commands, exitCode };
}

function listenerWords(last: ListenerView | null): string {
  if (last === null) return "none so far; `cas-batch listen` takes what CAS notifies of";
  const { address, aliveAt, hasEnded } = last;
  const at = aliveAt.toISOString().replace(/\.\d+Z$/, "Z");
  return hasEnded ? `ended ${at}, at ${address}` : `alive ${at}, at ${address}`;
}

/** What to do about each failure; with its name where several failed. */
function nextSteps(checks: readonly Check[]): readonly string[] {
  const failed = checks.filter(({ ok }) => !ok);
  const hints = failed.flatMap(({ name, hint }) => (hint === null ? [] : [{ name, hint }]));
  return hints.map(({ name, hint }) => (failed.length === 1 ? hint : `${name}: ${hint}`));
}

interface CommandRight {
  readonly command: string;
  readonly scopes: readonly string[];
  /** Null where CAS does not tell the rights of the token. */
  readonly allowed: boolean | null;
  readonly missing: readonly string[];
}

function rightsOfCommands(rights: AuthorizationStatus): readonly CommandRight[] {
  return Object.entries(commandScopes).map(([command, scopes]) => {
    const missing = missingScopes(scopes, rights);
    const allowed = missing === null ? null : missing.length === 0;
    return { command, scopes, allowed, missing: missing ?? [] };
  });
}

/** What the token lets the user run, and what not for want of which scopes. */
function describeCommands(commands: readonly CommandRight[]): readonly string[] {
  const byVerdict = Map.groupBy(commands, ({ allowed, missing }) =>
    allowed === null
      ? "CAS does not tell whether the token may run:"
      : allowed
        ? "The token may run:"
        : `Without ${missing.join(" and ")} it may not run:`,
  );
  return [...byVerdict].flatMap(([verdict, some]) => {
    // `declarations get` and its like stand in one line each family; the others in the first.
    const families = Map.groupBy(some, ({ command }) => /^(\S+) /.exec(command)?.[1] ?? "");
    const lines = [...families].map(([family, members]) => {
      const names = members.map(({ command }) => command.slice(family.length).trim());
      return `  ${`${family} ${names.join(", ")}`.trim()}`;
    });
    return [verdict, ...lines];
  });
}

function describeCheck({ name, ok, detail }: Check): string {
  return `${ok ? "ok     " : "FAILED "} ${name.padEnd(12)} ${detail}`;
}
