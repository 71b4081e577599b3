// `cas-batch status`: how the ledger stands, and whether the nightly job is fresh. Asks no server, changes nothing.
import { CasBatchError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/time/duration.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { freshnessOf } from "../../runs/result/freshness.ts";
import { nextStepsOf } from "../../runs/result/status-steps.ts";
import { withStatus } from "../../runs/status.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { runCommand } from "../frame/run-command.ts";
import { metricsOptions } from "../flags/metrics-flag.ts";
import { statusSettings, metricsTarget } from "../flags/settings.ts";
import { describeStatus, type ShownStatus } from "../words/describe-status.ts";
import { statusMembers } from "../words/status-members.ts";
import { plainResult } from "../words/plain-result.ts";

const OLDEST_SHOWN_MAX = 10;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .option("max-age", {
          type: "string",
          describe:
            "Exit code 4 unless the last `run` ended well (0, 4 or 8) and not longer ago than this: 26h",
        })
        .options(metricsOptions)
        .option("tenant", { type: "string", describe: "Whose books; by default those of all" })
        .example("$0 status --env production", "Reads the ledger, asks no server")
        .example("$0 status --env production --max-age 26h", "For a monitor: was last night done?"),
    async (flags) => {
      await runCommand("status", flags, async (context) => {
        const maxAgeMs = maxAgeOf(flags.maxAge);
        const { ledgerPath, environment, timeZone } = await statusSettings(
          flags,
          context.variables,
        );
        if (environment !== null) context.nameEnvironment(environment);
        const place = { ledgerPath, environment, tenant: flags.tenant ?? null };
        const now = context.clock.now();
        const clock = { ...context.clock, now: () => now };
        const target = await metricsTarget(flags, context.variables);
        if (target !== null) {
          const { writeMetrics } = await import("../../runs/metrics.ts");
          const fault = await writeMetrics(target.path, target.ledgerPath, { ...context, clock });
          if (fault !== null) throw fault as Error;
        }
        const { books, location } = await withStatus(place, clock, async (readers, path) => {
          const shown: ShownStatus[] = [];
          for (const { status, oldestOpen } of readers) {
            const stands = await status();
            const freshness =
              maxAgeMs === null ? null : freshnessOf(stands.lastRuns, maxAgeMs, now);
            shown.push({ ...stands, oldest: await oldestOpen(OLDEST_SHOWN_MAX), freshness });
          }
          return { books: shown, location: path };
        });
        const isStale =
          maxAgeMs !== null &&
          (books.length === 0 || books.some(({ freshness }) => freshness?.state !== "fresh"));
        const lines = [
          `Ledger ${location}, times in ${timeZone}`,
          ...(books.length === 0 ? ["", "It has no books of what was asked for"] : []),
          ...books.flatMap((one) => ["", ...describeStatus(one, { now, timeZone })]),
        ];
        const more = {
          ledger: location,
          ...(target === null ? {} : { metrics: target.path }),
          asOf: now,
          ...(maxAgeMs === null ? {} : { maxAgeSeconds: maxAgeMs / 1_000, fresh: !isStale }),
          books: books.map((one) => statusMembers(one, now)),
        };
        const steps = books.flatMap((one) => nextStepsOf(one, one.freshness, now));
        const result = plainResult(lines, more, steps, isStale ? EXIT.someFailed : EXIT.done);
        return isStale ? { ...result, status: "not-fresh" } : result;
      });
    },
  );

/** Unit: milliseconds. @throws CasBatchError `usage` */
function maxAgeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ageMs = parseDurationMs(text);
  if (ageMs !== null && ageMs > 0) return ageMs;
  throw new CasBatchError("usage", `--max-age ${text} is no age; write it like 26h, 90m or 2d`);
}
