import { expect, test } from "vitest";
import { newsOfRounds } from "../../../src/cli/frame/news-of-rounds.ts";

const HOUR_MS = 3_600_000;

function round(reason: string, exitCode = 4, code = "earlier-open") {
  return { exitCode, files: [], more: { actions: [{ code, reason }] } };
}

test("what waits in earlier files is news once a day, when it has changed, and after anything else", () => {
  let nowMs = 0;
  const isNews = newsOfRounds({ monotonicMs: () => nowMs });
  expect([isNews(round("1 held")), isNews(round("1 held"))]).toEqual([true, false]);
  expect([isNews(round("2 held")), isNews(round("2 held"))]).toEqual([true, false]);
  nowMs = 23 * HOUR_MS;
  expect(isNews(round("2 held"))).toBe(false);
  nowMs = 24 * HOUR_MS;
  expect([isNews(round("2 held")), isNews(round("2 held"))]).toEqual([true, false]);
  expect(isNews({ exitCode: 0, files: [], more: {} })).toBe(true);
  expect(isNews(round("2 held"))).toBe(true);
});

test.each([
  ["another exit code", round("1 held", 5)],
  ["another action", round("1 held", 4, "learned-by-polling")],
  [
    "two actions",
    {
      ...round(""),
      more: { actions: [...round("1 held").more.actions, ...round("").more.actions] },
    },
  ],
])("a round with %s is always news", (_what, result) => {
  const isNews = newsOfRounds({ monotonicMs: () => 0 });
  expect([isNews(result), isNews(result)]).toEqual([true, true]);
});
