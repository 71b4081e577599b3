// `cas-batch hooks test`: tries every hook that is configured, so that nobody finds out at night that one does not
// work. It needs no ledger and no CAS.
import type { AddCommand } from "../frame/command-entry.ts";
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import { loadConfig } from "../flags/config-file.ts";
import type { GlobalFlags, GlobalOptions } from "../flags/global-flags.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    addTestCommand(command).demandCommand(1, "hooks needs test"),
  );

function addTestCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "test",
    "Send the heartbeats, run the command and send the mail that are configured, as a test",
    (command) =>
      command
        .option("failure", {
          type: "boolean",
          default: false,
          describe: "As a run that failed: the monitor and the mail say so",
        })
        .example("$0 hooks test --env production", "A start and a success, a command, a mail")
        .example("$0 hooks test --env production --failure", "See what a bad night looks like"),
    async (flags) => {
      await runCommand("hooks test", flags, (context) => testHooks(flags, context));
    },
  );
}

async function testHooks(
  flags: GlobalFlags & { readonly failure: boolean },
  context: CommandContext,
): Promise<CommandResult> {
  const loaded = await loadConfig(flags, context.variables);
  if (loaded.config.hooks === undefined || Object.keys(loaded.config.hooks).length === 0) {
    throw new CasBatchError("configuration-invalid", "No hooks are configured", {
      hint: "Add `hooks` with heartbeat, command or email to cas-batch.yaml (docs/hooks.md)",
    });
  }
  const { tryHooks } = await import("../frame/try-hooks.ts");
  const hooks = await tryHooks(flags, context, loaded);
  const lines = hooks.map(({ hook, event, state, message }) => {
    const word = state === "failed" ? "FAILED " : state === "done" ? "ok     " : "-      ";
    return `${word} ${`${hook}, ${event}`.padEnd(18)} ${message}`;
  });
  const hasFailed = hooks.some(({ state }) => state === "failed");
  const next = hasFailed
    ? [
        "Correct what is named above in cas-batch.yaml or at the server, then run the same command again",
      ]
    : [];
  return plainResult(lines, { hooks }, next, hasFailed ? EXIT.usage : EXIT.done);
}
