// Where the client secret comes from: the environment, a file that only its owner can read, or a
// credential that systemd hands to the service. Never the command line (other users see it there),
// never the configuration file.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { readSettingsFile } from "../../core/files/settings-file.ts";

const OTHERS_MAY_READ = 0o077;

/** Source: systemd.exec(5), LoadCredential=cas-client-secret:/path. */
const CREDENTIAL = "cas-client-secret";

/**
 * Null when none is configured.
 * @throws CasBatchError `secret-file-unsafe`, `file-not-found`, `credentials-missing`
 */
export async function readClientSecret(
  environmentVariables: NodeJS.ProcessEnv,
  secretFile: string | undefined,
): Promise<string | null> {
  const direct = environmentVariables["CAS_CLIENT_SECRET"];
  if (direct !== undefined && direct !== "") return direct;
  if (secretFile !== undefined) return readSecret(secretFile, true);
  const folder = environmentVariables["CREDENTIALS_DIRECTORY"];
  if (folder === undefined || folder === "") return null;
  const credential = join(folder, CREDENTIAL);
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
