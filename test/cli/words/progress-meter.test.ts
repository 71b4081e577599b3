// Rates and remaining times are told only where they are true.
import { expect, test } from "vitest";
import { createProgressMeter } from "../../../src/cli/words/progress-meter.ts";
import type { ProgressEvent } from "../../../src/core/progress.ts";

const sending = (done: number, total: number | null, phase: ProgressEvent["phase"] = "sending") =>
  ({ phase, subject: "messages", done, total }) as const;

/** A stage that moves by `perSecond` for so many seconds. */
function moving(
  perSecond: (second: number) => number,
  seconds: number,
  total: (second: number) => number | null = () => 1_000,
  phase: ProgressEvent["phase"] = "sending",
) {
  const meter = createProgressMeter();
  let done = 0;
  for (let second = 0; second <= seconds; second += 1) {
    meter.take(sending(Math.round(done), total(second), phase), second * 1_000);
    done += perSecond(second);
  }
  return { meter, figures: meter.figures(seconds * 1_000) };
}

test("A steady stage with a known total has a rate, and after ten seconds a remaining time", () => {
  expect(moving(() => 10, 2).figures).toEqual({ perSecond: null, leftMs: null });
  expect(moving(() => 10, 5).figures).toEqual({ perSecond: 10, leftMs: null });
  expect(moving(() => 10, 20).figures).toEqual({ perSecond: 10, leftMs: 80_000 });
});

test.each([
  ["its rate is not steady", moving((second) => (second < 10 ? 20 : 2), 20)],
  [
    "its total is not known",
    moving(
      () => 10,
      20,
      () => null,
    ),
  ],
  [
    "its total grows",
    moving(
      () => 10,
      20,
      (second) => 1_000 + second,
    ),
  ],
  [
    "it waits for others",
    moving(
      () => 10,
      20,
      () => 1_000,
      "waiting",
    ),
  ],
  [
    "unknown outcomes are settled",
    moving(
      () => 10,
      20,
      () => 1_000,
      "settling",
    ),
  ],
])("No remaining time is told where %s", (_, { figures }) => {
  expect(figures.leftMs).toBeNull();
  expect(figures.perSecond).toBeGreaterThan(0);
});

test("A stage that stands still loses its rate, and a wait what was measured before it", () => {
  const { meter } = moving(() => 10, 20);
  expect(meter.figures(45_000).perSecond).toBeLessThan(10);
  expect(meter.figures(45_000).leftMs).toBeNull();
  meter.take(sending(200, 1_000), 80_000);
  meter.take(sending(200, 1_000), 120_000);
  expect(meter.figures(120_000).perSecond).toBeNull();
  const paused = moving(() => 10, 20).meter;
  paused.pause();
  expect(paused.figures(21_000)).toEqual({ perSecond: null, leftMs: null });
});
