// Where the client secret, and the password of the mail server, come from: the environment, a file that only its owner can read, or a
// credential that systemd hands to the service. Never the command line (other users see it there),
// never the configuration file.
import { existsSync } from "node:fs";
import { join } from "node:path";
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
 * Null when none is configured.
 * @throws CasBatchError `secret-file-unsafe`, `file-not-found`, `credentials-missing`
 */
export function readClientSecret(
  environmentVariables: NodeJS.ProcessEnv,
  secretFile: string | undefined,
): Promise<string | null> {
  return secretFrom(environmentVariables, {
    variable: "CAS_CLIENT_SECRET",
    file: secretFile,
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
  if (file !== undefined) return readSecret(file, true);
  const folder = environmentVariables["CREDENTIALS_DIRECTORY"];
  if (folder === undefined || folder === "") return null;
  const credential = join(folder, name);
  // systemd gives it to the service by an access list, which shows as a right of the group.
  return existsSync(credential) ? readSecret(credential, false) : null;
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
