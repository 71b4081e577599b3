// What `doctor` tries of the hooks. It tells nobody: a heartbeat would pass for a run, and a mail would be read.
import { CasBatchError } from "../../core/errors.ts";
import { findProgram } from "../../hooks/find-program.ts";
import { wordsOf } from "../../hooks/hook-outcome.ts";
import type { EmailSettings, ProgramSettings } from "../../hooks/hook-settings.ts";
import type { LoadedConfig } from "../flags/config-file.ts";
import { hookSettingsOf, refuseChangeable } from "../flags/hook-settings-of.ts";
import { hideHookSecrets, withHookSurroundings } from "./hook-surroundings.ts";
import type { CommandContext } from "./run-command.ts";

interface HookCheck {
  readonly name: string;
  /** What is well, in words. */
  readonly work: () => Promise<string>;
}

export function hookChecks(context: CommandContext, loaded: LoadedConfig): readonly HookCheck[] {
  hideHookSecrets(loaded, context);
  const { heartbeat, program, email } = hookSettingsOf(loaded);
  const { success } = heartbeat ?? { success: null };
  return [
    ...(success === null
      ? []
      : [{ name: "Heartbeat", work: () => Promise.resolve(heartbeatWords(success)) }]),
    ...(program === null
      ? []
      : [{ name: "Command", work: () => tryProgram(program, context, loaded) }]),
    ...(email === null ? [] : [{ name: "E-mail", work: () => tryEmail(email, context, loaded) }]),
  ];
}

function heartbeatWords(address: string): string {
  return `${new URL(address).host}, not asked: it would count as a run; \`cas-batch hooks test\` sends one`;
}

function tryProgram(
  { argv: [name] }: ProgramSettings,
  { variables }: CommandContext,
  { file }: LoadedConfig,
): Promise<string> {
  refuseChangeable(file, "start the program that it names");
  const path = findProgram(name, variables);
  if (path !== null) return Promise.resolve(`${path}, not started`);
  throw new CasBatchError(
    "hook-failed",
    `The command ${name} of \`hooks\` is not there, or may not be started`,
    { hint: "Correct `hooks.command` in cas-batch.yaml, then run `cas-batch hooks test`" },
  );
}

async function tryEmail(
  { smtp, to }: EmailSettings,
  context: CommandContext,
  loaded: LoadedConfig,
): Promise<string> {
  const server = `${smtp.host}:${smtp.port}`;
  const { tryMailServer } = await import("../../hooks/mail/try-mail-server.ts");
  return withHookSurroundings(context, loaded, async ({ smtpPassword }) => {
    const password = await smtpPassword();
    try {
      await tryMailServer(smtp, password);
    } catch (cause) {
      throw new CasBatchError(
        "hook-failed",
        `Cannot send mail by ${server} (security: ${smtp.security}): ${wordsOf(cause)}`,
        {
          cause,
          hint: "Correct `hooks.email.smtp` in cas-batch.yaml, then run `cas-batch hooks test`",
        },
      );
    }
    const login = smtp.user === null ? "" : ", login taken";
    return `${server}${login}; nothing was sent to ${to.join(", ")}`;
  });
}
