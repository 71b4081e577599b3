// The frame around every command: signals, progress, logs and errors are treated the same in all.
// What a command throws ends here, as one message with the next step and a true exit code.
import { readFileSync } from "node:fs";
import { systemClock } from "../core/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import { createRedactor } from "../core/redact.ts";
import type { Surroundings } from "../pipeline.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { printErrorAsJson, printResultAsJson, printResultAsText } from "./print-result.ts";
import type { CommandResult, ToldError } from "./result.ts";
import { createTerminal } from "./terminal.ts";

export interface Desk extends Surroundings {
  /** Prints the command's result in the form asked for; called once, while its sources are open. */
  readonly print: (result: CommandResult) => Promise<void>;
  /** Tells people something that is no result: where a simulator listens, what a template is. */
  readonly say: (line: string) => void;
  readonly variables: NodeJS.ProcessEnv;
  /** From now on nothing that is printed shows this secret. */
  readonly hide: (secret: string) => void;
}

/** Runs one command and sets the process's exit code. */
export async function runCommand(
  command: string,
  flags: GlobalFlags,
  work: (desk: Desk) => Promise<number>,
): Promise<void> {
  const redactor = createRedactor([]);
  const redact = redactor.text;
  const terminal = createTerminal({
    format: flags.logFormat,
    quiet: flags.quiet,
    verbose: flags.verbose,
    now: systemClock.now,
    redact,
    stream: process.stderr,
  });
  const environment = flags.env ?? process.env["CAS_ENV"] ?? null;
  const stop = listenForSignals((message) => {
    terminal.log("warn", message);
  });
  const write = (text: string): void => {
    process.stdout.write(redact(text));
  };
  const tell = ({ message, hint }: ToldError): void => {
    process.stderr.write(redact(`cas-batch: ${message}\n  ${hint}\n`));
  };
  try {
    process.exitCode = await work({
      clock: systemClock,
      random: Math.random,
      log: terminal.log,
      onProgress: terminal.onProgress,
      signal: stop.signal,
      programVersion: programVersion(),
      variables: process.env,
      hide: redactor.remember,
      say: (line) => {
        terminal.clear();
        if (flags.json) process.stderr.write(`${redact(line)}\n`);
        else write(`${line}\n`);
      },
      print: async (result) => {
        terminal.clear();
        if (flags.json) {
          await printResultAsJson(result, { command, environment }, write);
          if (result.error !== null) tell(result.error);
        } else await printResultAsText(result, write);
      },
    });
  } catch (error) {
    terminal.clear();
    const exitCode = exitCodeOfError(error, stop.signal);
    process.exitCode = exitCode;
    const told = describeError(error, exitCode);
    if (flags.json) printErrorAsJson({ command, environment, exitCode }, told, write);
    tell(told);
    const isBug = exitCode === EXIT.unexpected;
    if (isBug || flags.verbose) process.stderr.write(redact(`${stackOf(error)}\n`));
  } finally {
    stop.release();
  }
}

export function programVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const manifest = JSON.parse(text) as { readonly version: string };
  return manifest.version;
}

export function describeError(error: unknown, exitCode: number): ToldError {
  if (error instanceof CasBatchError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  if (exitCode === EXIT.interrupted || exitCode === EXIT.terminated) {
    return {
      code: "interrupted",
      message: "Stopped before the work was done",
      hint: "Run `cas-batch resume` when something was being sent; nothing is lost",
    };
  }
  return {
    code: "unexpected",
    message: `A fault in cas-batch itself: ${error instanceof Error ? error.message : String(error)}`,
    hint: "Please report this with the lines below; nothing is lost, `cas-batch resume` goes on",
  };
}

function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    lines.push(`${depth === 0 ? "" : "caused by "}${at.stack ?? at.message}`);
  }
  return lines.join("\n");
}

interface Stop {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

// The first signal asks for an orderly end; a second one is the user's right to leave at once.
function listenForSignals(warn: (message: string) => void): Stop {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.exit(name === "SIGTERM" ? EXIT.terminated : EXIT.interrupted);
    }
    warn(`${name}: finishing what is on its way; once more to leave at once`);
    controller.abort(name);
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.removeListener(name, onSignal);
    },
  };
}
