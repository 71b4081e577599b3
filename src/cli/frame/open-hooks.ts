// The hooks of one command: who is told of its start and its end, and what comes of it when they cannot be told.
import { resolve } from "node:path";
import type { HookedCommand, HookSettings } from "../../hooks/hook-settings.ts";
import type { HookOutcome } from "../../hooks/hook-outcome.ts";
import type { RunSummary } from "../../hooks/run-summary.ts";
import { tellEnd, tellStart } from "../../hooks/tell-hooks.ts";
import { describeError } from "../../runs/result/describe-error.ts";
import { EXIT, exitCodeOfError } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import type { LoadedConfig } from "../flags/config-file.ts";
import { hookSettingsOf } from "../flags/hook-settings-of.ts";
import { namedEnvironment, outDirectoryOf, type SettingsFlags } from "../flags/settings.ts";
import { plainResult } from "../words/plain-result.ts";
import { stepWords } from "../words/result-words.ts";
import { summaryOf } from "../words/run-summary-words.ts";
import { hideHookSecrets, withHookSurroundings } from "./hook-surroundings.ts";
import { stepOf } from "./next-step.ts";
import type { CommandContext } from "./run-command.ts";

interface OpenHooks {
  /** The result with who was told. */
  /** @param isNews where it is not, only the heartbeat is told */
  readonly ended: (result: CommandResult, isNews: boolean) => Promise<CommandResult>;
  readonly failed: (error: unknown) => Promise<void>;
}

/** Tells of the start at once, beside the work. */
export function openHooks(
  command: HookedCommand,
  flags: SettingsFlags,
  context: CommandContext,
  loaded: LoadedConfig,
): OpenHooks {
  const startedAt = context.clock.now();
  hideHookSecrets(loaded, context);
  const settings = forCommand(hookSettingsOf(loaded), command);
  const sources = { flags, variables: context.variables, config: loaded.config };
  const environment = namedEnvironment(sources) ?? null;
  // Whoever is told sits elsewhere, and has none of the variables.
  const files = {
    config: placeOf(flags.config ?? context.variables["CAS_CONFIG"]),
    ledger: placeOf(flags.ledger ?? context.variables["CAS_LEDGER"]),
  };
  const elsewhere = whyElsewhere(environment, loaded.config.environment);
  const heartbeat = elsewhere === null ? settings.heartbeat : null;
  const begun =
    heartbeat === null
      ? null
      : withHookSurroundings(context, loaded, (around) => tellStart(heartbeat, around));

  const summarize = (result: CommandResult): RunSummary =>
    summaryOf(result, {
      ...{ command, environment, startedAt, endedAt: context.clock.now() },
      timeZone: loaded.config.timeZone ?? "UTC",
      place: {
        out: outDirectoryOf(sources),
        reportsAt: loaded.config.hooks?.email?.reportsAt ?? null,
      },
      stepText: (step) => stepOf(stepWords(step), command, { env: environment, ...files }),
      redactor: context.redactor,
    });
  const tell = async (result: CommandResult, isNews = true): Promise<readonly HookOutcome[]> => {
    const asked = isNews ? settings : { ...settings, program: null, email: null };
    const summary = summarize(result);
    const started = begun === null ? [] : [await begun];
    const told = await withHookSurroundings(context, loaded, (around) =>
      tellEnd({ ...asked, heartbeat }, summary, around),
    );
    const left = settings.heartbeat === null || elsewhere === null ? [] : [noHeartbeat(elsewhere)];
    return [...started, ...told, ...left];
  };
  return {
    ended: async (result, isNews) => {
      const hooks = await tell(result, isNews);
      logOutcomes(hooks, context);
      const exitCode =
        isUntold(hooks) && result.exitCode === EXIT.done ? EXIT.notTold : result.exitCode;
      return { ...result, exitCode, more: { ...result.more, hooks } };
    },
    failed: async (error) => {
      const exitCode = exitCodeOfError(error, context.signal);
      const described = describeError(error, exitCode);
      const hooks = await tell({ ...plainResult([], {}, [], exitCode), error: described });
      logOutcomes(hooks, context);
      context.addMembers({ hooks });
    },
  };
}

function forCommand(settings: HookSettings, command: HookedCommand): HookSettings {
  const { heartbeat, program, email } = settings;
  return {
    heartbeat: heartbeat?.commands.includes(command) === true ? heartbeat : null,
    program: program?.commands.includes(command) === true ? program : null,
    email: email?.commands.includes(command) === true ? email : null,
  };
}

/**
 * A monitor waits for the runs of one environment, that of the configuration: a rehearsal beside it must not pass
 * for one of them. Completes "no heartbeat, as"; null when it is the one.
 */
function whyElsewhere(environment: string | null, configured: string | undefined): string | null {
  if (environment === configured) return null;
  if (configured === undefined) {
    return environment === "simulator" ? "a rehearsal must not pass for a real run" : null;
  }
  return `the configuration is for ${configured}, and this was for ${environment ?? "none"}`;
}

function noHeartbeat(why: string): HookOutcome {
  const skipped = { hook: "heartbeat", event: "success", state: "skipped" } as const;
  return { ...skipped, attempts: 0, message: `no heartbeat, as ${why}`, hint: null };
}

/** A start that was not heard of misleads nobody. */
function isUntold(outcomes: readonly HookOutcome[]): boolean {
  return outcomes.some(({ state, event }) => state === "failed" && event !== "start");
}

function logOutcomes(outcomes: readonly HookOutcome[], { log }: CommandContext): void {
  for (const { hook, event, state, message, hint } of outcomes) {
    if (state === "failed") log("error", hint === null ? message : `${message}. ${hint}`);
    else log("debug", `Hook ${hook} (${event}) ${state}: ${message}`);
  }
}

function placeOf(path: string | undefined): string | undefined {
  return path === undefined || path === "" ? undefined : resolve(path);
}
