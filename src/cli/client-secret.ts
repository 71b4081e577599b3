// Where the client secret comes from: the environment or a file that only its owner can read.
// Never the command line (other users see it there), never the configuration file.
import { readFileSync, statSync } from "node:fs";
import { CasBatchError } from "../core/errors.ts";

const OTHERS_MAY_READ = 0o077;

/** Null when none is configured. @throws CasBatchError `secret-file-unsafe`, `file-not-found` */
export function readClientSecret(
  environmentVariables: NodeJS.ProcessEnv,
  secretFile: string | undefined,
): string | null {
  const direct = environmentVariables["CAS_CLIENT_SECRET"];
  if (direct !== undefined && direct !== "") return direct;
  if (secretFile === undefined) return null;
  try {
    const { mode } = statSync(secretFile);
    // Windows has no such modes; there every file says 0666.
    if (process.platform !== "win32" && (mode & OTHERS_MAY_READ) !== 0) {
      throw new CasBatchError(
        "secret-file-unsafe",
        `The secret file ${secretFile} can be read by others (mode ${(mode & 0o777).toString(8)})`,
        { hint: `Run \`chmod 600 ${secretFile}\`` },
      );
    }
    return readFileSync(secretFile, "utf8").trim();
  } catch (cause) {
    if (cause instanceof CasBatchError) throw cause;
    throw new CasBatchError("file-not-found", `Cannot read the secret file ${secretFile}`, {
      cause,
    });
  }
}
