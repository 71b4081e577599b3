// What people see while work goes on: a progress bar on a terminal, log lines for operators. All
// of it goes to standard error, so that standard output holds the result alone.
import { counted } from "../../core/text/count-words.ts";
import type { Log, OnProgress, ProgressEvent } from "../../core/progress.ts";

export interface Terminal {
  readonly log: Log;
  readonly onProgress: OnProgress;
  /** Takes the progress bar away, before something else is printed. */
  readonly clear: () => void;
}

export interface TerminalOptions {
  readonly format: "text" | "json";
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly now: () => Date;
  /** Hides secrets, by value. */
  readonly redact: (text: string) => string;
  readonly stream: NodeJS.WriteStream;
}

const BAR_WIDTH = 24;
const REDRAW_DELAY_MS = 80;

const PHASES: Readonly<Record<ProgressEvent["phase"], string>> = {
  reading: "Reading",
  asking: "Asking CAS about",
  sending: "Sending",
  settling: "Asking CAS about",
  waiting: "Waiting for customs:",
  reconciling: "Following",
  reporting: "Writing",
};

export function createTerminal(options: TerminalOptions): Terminal {
  const { stream, now } = options;
  const showsBar = stream.isTTY && !options.quiet && options.format === "text";
  let isDrawn = false;
  let drawnAtMs = 0;

  const clear = (): void => {
    if (!isDrawn) return;
    stream.write("\r\u001B[K");
    isDrawn = false;
  };
  return {
    clear,
    onProgress: (event) => {
      if (!showsBar) return;
      const isLast = event.total !== null && event.done >= event.total;
      if (!isLast && performance.now() - drawnAtMs < REDRAW_DELAY_MS) return;
      drawnAtMs = performance.now();
      stream.write(`\r\u001B[K${fitTo(stream.columns, describeProgress(event))}`);
      isDrawn = true;
    },
    log: (level, message, fields = {}) => {
      if (level === "debug" && !options.verbose) return;
      if (level === "info" && options.quiet) return;
      clear();
      const line =
        options.format === "json"
          ? JSON.stringify({ time: now().toISOString(), level, message, ...fields })
          : `${level === "info" ? "" : `${level}: `}${message}${describeFields(fields)}`;
      stream.write(`${options.redact(line)}\n`);
    },
  };
}

/** Shape: `Sending shipments ████████░░░░ 120 of 300`. */
function describeProgress({ phase, subject, done, total }: ProgressEvent): string {
  const count = counted(done);
  const start = `${PHASES[phase]} ${subject}`;
  if (total === null) return `${start} ${count}`;
  const filled = total === 0 ? BAR_WIDTH : Math.round((Math.min(done, total) / total) * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  return `${start} ${bar} ${count} of ${counted(total)}`;
}

function describeFields(
  fields: Readonly<Record<string, string | number | boolean | null>>,
): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

/** Some terminals say that they are 0 columns wide: they do not know. */
const COLUMNS_UNKNOWN = 80;

function fitTo(width: number, text: string): string {
  const columns = width > 0 ? width : COLUMNS_UNKNOWN;
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
