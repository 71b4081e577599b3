// A shell that asks how a command line may go on. yargs knows all but the profiles; the words go to it in its form.
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { EXIT } from "../../runs/result/exit-code.ts";
import { loadConfig } from "../flags/config-file.ts";
import { writeOut } from "../words/output-streams.ts";
import { SHELLS, type Shell } from "./scripts.ts";

interface AskedWords {
  readonly shell: Shell;
  /** The last is the one under the cursor, and may be empty. */
  readonly words: readonly string[];
}

/** Where people keep profiles. */
const PROFILE_FOLDERS = [".", "profiles", "templates/profiles"];
const PROFILE_FILE = /^[^.\s].*\.ya?ml$/;
const CONFIG_FILE = "cas-batch.yaml";

/**
 * The words that yargs is asked with. Profiles, which it does not know, are answered here, and the process ends.
 * @param typed begins with `--complete`
 */
export async function wordsForShell(typed: readonly string[]): Promise<string[]> {
  const asked = askedWords(typed);
  process.env["SHELL"] = shellOfYargs(asked.shell);
  const profiles = await askedProfiles(asked);
  if (profiles === null) return yargsWords(asked);
  await writeOut(profiles.map((name) => `${name}\n`).join(""));
  process.exit(EXIT.done);
}

function askedWords([, named, ...words]: readonly string[]): AskedWords {
  const shell = SHELLS.find((one) => one === named) ?? "bash";
  const current = words.at(-1)?.replace(/^=/, "") ?? "";
  return { shell, words: [...words.slice(0, -1), current] };
}

/** What yargs looks at to choose the form of its answers. */
function shellOfYargs(shell: Shell): string {
  // A name, a tab and what it is about: PowerShell takes that form, too.
  return shell === "powershell" ? "fish" : shell;
}

/** With the flag by which yargs is asked. It prints the answer and ends the process before any command runs. */
function yargsWords({ words }: AskedWords): string[] {
  const current = words.at(-1) ?? "";
  // It would write the short flags with two hyphens; the shell leaves out what does not begin like the word.
  const asked = current.startsWith("--") ? "-" : current;
  return ["--get-yargs-completions", ...words.slice(0, -1), asked];
}

/** Null where another word is completed than the value of --profile. */
async function askedProfiles({ words }: AskedWords): Promise<readonly string[] | null> {
  if (words.at(-2) !== "--profile") return null;
  const at = words.indexOf("--config");
  const named = at === -1 ? undefined : words[at + 1];
  const configured = await loadConfig({ config: named }, process.env).then(
    ({ config, folder }) =>
      (config.profiles ?? []).map(({ profile }) => relative(".", resolve(folder, profile))),
    // A configuration with a mistake is told by the commands that use it.
    () => [],
  );
  const found = PROFILE_FOLDERS.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => PROFILE_FILE.test(name) && name !== CONFIG_FILE)
      .map((name) => join(folder, name)),
  );
  const current = words.at(-1) ?? "";
  return [...new Set([...configured, ...found])].filter((name) => name.startsWith(current)).sort();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
