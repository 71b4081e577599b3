// The flags that every command understands, in one place for help and parsing.
import type { Argv } from "yargs";

export interface GlobalFlags {
  readonly env: string | undefined;
  readonly config: string | undefined;
  readonly ledger: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly logFormat: "text" | "json";
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly rate: number | undefined;
  readonly concurrency: number | undefined;
  readonly wait: string | undefined;
}

export function addGlobalFlags(yargs: Argv): Argv<GlobalFlags> {
  return yargs
    .option("env", {
      type: "string",
      describe: "Where to send: production, acceptance or simulator. Never assumed  [CAS_ENV]",
      group: "Everywhere:",
    })
    .option("config", {
      type: "string",
      describe: "Configuration file, ./cas-batch.yaml when it is there  [CAS_CONFIG]",
      group: "Everywhere:",
    })
    .option("ledger", {
      type: "string",
      describe: "The ledger, cas-batch-data/ENV/ledger.sqlite unless told  [CAS_LEDGER]",
      group: "Everywhere:",
    })
    .option("json", {
      type: "boolean",
      default: false,
      describe: "Print one JSON document on standard output, nothing else",
      group: "Everywhere:",
    })
    .option("log-format", {
      choices: ["text", "json"] as const,
      default: "text" as const,
      describe: "How log lines on standard error look",
      group: "Everywhere:",
    })
    .option("quiet", {
      alias: "q",
      type: "boolean",
      default: false,
      describe: "Only errors and the result",
      group: "Everywhere:",
    })
    .option("verbose", {
      alias: "v",
      type: "boolean",
      default: false,
      describe: "Tell every step",
      group: "Everywhere:",
    })
    .option("input", {
      type: "boolean",
      default: true,
      describe: "--no-input is accepted for scripts; no command ever asks",
      hidden: true,
    })
    .option("out", { type: "string", hidden: true })
    .option("rate", { type: "number", hidden: true })
    .option("concurrency", { type: "number", hidden: true })
    .option("wait", { type: "string", hidden: true });
}
