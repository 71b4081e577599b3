// Whether a program is there, without starting it.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Its path; null when it is not there or may not be started. */
export function findProgram(name: string, variables: NodeJS.ProcessEnv): string | null {
  const folders = isAbsolute(name) ? [""] : (variables["PATH"] ?? "").split(delimiter);
  const endings = process.platform === "win32" ? ["", ".exe", ".com"] : [""];
  const paths = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return paths.find(mayStart) ?? null;
}

function mayStart(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
