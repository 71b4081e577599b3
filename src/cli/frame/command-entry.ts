// A command as the command line lists it. Its file is loaded only when its name is among the words that
// were typed: `--help` and a typo need none of them.
import type { Argv } from "yargs";
import type { GlobalOptions } from "../flags/global-flags.ts";

export interface CommandEntry {
  /** Shape: `check <files..>`. */
  readonly signature: string;
  readonly about: string;
  readonly load: () => Promise<{ readonly addCommand: AddCommand }>;
}

/** Adds a command with its flags, help and work. */
export type AddCommand = (yargs: Argv<GlobalOptions>, entry: CommandEntry) => Argv<GlobalOptions>;
