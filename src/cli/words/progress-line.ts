// Progress in words: for a terminal as one line that fits its columns, the less important left out first; for a log
// as a sentence.
import type { ProgressEvent } from "../../core/progress.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { shortened } from "../../core/text/quoted-text.ts";

import { durationWords, secondWords } from "../../core/time/time-words.ts";
import type { ProgressFigures } from "./progress-meter.ts";

export interface ShownProgress {
  readonly event: ProgressEvent;
  readonly figures: ProgressFigures;
  /** Until when CAS asked for no requests; null when it did not, or that time has come. */
  readonly pausedUntil: Date | null;
  readonly now: Date;
}

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
  pausing: "Waiting for",
};

const WIDE_BAR = 24;
const NARROW_BAR = 8;

/** The same, ever shorter; the last one says the least that is of use. */
export function progressLines(progress: ShownProgress): readonly string[] {
  const { event, pausedUntil, now } = progress;
  const stage = stageWords(event);
  const count = countWords(event);
  const errors = errorWords(event);
  if (pausedUntil !== null) {
    const wait = `CAS asked to wait until ${secondWords(pausedUntil)}`;
    const left = `${wait}, ${leftUntil(pausedUntil, now)}`;
    return [
      [`${stage} ${count}`, ...errors, left].join(", "),
      [count, ...errors, left].join(", "),
      left,
      `CAS: wait ${secondWords(pausedUntil)}`,
      `CAS: wait ${leftUntil(pausedUntil, now)}`,
    ];
  }
  const figures = figureWords(progress);
  const end = endWords(event);
  const bars = [WIDE_BAR, NARROW_BAR, 0].map((width) => `${stage} ${bar(event, width)}${count}`);
  return [
    ...bars.map((start) => [start, ...figures, ...end, ...errors].join(", ")),
    [`${stage} ${count}`, ...end, ...errors].join(", "),
    [`${PHASES[event.phase]} ${count}`, ...errors].join(", "),
    [count, ...errors].join(", "),
  ];
}

/** Shape: `Sending messages: 120 of 300, 8.3/s, about 22 s left, 3 errors`. */
export function progressSentence(progress: ShownProgress): string {
  const { event, pausedUntil, now } = progress;
  const wait =
    pausedUntil === null
      ? []
      : [
          `CAS asked to wait until ${secondWords(pausedUntil)}, ${leftUntil(pausedUntil, now)} from now`,
        ];
  const figures = pausedUntil === null ? [...figureWords(progress), ...endWords(event)] : [];
  const parts = [countWords(event), ...figures, ...errorWords(event), ...wait];
  return `${stageWords(event).replace(/:? (?=\S+$)/, " ")}: ${parts.join(", ")}`;
}

/** The same for programs. Unit: seconds. */
export function progressFields({
  event,
  figures,
  pausedUntil,
}: ShownProgress): Readonly<Record<string, string | number | null>> {
  const { phase, subject, done, total, errors, until } = event;
  const waitUntil = pausedUntil ?? until;
  return {
    ...{ stage: phase, subject, done, total },
    ...(errors === undefined ? {} : { errors }),
    ratePerSecond: figures.perSecond === null ? null : Number(figures.perSecond.toPrecision(3)),
    secondsLeft: figures.leftMs === null ? null : Math.round(figures.leftMs / 1_000),
    ...(waitUntil === undefined ? {} : { waitUntil: waitUntil.toISOString() }),
  };
}

function stageWords({ phase, subject }: ProgressEvent): string {
  return `${PHASES[phase]} ${shortened(subject)}`;
}

function countWords({ phase, done, total }: ProgressEvent): string {
  if (total !== null) return `${counted(done)} of ${counted(total)}`;
  return phase === "reading" ? plural(done, "row") : counted(done);
}

function bar({ done, total }: ProgressEvent, width: number): string {
  if (total === null || width === 0) return "";
  const filled = total === 0 ? width : Math.floor((Math.min(done, total) / total) * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} `;
}

function figureWords({ figures: { perSecond, leftMs } }: ShownProgress): readonly string[] {
  return [
    ...(perSecond === null ? [] : [rateWords(perSecond)]),
    ...(leftMs === null ? [] : [`about ${durationWords(leftMs)} left`]),
  ];
}

/** Shape: `8.3/s`, `120/s`, `4/min`. */
function rateWords(perSecond: number): string {
  if (perSecond >= 10) return `${counted(Math.round(perSecond))}/s`;
  if (perSecond >= 0.95) return `${perSecond.toFixed(1)}/s`;
  return `${counted(Math.max(1, Math.round(perSecond * 60)))}/min`;
}

function endWords({ phase, until }: ProgressEvent): readonly string[] {
  return phase === "waiting" && until !== undefined
    ? [`until ${secondWords(until)} at the latest`]
    : [];
}

function errorWords({ errors = 0 }: ProgressEvent): readonly string[] {
  return errors === 0 ? [] : [plural(errors, "error")];
}

function leftUntil(until: Date, now: Date): string {
  return durationWords(until.getTime() - now.getTime());
}
