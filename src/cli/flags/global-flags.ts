// The flags that every command understands, in one place for help and parsing.
import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from "yargs";

const EVERYWHERE = "Everywhere:";

const globalOptions = {
  env: {
    choices: ["production", "acceptance", "simulator"],
    describe: "Where to send. Never assumed  [CAS_ENV]",
    group: EVERYWHERE,
  },
  config: {
    type: "string",
    describe: "Configuration file, ./cas-batch.yaml when it is there  [CAS_CONFIG]",
    group: EVERYWHERE,
  },
  ledger: {
    type: "string",
    describe: "The ledger; by default in the user's state folder  [CAS_LEDGER]",
    group: EVERYWHERE,
  },
  "create-ledger": {
    type: "boolean",
    default: false,
    describe: "Begin the ledger that is named and not there; without it a missing one is an error",
    group: EVERYWHERE,
  },
  json: {
    type: "boolean",
    default: false,
    describe: "Print one JSON document on standard output, nothing else",
    group: EVERYWHERE,
  },
  "log-format": {
    choices: ["text", "json"],
    default: "text",
    describe: "How log lines on standard error look",
    group: EVERYWHERE,
  },
  quiet: {
    alias: "q",
    type: "boolean",
    default: false,
    describe: "Only errors and the result: no warnings, no progress",
    group: EVERYWHERE,
  },
  verbose: {
    alias: "v",
    type: "boolean",
    default: false,
    describe: "Show every finding one by one, and log every step",
    group: EVERYWHERE,
  },
  input: {
    type: "boolean",
    default: true,
    describe: "--no-input: never ask; what would be asked needs --yes",
    hidden: true,
  },
} as const satisfies Record<string, Options>;

export type GlobalOptions = InferredOptionTypes<typeof globalOptions>;
export type GlobalFlags = ArgumentsCamelCase<GlobalOptions>;

export function addGlobalFlags(yargs: Argv): Argv<GlobalOptions> {
  return yargs.options(globalOptions).group(["help", "version"], EVERYWHERE);
}
