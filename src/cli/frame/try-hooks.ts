// Tells all hooks of a run that did not happen, whatever their `when` and for which commands they are.
import type { HookOutcome } from "../../hooks/hook-outcome.ts";
import type { RunSummary } from "../../hooks/run-summary.ts";
import { tellEnd, tellStart } from "../../hooks/tell-hooks.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { LoadedConfig } from "../flags/config-file.ts";
import { hookSettingsOf } from "../flags/hook-settings-of.ts";
import { namedEnvironment, outDirectoryOf, type SettingsFlags } from "../flags/settings.ts";
import { plainResult } from "../words/plain-result.ts";
import { stepWords } from "../words/result-words.ts";
import { summaryOf } from "../words/run-summary-words.ts";
import { hideHookSecrets, withHookSurroundings } from "./hook-surroundings.ts";
import type { CommandContext } from "./run-command.ts";

export async function tryHooks(
  flags: SettingsFlags & { readonly failure: boolean },
  context: CommandContext,
  loaded: LoadedConfig,
): Promise<readonly HookOutcome[]> {
  hideHookSecrets(loaded, context);
  const settings = hookSettingsOf(loaded);
  const summary = testSummary(flags, context, loaded);
  return withHookSurroundings(context, loaded, async (around) => {
    const started =
      settings.heartbeat === null ? [] : [await tellStart(settings.heartbeat, around)];
    return [...started, ...(await tellEnd(settings, summary, around, true))];
  });
}

function testSummary(
  flags: SettingsFlags & { readonly failure: boolean },
  { clock, variables, redactor }: CommandContext,
  { config }: LoadedConfig,
): RunSummary {
  const now = clock.now();
  const sources = { flags, variables, config };
  const exitCode = flags.failure ? EXIT.stoppedEarly : EXIT.done;
  const result = plainResult(["A test: nothing was read, sent or asked"], {}, [], exitCode);
  const summary = summaryOf(result, {
    ...{ command: "hooks test", environment: namedEnvironment(sources) ?? null },
    ...{ startedAt: now, endedAt: now, timeZone: config.timeZone ?? "UTC" },
    place: { out: outDirectoryOf(sources), reportsAt: config.hooks?.email?.reportsAt ?? null },
    ...{ stepText: stepWords, redactor },
  });
  return { ...summary, isTest: true };
}
