// Where the client secret, and the password of the mail server, come from: the environment, a file that only its owner
// can read, or a credential that systemd hands to the service. Never the command line (other users see it there),
// never the configuration file.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { readSettingsFile } from "../../core/files/settings-file.ts";

const OTHERS_MAY_READ = 0o077;

/** Where a secret may be: in a variable, in a file, or in a credential of systemd. */
interface SecretPlaces {
  readonly variable: string;
  readonly file: string | undefined;
  /** Source: systemd.exec(5), LoadCredential=cas-client-secret:/path. */
  readonly credential: string;
}

/**
 * The first of: the variable, the file that a variable names, the credential, the file of the configuration. Null
 * when none is configured.
 * @throws CasBatchError `secret-file-unsafe`, `file-not-found`, `credentials-missing`
 */
export function readClientSecret(
  environmentVariables: NodeJS.ProcessEnv,
  configuredFile: string | undefined,
): Promise<string | null> {
  return secretFrom(environmentVariables, {
    variable: "CAS_CLIENT_SECRET",
    file: configuredFile,
    credential: "cas-client-secret",
  });
}

/** As readClientSecret(), of the mail server. */
export function readSmtpPassword(
  environmentVariables: NodeJS.ProcessEnv,
  passwordFile: string | undefined,
): Promise<string | null> {
  return secretFrom(environmentVariables, {
    variable: "CAS_SMTP_PASSWORD",
    file: passwordFile,
    credential: "cas-smtp-password",
  });
}

async function secretFrom(
  environmentVariables: NodeJS.ProcessEnv,
  { variable, file, credential: name }: SecretPlaces,
): Promise<string | null> {
  const direct = environmentVariables[variable];
  if (direct !== undefined && direct !== "") return direct;
  const named = environmentVariables[`${variable}_FILE`];
  if (named !== undefined && named !== "") return readSecret(named, true);
  const folder = environmentVariables["CREDENTIALS_DIRECTORY"];
  const credential = folder === undefined || folder === "" ? null : join(folder, name);
  if (credential !== null && existsSync(credential)) return readSecret(credential, false);
  return file === undefined ? null : readSecret(file, true);
}

/** systemd gives it to the service by an access list, which shows as a right of the group. */
export function isCredential(file: string, variables: NodeJS.ProcessEnv): boolean {
  const folder = variables["CREDENTIALS_DIRECTORY"];
  return folder !== undefined && folder !== "" && dirname(resolve(file)) === resolve(folder);
}

/** @throws CasBatchError as readClientSecret() */
export async function readSecret(file: string, mustBePrivate: boolean): Promise<string> {
  const secret = (await readChecked(file, mustBePrivate)).trim();
  if (secret !== "") return secret;
  throw new CasBatchError("credentials-missing", `The secret file ${file} is empty`);
}

async function readChecked(file: string, mustBePrivate: boolean): Promise<string> {
  const { text, stats } = await readSettingsFile("the secret file", file);
  // Windows has no such modes; there every file says 0666.
  if (mustBePrivate && process.platform !== "win32" && (stats.mode & OTHERS_MAY_READ) !== 0) {
    throw new CasBatchError(
      "secret-file-unsafe",
      `The secret file ${file} can be read by others (mode ${(stats.mode & 0o777).toString(8)})`,
      { hint: `Run \`chmod 600 ${file}\`` },
    );
  }
  return text;
}
