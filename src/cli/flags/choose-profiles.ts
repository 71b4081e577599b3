// Which profile a file is read by: the one of the command line, else the first in `cas-batch.yaml`
// whose pattern fits the file's name, else none.
import { resolve } from "node:path";
import { fitsPattern } from "../../core/name-pattern.ts";
import type { Profile } from "../../map/profile/profile.ts";
import type { InputFile } from "../../runs/stage-batches.ts";
import { loadConfig } from "./config-file.ts";

/** @throws CasBatchError when a profile or the configuration cannot be used */
export async function chooseProfiles(
  flags: { readonly profile?: string | undefined; readonly config?: string | undefined },
  variables: NodeJS.ProcessEnv,
): Promise<(file: InputFile) => Profile | null> {
  if (flags.profile !== undefined) {
    const profile = await loadProfile(flags.profile);
    return () => profile;
  }
  const { config, folder } = await loadConfig(flags, variables);
  // Loads all of them before any file is read: a mistake in one shows at once, not on a later night.
  const choices: { readonly files: string; readonly profile: Profile }[] = [];
  for (const { files, profile } of config.profiles ?? []) {
    choices.push({ files, profile: await loadProfile(resolve(folder, profile)) });
  }
  return ({ name }) => choices.find(({ files }) => fitsPattern(name, files))?.profile ?? null;
}

/** Loaded late: most files are read without a profile. */
async function loadProfile(path: string): Promise<Profile> {
  const profiles = await import("../../intake/profiles/load-profile.ts");
  return profiles.loadProfile(path);
}
