// The charts of the page. A bar chart is a table with bars, so that it reads alike with eyes, aloud, on a phone and
// on paper; the colour of a bar only repeats what its label says.
import { counted } from "../../core/text/count-words.ts";
import type { Tone } from "../model/sheet.ts";
import { htmlText } from "./html-text.ts";

interface Chart {
  readonly title: string;
  /** What is counted, and when it is nothing. */
  readonly about: string;
}

export interface BarChart extends Chart {
  readonly bars: readonly { readonly label: string; readonly count: number; readonly tone: Tone }[];
}

export interface TimeChart extends Chart {
  /** In the order of time, without gaps. */
  readonly columns: readonly { readonly label: string; readonly count: number }[];
}

/** A bar that is not zero can be seen. Unit: hundredths of the longest. */
const STUB = 1;
const COLUMN_WIDTH = 10;
const COLUMN_HEIGHT_MAX = 100;

export function barChart({ title, about, bars }: BarChart): string {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const rows = bars.map(
    ({ label, count, tone }) =>
      `<tr><th scope="row">${htmlText(label)}</th><td class="bar">${bar(count, most, tone)}</td><td class="r">${counted(count)}</td></tr>`,
  );
  return figure(
    title,
    about,
    rows.length === 0 ? "" : `<table class="chart">${rows.join("")}</table>`,
  );
}

/** One bar, as long as its share of `most`. */
export function bar(count: number, most: number, tone: Tone): string {
  const share = count === 0 ? 0 : Math.max(STUB, (count / most) * 100);
  return `<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="f-${tone}" width="${share.toFixed(1)}" height="10"/></svg>`;
}

export function timeChart({ title, about, columns }: TimeChart): string {
  const [first] = columns;
  const last = columns.at(-1);
  if (first === undefined || last === undefined) return figure(title, about, "");
  const most = Math.max(1, ...columns.map(({ count }) => count));
  const width = columns.length * COLUMN_WIDTH;
  const rects = columns.map(({ label, count }, at) => {
    const height = count === 0 ? 0 : Math.max(STUB, (count / most) * COLUMN_HEIGHT_MAX);
    const x = at * COLUMN_WIDTH + 1;
    return `<rect class="f-good" x="${String(x)}" y="${(COLUMN_HEIGHT_MAX - height).toFixed(1)}" width="${String(COLUMN_WIDTH - 2)}" height="${height.toFixed(1)}"><title>${htmlText(label)}: ${counted(count)}</title></rect>`;
  });
  const range = columns.length === 1 ? first.label : `${first.label} to ${last.label}`;
  const words = `${range}; at most ${counted(most)}`;
  const numbers = columns
    .filter(({ count }) => count > 0)
    .map(
      ({ label, count }) =>
        `<tr><th scope="row">${htmlText(label)}</th><td class="r">${counted(count)}</td></tr>`,
    );
  return figure(
    title,
    about,
    `<svg class="columns" role="img" aria-label="${htmlText(`${title}: ${words}`)}" viewBox="0 0 ${String(width)} ${String(COLUMN_HEIGHT_MAX)}" preserveAspectRatio="none">${rects.join("")}</svg><p class="note">${htmlText(words)}</p><details><summary>The numbers</summary><table class="chart">${numbers.join("")}</table></details>`,
  );
}

function figure(title: string, about: string, content: string): string {
  return `<figure><figcaption>${htmlText(title)}</figcaption><p class="note">${htmlText(about)}</p>${content}</figure>\n`;
}
