// The only place that writes to the terminal: nothing gets past it that a terminal would act on, whatever a
// file name, a cell, an answer of CAS or an argument holds. And a reader that goes away (`| head`) or a full
// disk behind `> file` must not kill a run that is sending: what cannot be shown is lost, what is being done
// is not.
import { writeSync } from "node:fs";
import { visibleJson, visibleLine, visibleText } from "../../core/text/visible-text.ts";
import { coloured, hasColour } from "./colours.ts";

let stdoutFailure: NodeJS.ErrnoException | null = null;

/** To be called once, before anything is written. */
export function surviveClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (stdoutFailure !== null || error.code === "EPIPE") return;
    stdoutFailure = error;
    errorScreen.line(`cas-batch: The result cannot be written: ${error.message}`);
  });
  process.stderr.on("error", () => {
    // There is nowhere left to say it.
  });
}

/**
 * Waits until all is written, and says whether the result was lost on its way out, other than by a
 * reader that had seen enough.
 */
export async function isOutputLost(): Promise<boolean> {
  await new Promise<void>((resolve) => {
    process.stdout.write("", () => {
      resolve();
    });
  });
  return stdoutFailure !== null;
}

/** Unit: columns; null when standard output is no terminal. */
export function outputColumns(): number | null {
  return process.stdout.columns || null;
}

/** Standard error. Each line is one, whatever it holds. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Whether a line can be drawn in the place of another: not on a terminal that knows no controls. */
  readonly canRedraw: boolean;
  readonly line: (text: string) => void;
  /** A line of JSON. */
  readonly json: (text: string) => void;
  /** Draws in place of what was drawn. @param fit chooses the text for the columns that the terminal has now */
  readonly draw: (fit: (columns: number) => string) => void;
  /** Takes away what was drawn. */
  readonly erase: () => void;
}

const ERASE_LINE = "\r\u001B[K";
/** Some terminals say that they are 0 columns wide: they do not know. */
const COLUMNS_UNKNOWN = 80;

export function screenOn(stream: NodeJS.WriteStream, variables = process.env): Screen {
  const inColour = hasColour(stream, variables);
  return {
    isTerminal: stream.isTTY,
    canRedraw: stream.isTTY && variables["TERM"] !== "dumb",
    line: (text) => {
      const line = visibleLine(text);
      stream.write(`${inColour ? coloured(line) : line}\n`);
    },
    json: (text) => void stream.write(`${visibleJson(text)}\n`),
    draw: (fit) => {
      const columns = stream.columns > 0 ? stream.columns : COLUMNS_UNKNOWN;
      stream.write(ERASE_LINE + visibleLine(fit(columns)));
    },
    erase: () => void stream.write(ERASE_LINE),
  };
}

export const errorScreen = screenOn(process.stderr);

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && errorScreen.isTerminal;
}

/**
 * Asks on standard error, so that standard output holds the result alone. Ctrl-D is no answer.
 * @param isHidden whether nothing is shown of what is typed
 */
export async function ask(
  question: string,
  signal: AbortSignal,
  isHidden = false,
): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { Writable } = await import("node:stream");
  const nowhere = new Writable({
    write: (_typed, _encoding, done) => {
      done();
    },
  });
  const output = isHidden ? nowhere : process.stderr;
  const asking = createInterface({
    ...{ input: process.stdin, output, historySize: 0 },
    // It takes the keys from the terminal, which then shows none by itself; what it draws needs controls.
    terminal: isHidden || errorScreen.canRedraw,
  });
  // Ctrl-C comes here, too, and not to the process.
  asking.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const closed = new Promise<string>((resolve) => {
    asking.once("close", () => {
      resolve("");
    });
  });
  const words = `${visibleLine(question)} `;
  if (isHidden) process.stderr.write(words);
  try {
    return await Promise.race([asking.question(isHidden ? "" : words, { signal }), closed]);
  } finally {
    asking.close();
    if (isHidden) process.stderr.write("\n");
  }
}

/**
 * Writes both at once, before the process ends: a stream would not have written anything.
 * @param errorLines text, or JSON: what it escapes stays escaped
 */
export function writeBeforeLeaving(errorLines: readonly string[], json: string | null): void {
  const lines = errorLines.map((line) =>
    line.startsWith("{") ? visibleJson(line) : visibleLine(line),
  );
  writeNow(process.stderr.fd, lines.map((line) => `${line}\n`).join(""));
  if (json !== null) writeNow(process.stdout.fd, visibleJson(json));
}

function writeNow(fileDescriptor: number, text: string): void {
  try {
    writeSync(fileDescriptor, text);
  } catch {
    // The reader has gone, which must not keep the process from ending.
  }
}

/**
 * Writes text that is laid out in lines, of parts that are on one line each (`visible-parts.ts`).
 * Resolves when standard output has room for more, or has no reader any more.
 */
export function writeOut(text: string): Promise<void> {
  const lines = visibleText(text).replaceAll("\r", "<U+000D>");
  return write(hasColour(process.stdout, process.env) ? coloured(lines) : lines);
}

/** Writes JSON, or a piece of it. Resolves like `writeOut`. */
export function writeJson(json: string): Promise<void> {
  return write(visibleJson(json));
}

/** One for all writers that wait: many lines may be written before the reader takes the first. */
let room: Promise<void> | null = null;

function write(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.write(text) || stdout.destroyed) return Promise.resolve();
  room ??= new Promise((resolve) => {
    const done = (): void => {
      for (const name of ["drain", "close", "error"]) stdout.removeListener(name, done);
      room = null;
      resolve();
    };
    for (const name of ["drain", "close", "error"]) stdout.once(name, done);
  });
  return room;
}
