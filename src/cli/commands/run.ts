// `cas-batch run [INBOX]`: the nightly job. Every whole file of the inbox is sent, declarations are
// followed for a while, and the report says what became of every row. With --watch it stays and does so again.
import type { ArgumentsCamelCase, InferredOptionTypes } from "yargs";
import type { AddCommand } from "../frame/command-entry.ts";
import { runInbox } from "../../pipeline.ts";
import { rightsOfRun } from "../../runs/command-scopes.ts";
import { describeError } from "../../runs/result/describe-error.ts";
import { exitCodeOfError } from "../../runs/result/exit-code.ts";
import { filesInSight } from "../../runs/inbox/claim-files.ts";
import type { InboxSettings } from "../../runs/inbox/inbox-settings.ts";
import { leftOpen } from "../../runs/inbox/left-open.ts";
import { listInbox, type InboxListing } from "../../runs/inbox/list-inbox.ts";
import { watchInbox, type Round } from "../../runs/inbox/watch-inbox.ts";
import { attachmentOptions, documentChoices } from "../flags/document-flags.ts";
import type { GlobalFlags } from "../flags/global-flags.ts";
import { inboxOptions, inboxSettings, watchSettings } from "../flags/inbox-flags.ts";
import { kindsOf, sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { plainResult } from "../words/plain-result.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { newsOfRounds } from "../frame/news-of-rounds.ts";
import { runWithHooks, withHooks } from "../frame/with-hooks.ts";

const runOptions = {
  ...sendingOptions,
  ...inboxOptions,
  out: { type: "string", describe: "Folder for reports; by default ./out" },
  ...attachmentOptions,
  wait: {
    type: "string",
    describe: "How long to follow declarations before reporting: 30s, 10m, 0",
  },
} as const;

type RunFlags = ArgumentsCamelCase<InferredOptionTypes<typeof runOptions>> &
  GlobalFlags & { readonly inbox: string };

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(runOptions)
        .positional("inbox", {
          type: "string",
          default: "inbox",
          describe: "Folder with the spreadsheets; left as it is without --archive",
        })
        .example("$0 run samples/first-night --env simulator", "A rehearsal on this machine")
        .example(
          "$0 run /srv/customs/inbox --archive --env production --json",
          "From cron or Task Scheduler",
        )
        .example(
          "$0 run /srv/customs/inbox --archive --watch --env production",
          "As a service that takes files as they come",
        ),
    (flags) =>
      flags.watch
        ? runCommand("run", flags, (context) => watch(flags, context))
        : runWithHooks("run", flags, (context) => once(flags, context)),
  );

async function once(flags: RunFlags, context: CommandContext): Promise<number> {
  const inbox = await inboxSettings(flags, context.variables);
  const listing = await listInbox(inbox, context.clock.now());
  return (await oneRun(flags, context, inbox, listing)).exitCode;
}

async function watch(flags: RunFlags, context: CommandContext): Promise<number> {
  const inbox = await inboxSettings(flags, context.variables);
  const settings = await watchSettings(flags, context.variables);
  const isNews = newsOfRounds(context.clock);
  return watchInbox({
    ...context,
    inbox,
    settings,
    // Each round is told of as a night is.
    round: (listing) =>
      hooked(flags, context, isNews, (told) => oneRun(flags, told, inbox, listing)),
    notBegun: async (error) => {
      const exitCode = exitCodeOfError(error, context.signal);
      const described = describeError(error, exitCode);
      const { message, hint } = described;
      const result = plainResult([{ code: "stopped-early", message }], {}, [hint], exitCode);
      await context.print({ ...result, error: described });
      return exitCode;
    },
  });
}

async function hooked(
  flags: RunFlags,
  context: CommandContext,
  isNews: ReturnType<typeof newsOfRounds>,
  work: (context: CommandContext) => Promise<Round>,
): Promise<Round> {
  const rounds: Round[] = [];
  const oneRound = async (told: CommandContext): Promise<number> => {
    const round = await work(told);
    rounds.push(round);
    return round.exitCode;
  };
  const exitCode = await withHooks("run", flags, context, oneRound, isNews);
  const [round = { notTaken: [], again: [], isOpen: true }] = rounds;
  return { ...round, exitCode };
}

async function oneRun(
  flags: RunFlags,
  context: CommandContext,
  inbox: InboxSettings,
  listing: InboxListing,
): Promise<Round> {
  const documents = documentChoices(flags);
  const choices = await sendingChoices(flags, context.variables);
  const kinds = kindsOf(await filesInSight(inbox, listing), choices);
  let left: Pick<Round, "again" | "isOpen"> = { again: [], isOpen: true };
  const exitCode = await withSession(
    "run",
    flags,
    context,
    async (session, { outDirectory }) => {
      const taken = { settings: inbox, listing };
      const result = await runInbox(session, taken, choices, outDirectory, documents);
      left = await leftOpen(session, result, listing);
      return result;
    },
    rightsOfRun(kinds),
  );
  return { exitCode, notTaken: listing.notTaken, ...left };
}
