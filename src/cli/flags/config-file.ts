// Finds `cas-batch.yaml` and reads it. The YAML parser and the schema are loaded only where there is one.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ConfigFile, OpenedConfig } from "./config-schema.ts";
import { limitFileModes } from "./file-modes.ts";

const DEFAULT_CONFIG_FILE = "cas-batch.yaml";

export interface LoadedConfig {
  readonly config: ConfigFile;
  /** From which its paths to profiles and to the ledger start. */
  readonly folder: string;
  /** The file itself; null without one. */
  readonly file: Omit<OpenedConfig, "config"> | null;
}

/** Without a file: the empty configuration. @throws CasBatchError when the file cannot be used */
export async function loadConfig(
  flags: { readonly config?: string | undefined },
  variables: NodeJS.ProcessEnv,
): Promise<LoadedConfig> {
  const named = flags.config ?? filled(variables["CAS_CONFIG"]);
  const path = named ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : null);
  if (path === null) return { config: {}, folder: resolve(), file: null };
  const { readConfigFile } = await import("./config-schema.ts");
  const { config, ...file } = await readConfigFile(path);
  // Here, so that no command that writes files can forget it.
  if (config.files !== undefined) limitFileModes(config.files.mode);
  return { config, folder: dirname(resolve(path)), file };
}

/** An environment variable that is set to nothing counts as not set. */
export function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
