// Where the ledger lies. Its place must not depend on the folder in which a command runs: in another
// folder an empty one would be begun, which knows nothing of what was sent. So the default is the state
// folder of the user, and a path in the configuration file starts from that file's folder. A ledger where
// earlier versions put it is still found; of two, neither is taken, as only a person knows which is right.
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import type { Environment } from "../../core/shipment.ts";
import { sendMarkPath } from "../../ledger/sqlite/file/send-mark.ts";

const LOCAL_FOLDER = "cas-batch-data";
const FILE_NAME = "ledger.sqlite";

export interface LedgerPlace {
  /** Absolute. */
  readonly path: string;
  /** Why it is there, in words; null where that goes without saying. */
  readonly why: string | null;
  /** Whether a flag, a variable or the configuration names it, so that it must be there. */
  readonly isNamed: boolean;
}

interface Machine {
  readonly variables: NodeJS.ProcessEnv;
  /** By default this machine's. */
  readonly platform?: NodeJS.Platform;
  /** By default the current one. */
  readonly folder?: string;
}

/**
 * Where the ledger lies when nothing names it.
 * @throws CasBatchError `ledger-ambiguous` when there are two, `configuration-invalid` when there is no
 *   place for one
 */
export function defaultLedgerPlace(environment: Environment, machine: Machine): LedgerPlace {
  const local = resolve(machine.folder ?? ".", LOCAL_FOLDER, environment, FILE_NAME);
  // What was rehearsed in a folder stays with it.
  if (environment === "simulator") return { path: local, why: null, isNamed: false };
  const found = isThere(local);
  const folder = stateFolder(machine);
  if (folder === null) {
    if (!found) throw noPlace();
    return { path: local, why: "found in the current folder", isNamed: false };
  }
  const path = join(folder, "cas-batch", environment, FILE_NAME);
  if (!found) return { path, why: null, isNamed: false };
  // One that was never sent from has no mark, and knows nothing that the other does not.
  if (existsSync(sendMarkPath(path))) throw ambiguous(local, path);
  return { path: local, why: `found in the current folder, not in ${folder}`, isNamed: false };
}

/**
 * A ledger that `cas-batch.yaml` names, whose folder is given.
 * @throws CasBatchError `ledger-ambiguous` when there is one in the current folder, too
 */
export function configuredLedgerPlace(
  name: string,
  folder: string,
  currentFolder = ".",
): LedgerPlace {
  const path = resolve(folder, name);
  const local = resolve(currentFolder, name);
  if (local === path || !isThere(local)) return { path, why: null, isNamed: true };
  if (isThere(path)) throw ambiguous(local, path);
  return { path: local, why: `found from the current folder, not from ${folder}`, isNamed: true };
}

/** A ledger that is gone while its mark is there was sent from: its place is not given up. */
function isThere(path: string): boolean {
  return existsSync(path) || existsSync(sendMarkPath(path));
}

/**
 * The folder for what programs keep for a user; null where there is none. On macOS as on Linux: the
 * blank in "Application Support" would break every command that is to be pasted.
 * Source: XDG Base Directory Specification 0.8; a relative path in it is to be ignored.
 */
function stateFolder({ variables, platform = process.platform }: Machine): string | null {
  const home = homeFolder(variables);
  if (platform === "win32") {
    const named = variables["LOCALAPPDATA"] ?? "";
    if (isAbsolute(named)) return named;
    return home === null ? null : join(home, "AppData", "Local");
  }
  const named = variables["XDG_STATE_HOME"] ?? "";
  if (isAbsolute(named)) return named;
  return home === null ? null : join(home, ".local", "state");
}

/** Users of services may have none, or one that is not there, such as /nonexistent. */
function homeFolder(variables: NodeJS.ProcessEnv): string | null {
  const named = variables["HOME"] ?? "";
  const home = isAbsolute(named) ? named : systemHome();
  if (home === null || !isAbsolute(home)) return null;
  return statSync(home, { throwIfNoEntry: false })?.isDirectory() === true ? home : null;
}

function systemHome(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function noPlace(): CasBatchError {
  return new CasBatchError(
    "configuration-invalid",
    "Cannot tell where the ledger lies: nothing names it, and the user of this process has no home folder",
    {
      hint: "Name it with CAS_LEDGER or `ledger` in cas-batch.yaml, such as /var/lib/cas-batch/ledger.sqlite; add --create-ledger once to begin it",
    },
  );
}

function ambiguous(local: string, other: string): CasBatchError {
  return new CasBatchError(
    "ledger-ambiguous",
    `Cannot tell which ledger is meant: one lies in the current folder, ${local}, and another in the usual place, ${other}`,
    {
      hint: `Name the one to go on with, by --ledger or \`ledger\` in cas-batch.yaml: --ledger ${pastablePath(local)}, or --ledger ${pastablePath(other)}; what the other one has sent it does not know, so run \`cas-batch reconcile\` with it first, then move the other one away`,
    },
  );
}
