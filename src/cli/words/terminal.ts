// What people see while work goes on: a progress bar on a terminal, log lines for operators. All
// of it goes to standard error, so that standard output holds the result alone.
import { counted } from "../../core/text/count-words.ts";
import type { Log, OnProgress, ProgressEvent } from "../../core/progress.ts";
import type { Screen } from "./output-streams.ts";

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
  readonly screen: Screen;
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
  searching: "Searching",
  fetching: "Fetching",
  reporting: "Writing",
};

export function createTerminal(options: TerminalOptions): Terminal {
  const { screen, now } = options;
  const showsBar = screen.isTerminal && !options.quiet && options.format === "text";
  /** Its tables take longer to set up than a small file to check, so it is loaded for a bar alone. */
  let widthOf: ((text: string) => number) | null = null;
  if (showsBar) {
    void import("string-width").then(({ default: stringWidth }) => {
      widthOf = stringWidth;
    });
  }
  let isDrawn = false;
  let drawnAtMs = 0;

  const clear = (): void => {
    if (!isDrawn) return;
    screen.erase();
    isDrawn = false;
  };
  return {
    clear,
    onProgress: (event) => {
      if (widthOf === null) return;
      const isLast = event.total !== null && event.done >= event.total;
      if (!isLast && performance.now() - drawnAtMs < REDRAW_DELAY_MS) return;
      drawnAtMs = performance.now();
      const measure = widthOf;
      screen.draw(describeProgress(event), (text, columns) => fitTo(columns, text, measure));
      isDrawn = true;
    },
    log: (level, message, fields = {}) => {
      if (level === "debug" && !options.verbose) return;
      if (level === "info" && options.quiet) return;
      clear();
      if (options.format === "json") {
        const entry = { time: now().toISOString(), level, message, ...fields };
        screen.json(options.redact(JSON.stringify(entry)));
        return;
      }
      const mark = level === "info" ? "" : `${level}: `;
      screen.line(options.redact(`${mark}${message}${describeFields(fields)}`));
    },
  };
}

/** Shape: `Sending messages ████████░░░░ 120 of 300`. */
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

/** Cuts between what is seen as one character; the last column stays free, or some terminals begin a new line. */
export function fitTo(columns: number, text: string, widthOf: (text: string) => number): string {
  if (widthOf(text) < columns) return text;
  let shown = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += widthOf(segment);
    if (width > columns - 2) break;
    shown += segment;
  }
  return columns < 2 ? "" : `${shown}…`;
}
