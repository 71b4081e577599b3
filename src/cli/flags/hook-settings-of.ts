// The hooks of the configuration, and their secrets. A secret that cannot be read keeps one mail from going, and no
// shipment.
import { isAbsolute, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import type { HookSettings, ProgramSettings } from "../../hooks/hook-settings.ts";
import { whyChangeable } from "./changeable-file.ts";
import { readSmtpPassword } from "./client-secret.ts";
import type { LoadedConfig } from "./config-file.ts";

export function hookSettingsOf({ config, folder }: LoadedConfig): HookSettings {
  const { heartbeat = null, command = null, email } = config.hooks ?? {};
  return {
    heartbeat,
    program: command === null ? null : fromFolder(command, folder),
    email: email?.settings ?? null,
  };
}

/** A program that is named by a path is found from the folder of the configuration, as all its files are. */
function fromFolder(program: ProgramSettings, folder: string): ProgramSettings {
  const [path, ...words] = program.argv;
  return /[/\\]/.test(path) && !isAbsolute(path)
    ? { ...program, argv: [resolve(folder, path), ...words] }
    : program;
}

/** Null when no user is configured. @throws CasBatchError when there is a user and no password can be read */
export async function smtpPassword(
  { config, folder, file }: LoadedConfig,
  variables: NodeJS.ProcessEnv,
): Promise<string | null> {
  const { settings, passwordFile = null } = config.hooks?.email ?? {};
  if (settings === undefined || settings.smtp.user === null) return null;
  refuseChangeable(file, `send the password of the mail server to ${settings.smtp.host}`);
  const path = passwordFile === null ? undefined : resolve(folder, passwordFile);
  const password = await readSmtpPassword(variables, path);
  if (password !== null) return password;
  throw new CasBatchError(
    "credentials-missing",
    `No password for ${settings.smtp.user} of the mail server ${settings.smtp.host}`,
    {
      hint: "Set CAS_SMTP_PASSWORD, or `passwordFile` beside `user` in cas-batch.yaml to a file with mode 600",
    },
  );
}

/** @throws CasBatchError `config-file-unsafe` when others could change what the file makes us do */
export function refuseChangeable(file: LoadedConfig["file"], what: string): void {
  if (file === null || process.getuid === undefined) return;
  const why = whyChangeable(file.stats, process.getuid());
  if (why === null) return;
  throw new CasBatchError("config-file-unsafe", `${file.path} ${why}, and it would ${what}`, {
    hint: `Run \`chmod go-w ${pastablePath(file.path)}\` and make the file your own`,
  });
}
