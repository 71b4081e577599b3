import { expect, it } from "vitest";
import { mailParts } from "../../src/hooks/mail/mail-parts.ts";
import { summary } from "./run-summaries.ts";

it("a mail tells apart the two hours that autumn gives one name", () => {
  const startedAt = new Date("2026-10-25T00:50:00Z");
  const endedAt = new Date("2026-10-25T01:10:07Z");
  const { facts } = mailParts(summary({ startedAt, endedAt }), "none");
  expect(Object.fromEntries(facts)["Time"]).toBe(
    "2026-10-25 02:50:00 +02:00 to 2026-10-25 02:10:07 +01:00 (Europe/Brussels)",
  );
});

it("a mail shows other times by the clock on the wall alone", () => {
  const { facts } = mailParts(summary(), "none");
  expect(Object.fromEntries(facts)["Time"]).toBe(
    "2026-11-29 03:00:00 to 2026-11-29 03:01:01 (Europe/Brussels)",
  );
});
