// `cas-batch notifications`: shows what CAS told by itself, and merges it again.
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { openRegularFile } from "../../core/files/regular-file.ts";
import { plural } from "../../core/text/count-words.ts";
import { readHead } from "../../notifications/merge/read-event.ts";
import { listNotifications, replayNotifications } from "../../runs/notifications.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { runCommand } from "../frame/run-command.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { ledgerPathOf } from "../flags/settings.ts";
import { parseSince } from "../flags/time-flag.ts";
import { describeNotification, notificationMembers } from "../words/describe-notification.ts";
import { plainResult } from "../words/plain-result.ts";

const LISTED_DEFAULT = 100;
/** A year of a large tenant. */
const FILE_BYTES_MAX = 1_073_741_824;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    addReplay(addList(command)).demandCommand(1, "notifications needs list or replay"),
  );

function addList(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "list",
    "Show kept notifications, newest first; asks no server",
    (command) =>
      command
        .option("since", { type: "string", describe: "Received since then: 2026-03-01 or 26h" })
        .option("type", { type: "string", describe: "Of this event type only" })
        .option("unmatched", {
          type: "boolean",
          default: false,
          describe: "Only those that are about no message and no declaration in the ledger",
        })
        .option("limit", { type: "number", default: LISTED_DEFAULT, describe: "How many at most" })
        .example("$0 notifications list --env production --since 24h", "Since yesterday")
        .example("$0 notifications list --env production --unmatched", "About nothing of ours"),
    async (flags) => {
      await runCommand("notifications list", flags, async (context) => {
        const { environment, ledgerPath } = await ledgerPathOf(flags, context.variables);
        const { limit, unmatched, type, since } = flags;
        if (!Number.isInteger(limit) || limit < 1) {
          throw new CasBatchError(
            "usage",
            `--limit ${String(limit)} is no number of notifications`,
          );
        }
        const found = await listNotifications(ledgerPath, environment, {
          limit,
          unmatched,
          ...(type === undefined ? {} : { eventType: type }),
          ...(since === undefined
            ? {}
            : { since: parseSince("--since", since, context.clock.now()) }),
        });
        const notifications = found
          .flatMap(({ tenant, notifications: some }) =>
            some.map((one) => notificationMembers(one, tenant)),
          )
          .sort((left, right) => right.receivedAt.getTime() - left.receivedAt.getTime())
          .slice(0, limit);
        const total = found.reduce((sum, one) => sum + one.total, 0);
        const cut =
          total > notifications.length
            ? [`${String(notifications.length)} of ${String(total)} shown`]
            : [];
        const none = notifications.length === 0 ? ["The ledger holds no such notification"] : [];
        const summary = [...notifications.flatMap(describeNotification), ...cut, ...none];
        return plainResult(summary, { total, notifications });
      });
    },
  );
}

function addReplay(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "replay",
    "Merge kept notifications again; doing so twice changes nothing",
    (command) =>
      command
        .option("id", { type: "string", describe: "This one only" })
        .option("all", { type: "boolean", describe: "All that are kept" })
        .option("file", {
          type: "string",
          describe: "Take in the bodies of this file first, one JSON object a line",
        })
        .option("tenant", {
          type: "string",
          describe: "Whose notifications these are; by default the one that the ledger knows",
        })
        .conflicts({ id: ["all", "file"], all: "file" })
        .example("$0 notifications replay --env production", "What was about nothing known so far")
        .example("$0 notifications replay --env production --file bodies.jsonl", "Kept elsewhere"),
    async (flags) => {
      await runCommand("notifications replay", flags, async (context) => {
        const place = await ledgerPathOf(flags, context.variables);
        const { id, all, file, tenant = null } = flags;
        const bodies = file === undefined ? [] : await bodiesOf(file);
        const which = id === undefined ? (all === true ? "all" : "waiting") : { eventId: id };
        const { added, ...counts } = await replayNotifications(
          { ...place, tenant },
          { which, bodies },
          context,
        );
        const { merged, matched, unmatched, failedMessages, changedDeclarations } = counts;
        const taken =
          file === undefined
            ? []
            : [`${plural(bodies.length, "notification")} in ${file}, ${String(added)} new`];
        const summary = [
          ...taken,
          `${plural(merged, "notification")} merged: ${String(matched)} about messages and declarations of ours, ${String(unmatched)} about none that the ledger knows`,
          `${plural(changedDeclarations, "declaration")} changed, ${plural(failedMessages, "message")} failed by it`,
        ];
        const next =
          failedMessages > 0
            ? [
                "Run `cas-batch reconcile`: it writes the report, and the result files of these messages",
              ]
            : [];
        const { environment, ledgerPath } = place;
        const shown = await listNotifications(ledgerPath, environment, {
          limit: LISTED_DEFAULT,
          ...(id === undefined ? {} : { eventId: id }),
        });
        const notifications = shown.flatMap(({ tenant: owner, notifications: some }) =>
          some.map((one) => notificationMembers(one, owner)),
        );
        return plainResult(summary, { added, ...counts, notifications }, next);
      });
    },
  );
}

/** The bodies of a file; all of them are events. @throws CasBatchError `notification-file-invalid` */
async function bodiesOf(path: string): Promise<readonly Buffer[]> {
  const content = await contentOf(path);
  const whole = readHead(content);
  if (!("fault" in whole)) return [content];
  const bodies: Buffer[] = [];
  for (const [at, line] of content.toString().split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const body = Buffer.from(line);
    const head = readHead(body);
    if ("fault" in head) {
      throw new CasBatchError(
        "notification-file-invalid",
        `Line ${String(at + 1)} of ${path} is no notification: ${head.fault}`,
      );
    }
    bodies.push(body);
  }
  if (bodies.length > 0) return bodies;
  throw new CasBatchError("notification-file-invalid", `${path} holds no notification`);
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    const file = await openRegularFile(path);
    try {
      const { size } = file.stats;
      if (size > FILE_BYTES_MAX) throw new Error("it is larger than 1 GiB");
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, await file.fill(bytes, 0));
    } finally {
      await file.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CasBatchError("file-not-found", `Cannot read the notifications in ${path}: ${why}`, {
      cause,
    });
  }
}
