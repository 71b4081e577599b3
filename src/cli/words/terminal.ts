// What people see while work goes on: on a terminal a line that is drawn again and again, elsewhere a line now and
// then; and the log. All of it goes to standard error, so that standard output holds the result alone.
import type { CommandError } from "../../runs/result/result.ts";
import type { Log, OnProgress, ProgressEvent } from "../../core/progress.ts";
import { visibleLine } from "../../core/text/visible-text.ts";
import { failureLines } from "./failure-lines.ts";
import { logAsJson, logAsText, timeOf, type LogEntry, type LogFields } from "./log-lines.ts";
import type { Screen } from "./output-streams.ts";
import { createProgressMeter, type ProgressMeter } from "./progress-meter.ts";
import {
  progressFields,
  progressLines,
  progressSentence,
  type ShownProgress,
} from "./progress-line.ts";

export interface Terminal {
  readonly log: Log;
  readonly onProgress: OnProgress;
  /** Takes the progress away, before something else is printed. */
  readonly clear: () => void;
  /** No progress is shown any more. */
  readonly end: () => void;
  /** From now on each entry of a JSON log names the run. */
  readonly nameRun: (runId: string) => void;
  /** The lines in which an error is told. @param stack of a fault in cas-batch itself */
  readonly failure: (
    error: CommandError,
    exitCode: number,
    stack?: readonly string[],
  ) => readonly string[];
  /** Writes lines that are ready: of `failure`, or of what is said beside a JSON document. */
  readonly write: (lines: readonly string[]) => void;
  readonly say: (line: string) => void;
}

export interface TerminalOptions {
  readonly format: "text" | "json";
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Hides secrets, by value. */
  readonly redact: (text: string) => string;
  readonly screen: Screen;
}

const REDRAW_DELAY_MS = 80;
/** A wait and a stage that stands still are shown as they are, too. */
const REDRAW_EVERY_MS = 1_000;
/** Files are stages, too, so that there may be any number. */
const STAGES_MAX = 8;
/** Without a terminal, the first line comes after so long, the next after twice the time, and so on. */
const FIRST_LINE_MS = 15_000;
/** At most about a hundred lines a day. */
const LINE_EVERY_MS_MAX = 15 * 60_000;

export function createTerminal(options: TerminalOptions): Terminal {
  const { screen, now, redact, format } = options;
  const isJson = format === "json";
  let runId: string | null = null;
  const entry = (level: LogEntry["level"], message: string, fields: LogFields): LogEntry => ({
    time: now(),
    level,
    message,
    fields: runId === null ? fields : { runId, ...fields },
  });
  const asText = (some: LogEntry): string => logAsText(some, !screen.isTerminal, redact);
  const write = (lines: readonly string[]): void => {
    for (const line of lines) (isJson ? screen.json : screen.line)(line);
  };
  const log: Log = (level, message, fields = {}) => {
    if (level === "debug" && !options.verbose) return;
    if (level === "info" && options.quiet) return;
    progress.beside(() => {
      if (isJson) screen.json(logAsJson(entry(level, message, fields), redact));
      else screen.line(asText({ time: now(), level, message, fields }));
    });
  };
  const isDrawn = screen.canRedraw && !isJson;
  const progress = options.quiet
    ? noProgress
    : isDrawn
      ? drawnProgress(options)
      : loggedProgress(options, log);
  return {
    log,
    onProgress: progress.take,
    clear: progress.clear,
    end: progress.end,
    nameRun: (named) => {
      runId = named;
    },
    write,
    say: (line) => {
      if (isJson) screen.json(logAsJson(entry("info", line, {}), redact));
      else screen.line(redact(line));
    },
    failure: (error, exitCode, stack = []) => {
      const { code, message, hint } = error;
      if (isJson) {
        const trace = stack.length === 0 ? {} : { stack: stack.join("\n") };
        const fields = { code, hint, exitCode, ...trace };
        return [logAsJson(entry("error", message, fields), redact)];
      }
      // In a log, where nobody can run it again with -v, the stack of a fault is kept.
      const isWhole = options.verbose || (stack.length > 0 && !screen.isTerminal);
      const [first = "", ...others] = failureLines(error, stack, isWhole).map(redact);
      return [screen.isTerminal ? first : `${timeOf(now())} ${first}`, ...others];
    },
  };
}

interface Progress {
  readonly take: OnProgress;
  readonly clear: () => void;
  /** Lets something be written above it. */
  readonly beside: (write: () => void) => void;
  readonly end: () => void;
}

const nothing = (): void => undefined;
const noProgress: Progress = {
  take: nothing,
  clear: nothing,
  end: nothing,
  beside: (write) => {
    write();
  },
};

/** What is known of the stage that goes on. */
function createWatch({ now, monotonicMs }: TerminalOptions) {
  /** Stages go on beside each other: CAS is asked about some messages while others are sent. */
  const meters = new Map<string, ProgressMeter>();
  const meterOf = ({ phase, subject }: ProgressEvent): ProgressMeter => {
    const stage = `${phase} ${subject}`;
    const meter = meters.get(stage) ?? createProgressMeter();
    meters.set(stage, meter);
    const [oldest] = meters.keys();
    if (meters.size > STAGES_MAX && oldest !== undefined) meters.delete(oldest);
    return meter;
  };
  let event: ProgressEvent | null = null;
  let pausedUntil: Date | null = null;
  return {
    take: (taken: ProgressEvent): void => {
      if (taken.phase === "pausing") {
        pausedUntil = taken.until ?? null;
        event ??= taken;
        return;
      }
      event = taken;
      meterOf(taken).take(taken, monotonicMs());
    },
    /** Null before anything is known. */
    shown: (): ShownProgress | null => {
      const at = now();
      if (pausedUntil !== null) {
        for (const meter of meters.values()) meter.pause();
        if (pausedUntil <= at) pausedUntil = null;
      }
      if (event === null) return null;
      return { event, figures: meterOf(event).figures(monotonicMs()), pausedUntil, now: at };
    },
    isPaused: (): boolean => pausedUntil !== null,
  };
}

/** One line, drawn in place. */
function drawnProgress(options: TerminalOptions): Progress {
  const { screen, monotonicMs } = options;
  const watch = createWatch(options);
  /** Its tables take longer to set up than a small file to check, so it is loaded for a bar alone. */
  let widthOf: ((text: string) => number) | null = null;
  void import("string-width").then(({ default: stringWidth }) => {
    widthOf = stringWidth;
  });
  let isDrawn = false;
  let drawnAtMs = -Infinity;
  let timer: NodeJS.Timeout | null = null;

  const draw = (): void => {
    const shown = watch.shown();
    if (shown === null || widthOf === null) return;
    const measure = widthOf;
    drawnAtMs = monotonicMs();
    screen.draw((columns) => fitting(progressLines(shown), columns, measure));
    isDrawn = true;
    timer ??= setInterval(draw, REDRAW_EVERY_MS).unref();
  };
  const clear = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    if (isDrawn) screen.erase();
    isDrawn = false;
  };
  let hasEnded = false;
  return {
    take: (event) => {
      if (hasEnded) return;
      watch.take(event);
      const isLast = event.total !== null && event.done >= event.total;
      if (isLast || monotonicMs() - drawnAtMs >= REDRAW_DELAY_MS) draw();
    },
    clear,
    beside: (write) => {
      const wasDrawn = isDrawn;
      clear();
      write();
      if (wasDrawn) draw();
    },
    end: () => {
      hasEnded = true;
      clear();
    },
  };
}

/** A line of the log now and then, ever more seldom, and only where something has moved or CAS makes us wait. */
function loggedProgress(options: TerminalOptions, log: Log): Progress {
  const watch = createWatch(options);
  let delayMs = FIRST_LINE_MS;
  let hasMoved = false;
  let timer: NodeJS.Timeout | null = null;
  const tell = (): void => {
    timer = null;
    const shown = watch.shown();
    if (shown === null || !hasMoved) return;
    hasMoved = watch.isPaused();
    log("info", progressSentence(shown), options.format === "json" ? progressFields(shown) : {});
    delayMs = Math.min(delayMs * 2, LINE_EVERY_MS_MAX);
    if (hasMoved) timer = setTimeout(tell, delayMs).unref();
  };
  let hasEnded = false;
  return {
    take: (event) => {
      if (hasEnded) return;
      watch.take(event);
      hasMoved = true;
      timer ??= setTimeout(tell, delayMs).unref();
    },
    clear: nothing,
    beside: noProgress.beside,
    end: () => {
      hasEnded = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** The first text that fits; else the last one, cut. */
function fitting(
  texts: readonly string[],
  columns: number,
  widthOf: (text: string) => number,
): string {
  const visible = texts.map(visibleLine);
  const fits = visible.find((text) => widthOf(text) < columns);
  return fits ?? fitTo(columns, visible.at(-1) ?? "", widthOf);
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
