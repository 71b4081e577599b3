// The frame around every command: signals, progress, logs and errors are treated the same in all.
// What a command throws ends here, as one message with the next step and a true exit code.
import manifest from "../../../package.json" with { type: "json" };
import { isAnyCallStuck } from "../../core/files/regular-file.ts";
import { systemClock } from "../../core/time/clock.ts";
import { visibleLine } from "../../core/text/visible-text.ts";
import { createRedactor, type Redactor } from "../../core/text/redact.ts";
import { EXIT, exitCodeOfError } from "../../runs/result/exit-code.ts";
import type { CommandError, CommandResult } from "../../runs/result/result.ts";
import { describeError, stackOf } from "../../runs/result/describe-error.ts";
import type { Surroundings } from "../../runs/session.ts";
import type { GlobalFlags } from "../flags/global-flags.ts";
import { endNow } from "./end-now.ts";
import { hintOf, stepOf } from "./next-step.ts";
import { stepWords } from "../words/result-words.ts";
import {
  errorScreen,
  isOutputLost,
  writeBeforeLeaving,
  writeJson,
  writeOut,
} from "../words/output-streams.ts";
import { errorDocument, printResultAsJson, printResultAsText } from "../words/print-result.ts";
import { createTerminal } from "../words/terminal.ts";

/** What a command works with. */
export interface CommandContext extends Surroundings {
  /** As it is typed. Shape: `declarations get`. */
  readonly command: string;
  /** Prints the command's result in the form asked for; called once, while its sources are open. */
  readonly print: (result: CommandResult) => Promise<void>;
  /** Prints a line that is no result: where a simulator listens, what a template is. */
  readonly say: (line: string) => void;
  readonly variables: NodeJS.ProcessEnv;
  /** From now on nothing that is printed shows this secret. */
  readonly hide: (secret: string) => void;
  /** What keeps secrets out of texts that go elsewhere than to the terminal. */
  readonly redactor: Pick<Redactor, "text" | "data">;
  /** From now on the JSON document has these members, too, also that of an error. */
  readonly addMembers: (members: CommandResult["more"]) => void;
  /** Names the environment that was chosen, for the JSON document and for commands in hints. */
  readonly nameEnvironment: (environment: string) => void;
  /** Names the run that began, for the log. */
  readonly nameRun: (runId: string) => void;
}

/** Commands that may have messages on their way when they are left at once. */
const SENDING_COMMANDS: readonly string[] = ["submit", "ingest", "run", "resume"];

/**
 * Runs one command and sets the process's exit code.
 * @param work returns the result to print, or its exit code when it has printed it itself
 */
export async function runCommand(
  command: string,
  flags: GlobalFlags,
  work: (context: CommandContext) => Promise<CommandResult | number>,
): Promise<void> {
  const redactor = createRedactor([]);
  const redact = redactor.text;
  const terminal = createTerminal({
    format: flags.logFormat,
    quiet: flags.quiet,
    verbose: flags.verbose,
    now: systemClock.now,
    monotonicMs: systemClock.monotonicMs,
    redact,
    screen: errorScreen,
  });
  let environment: string | null = flags.env ?? (process.env["CAS_ENV"] || null);
  // Of `init` the configuration is what it is about to write.
  const { config, ledger } = command === "init" ? { config: undefined, ledger: undefined } : flags;
  const step = (text: string): string =>
    stepOf(text, command, { env: environment, config, ledger });
  const withStep = (error: CommandError): CommandError => ({
    ...error,
    hint: step(hintOf(error, command)),
  });
  let isPrinted = false;
  let added: CommandResult["more"] = {};
  // A function, because the compiler does not see that `print` changes it.
  const wasPrinted = (): boolean => isPrinted;
  const stop = listenForSignals(
    (message) => {
      terminal.log("warn", message);
    },
    (exitCode) => {
      const error = withStep(leftAtOnce(command, exitCode));
      const document = errorDocument({ command, environment }, exitCode, error);
      const isWanted = flags.json && !isPrinted;
      writeBeforeLeaving(terminal.failure(error, exitCode), isWanted ? redact(document) : null);
    },
  );
  const print = async (result: CommandResult): Promise<void> => {
    terminal.end();
    isPrinted = true;
    const next = result.next.map((one) => step(stepWords(one)));
    const error = result.error === null ? null : withStep(result.error);
    const shown = { ...result, next, error, more: { ...result.more, ...added } };
    if (!flags.json) {
      const detail = flags.quiet ? "errors" : flags.verbose ? "all" : "first of each kind";
      await printResultAsText(shown, detail, (text) => writeOut(redact(text)));
      return;
    }
    await printResultAsJson(shown, { command, environment }, (json) => writeJson(redact(json)));
    if (error !== null) terminal.write(terminal.failure(error, result.exitCode));
  };
  try {
    const done = await work({
      command,
      clock: systemClock,
      random: Math.random,
      log: terminal.log,
      onProgress: terminal.onProgress,
      signal: stop.signal,
      programVersion: programVersion(),
      variables: process.env,
      hide: redactor.remember,
      redactor,
      addMembers: (members) => {
        added = { ...added, ...members };
      },
      nameEnvironment: (chosen) => {
        environment = chosen;
      },
      nameRun: terminal.nameRun,
      say: (line) => {
        terminal.clear();
        if (flags.json) terminal.say(line);
        else void writeOut(`${redact(visibleLine(line))}\n`);
      },
      print,
    });
    if (typeof done !== "number") await print(done);
    process.exitCode = typeof done === "number" ? done : done.exitCode;
  } catch (error) {
    terminal.end();
    const exitCode = exitCodeOfError(error, stop.signal);
    process.exitCode = exitCode;
    const shown = withStep(describeError(error, exitCode));
    if (flags.json && !wasPrinted()) {
      void writeJson(redact(errorDocument({ command, environment }, exitCode, shown, added)));
    }
    const isBug = exitCode === EXIT.unexpected;
    const stack = isBug || flags.verbose ? stackLines(error) : [];
    terminal.write(terminal.failure(shown, exitCode, stack));
  } finally {
    terminal.end();
    stop.release();
  }
  if (await isOutputLost()) process.exitCode = EXIT.usage;
  if (isAnyCallStuck()) endNow(process.exitCode);
}

export function programVersion(): string {
  return manifest.version;
}

function leftAtOnce(command: string, exitCode: number): CommandError {
  const error = describeError(null, exitCode);
  const message = "Left at once, before the work was done";
  if (!SENDING_COMMANDS.includes(command)) return { ...error, message };
  const hint =
    "Run `cas-batch resume`: it asks CAS about what was on its way, and sends what is left";
  return { ...error, message, hint };
}

/** The lines of a message stay with its first one: only ours begin with `at` and `caused by`. */
function stackLines(error: unknown): readonly string[] {
  return stackOf(error).split(/\n(?=\s+at |caused by )/);
}

interface Stop {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

// The first signal asks for an orderly end; a second one is the user's right to leave at once.
function listenForSignals(
  warn: (message: string) => void,
  onLeave: (exitCode: number) => void,
): Stop {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      const exitCode = name === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
      onLeave(exitCode);
      endNow(exitCode);
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
