// Runs a command whose end is told to others, where the configuration names any. Nothing of hooks is loaded otherwise.
import type { HookedCommand } from "../../hooks/hook-settings.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import { loadConfig } from "../flags/config-file.ts";
import type { GlobalFlags } from "../flags/global-flags.ts";
import type { SettingsFlags } from "../flags/settings.ts";
import { runCommand, type CommandContext } from "./run-command.ts";

type Work = (context: CommandContext) => Promise<CommandResult | number>;

/** As runCommand(). */
export function runWithHooks(
  command: HookedCommand,
  flags: GlobalFlags & SettingsFlags,
  work: Work,
): Promise<void> {
  return runCommand(command, flags, (context) => withHooks(command, flags, context, work));
}

async function printed(
  done: CommandResult | number,
  print: CommandContext["print"],
): Promise<number> {
  if (typeof done === "number") return done;
  await print(done);
  return done.exitCode;
}

/**
 * Tells of the start, does the work, tells of its end: before the result is printed, so that it says who was told,
 * and after it stands in the ledger, so that nothing of it waits for a mail server.
 * @param isNews where it is not, only the heartbeat is told
 */
export async function withHooks(
  command: HookedCommand,
  flags: SettingsFlags,
  context: CommandContext,
  work: Work,
  isNews: (result: CommandResult) => boolean = () => true,
): Promise<number> {
  const loaded = await loadConfig(flags, context.variables);
  if (loaded.config.hooks === undefined) return printed(await work(context), context.print);
  const { openHooks } = await import("./open-hooks.ts");
  const hooks = openHooks(command, flags, context, loaded);
  let exitCode: number | null = null;
  const told = async (result: CommandResult): Promise<CommandResult> => {
    const after = await hooks.ended(result, isNews(result));
    exitCode = after.exitCode;
    return after;
  };
  // A function, because the compiler does not see that `told` changes it.
  const toldCode = (): number | null => exitCode;
  const print = async (result: CommandResult): Promise<void> => context.print(await told(result));
  try {
    const done = await printed(await work({ ...context, print }), print);
    return toldCode() ?? done;
  } catch (error) {
    if (toldCode() === null) await hooks.failed(error);
    throw error;
  }
}
