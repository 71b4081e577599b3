// What progress says in words.
import { expect, test } from "vitest";
import {
  progressFields,
  progressLines,
  progressSentence,
  type ShownProgress,
} from "../../../src/cli/words/progress-line.ts";

const now = new Date("2026-11-21T06:00:00Z");
const sending: ShownProgress = {
  event: { phase: "sending", subject: "messages", done: 1_200, total: 30_000, errors: 3 },
  figures: { perSecond: 8.26, leftMs: 3_480_000 },
  pausedUntil: null,
  now,
};
const paused = { ...sending, pausedUntil: new Date("2026-11-21T06:02:30.200Z") };

/** The longest that fits, as the terminal chooses it. */
const at = (columns: number, shown: ShownProgress): string =>
  progressLines(shown).find((line) => line.length < columns) ?? "";

test.each([
  [
    120,
    "Sending messages ░░░░░░░░░░░░░░░░░░░░░░░░ 1,200 of 30,000, 8.3/s, about 58 min left, 3 errors",
  ],
  [80, "Sending messages ░░░░░░░░ 1,200 of 30,000, 8.3/s, about 58 min left, 3 errors"],
  [40, "Sending 1,200 of 30,000, 3 errors"],
  [30, "1,200 of 30,000, 3 errors"],
])("In %i columns the count and the errors stay, and the bar goes first", (columns, line) => {
  expect(at(columns, sending)).toBe(line);
});

test.each([
  [120, "Sending messages 1,200 of 30,000, 3 errors, CAS asked to wait until 06:02:31 UTC, 2 min"],
  [60, "CAS asked to wait until 06:02:31 UTC, 2 min"],
  [40, "CAS: wait 06:02:31 UTC"],
  [20, "CAS: wait 2 min"],
])("In %i columns a wait that CAS asked for is a wait, with its end", (columns, line) => {
  const shown = { ...paused, now: new Date("2026-11-21T06:00:30.200Z") };
  expect(at(columns, shown)).toBe(line);
  expect(line).not.toContain("/s");
});

test("Waiting for customs says until when at the latest", () => {
  const event = { phase: "waiting", subject: "shipments", done: 3, total: 9, until: now } as const;
  const shown = { ...sending, event, figures: { perSecond: null, leftMs: null } };
  expect(progressSentence(shown)).toBe(
    "Waiting for customs shipments: 3 of 9, until 06:00:00 UTC at the latest",
  );
});

test("In a log it is a sentence, and for programs fields", () => {
  expect(progressSentence(sending)).toBe(
    "Sending messages: 1,200 of 30,000, 8.3/s, about 58 min left, 3 errors",
  );
  expect(progressSentence(paused)).toBe(
    "Sending messages: 1,200 of 30,000, 3 errors, CAS asked to wait until 06:02:31 UTC, 3 min from now",
  );
  expect(progressFields(paused)).toEqual({
    ...{ stage: "sending", subject: "messages", done: 1_200, total: 30_000, errors: 3 },
    ...{ ratePerSecond: 8.26, secondsLeft: 3_480, waitUntil: "2026-11-21T06:02:30.200Z" },
  });
});

test.each([
  [0.05, "3/min"],
  [0.94, "56/min"],
  [0.97, "1.0/s"],
  [9.94, "9.9/s"],
  [1_234.5, "1,235/s"],
])("A rate of %d is written %s", (perSecond, words) => {
  const shown = { ...sending, figures: { perSecond, leftMs: null } };
  expect(progressSentence(shown)).toContain(`, ${words}, `);
});
