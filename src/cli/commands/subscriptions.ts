// `cas-batch subscriptions`: what CAS notifies of, and where to.
import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from "yargs";
import type { NewSubscription, SubscriptionProtection } from "../../cas/cas-client.ts";
import { secureUrl } from "../../cas/secure-url.ts";
import { neededEvents, publicAddress } from "../../change/subscriptions.ts";
import { CasBatchError } from "../../core/errors.ts";
import {
  createSubscriptions,
  deleteSubscription,
  listSubscriptions,
  type SubscribeOrder,
} from "../../runs/subscribing.ts";
import type { Session } from "../../runs/session.ts";
import { changeOptions } from "../flags/change-flags.ts";
import { readSecret } from "../flags/client-secret.ts";
import type { GlobalFlags, GlobalOptions } from "../flags/global-flags.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { confirm, mustAsk } from "../frame/confirm.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { userName } from "../words/ledger-words.ts";

const destinationOptions = {
  url: { type: "string", demandOption: true, describe: "Where CAS is to send the notifications" },
  "api-key-header": { type: "string", describe: "Header in which CAS sends the key" },
  "api-key-file": { type: "string", describe: "File with the key, which others cannot read" },
  "oauth-token-url": { type: "string", describe: "Where CAS gets a token for the address" },
  "oauth-client-id": { type: "string", describe: "The client id of CAS there" },
  "oauth-secret-file": {
    type: "string",
    describe: "File with its secret, which others cannot read",
  },
} as const satisfies Record<string, Options>;

const { "dry-run": dryRun, yes, again } = changeOptions;
const askOptions = { "dry-run": dryRun, yes, again } as const;

type DestinationFlags = ArgumentsCamelCase<InferredOptionTypes<typeof destinationOptions>>;
type AskFlags = ArgumentsCamelCase<InferredOptionTypes<typeof askOptions>> & GlobalFlags;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    [addList, addCreate, addDelete, addEnsure]
      .reduce((parser, addCommand) => addCommand(parser), command)
      .demandCommand(1, "subscriptions needs list, create, delete or ensure"),
  );

function addList(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "list",
    "Show what CAS notifies of, where to, and what nobody is told of",
    (command) => command.example("$0 subscriptions list --env acceptance", ""),
    async (flags) => {
      await runCommand("subscriptions list", flags, (context) =>
        withSession("subscriptions list", flags, context, listSubscriptions),
      );
    },
  );
}

function addCreate(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "create",
    "Subscribe an address to one type of event",
    (command) =>
      command
        .option("event", { type: "string", demandOption: true, describe: "Type of event" })
        .option("subtype", { type: "string", describe: "Only this subtype, such as Released" })
        .options({ ...destinationOptions, ...askOptions })
        .example(
          "$0 subscriptions create --event DeclarationStatusChanged --url https://hooks.example.com/cas --api-key-header X-Key --api-key-file key.txt --env acceptance",
          "",
        ),
    async (flags) => {
      await runCommand("subscriptions create", flags, async (context) => {
        const destination = await destinationOf(flags, context);
        const { event: eventType, subtype } = flags;
        const eventSubType = subtype === undefined ? {} : { eventSubType: subtype };
        const wanted = { eventType, ...eventSubType, ...destination };
        return withSession("subscriptions create", flags, context, (session) =>
          createSubscriptions(session, [wanted], orderOf(session, flags, context), false),
        );
      });
    },
  );
}

function addDelete(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "delete <subscription>",
    "Delete a subscription",
    (command) =>
      command
        .positional("subscription", { type: "string", demandOption: true, describe: "Its id" })
        .options(askOptions)
        .example("$0 subscriptions delete 4711 --env acceptance", ""),
    async (flags) => {
      await runCommand("subscriptions delete", flags, (context) =>
        withSession("subscriptions delete", flags, context, (session) =>
          deleteSubscription(session, flags.subscription, orderOf(session, flags, context)),
        ),
      );
    },
  );
}

function addEnsure(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "ensure",
    "Create what is missing of the events that cas-batch needs; what is there is left",
    (command) =>
      command
        .options({ ...destinationOptions, ...askOptions })
        .example(
          "$0 subscriptions ensure --url https://hooks.example.com/cas --dry-run --env production",
          "Shows what would be created",
        ),
    async (flags) => {
      await runCommand("subscriptions ensure", flags, async (context) => {
        const destination = await destinationOf(flags, context);
        const wanted = neededEvents.map(({ eventType }) => ({ eventType, ...destination }));
        return withSession("subscriptions ensure", flags, context, (session) =>
          createSubscriptions(session, wanted, orderOf(session, flags, context), true),
        );
      });
    },
  );
}

function orderOf(session: Session, flags: AskFlags, context: CommandContext): SubscribeOrder {
  const { settings, books } = session;
  const isAsked = flags.dryRun ? false : mustAsk(settings.environment, flags);
  return {
    askedBy: userName(),
    dryRun: flags.dryRun,
    again: flags.again,
    approve: async (lines) => {
      for (const line of lines) context.say(line);
      if (!isAsked) return;
      await confirm(
        `Change the subscriptions of tenant ${books.tenant} in PRODUCTION?`,
        context.signal,
      );
    },
  };
}

/** @throws CasBatchError `usage`, `insecure-url`, `secret-file-unsafe`, `file-not-found` */
async function destinationOf(
  flags: DestinationFlags,
  context: CommandContext,
): Promise<Pick<NewSubscription, "destinationUrl" | "protection">> {
  const parsed = URL.parse(flags.url);
  const isWeb = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  if (parsed === null || !isWeb || parsed.username !== "" || parsed.password !== "") {
    throw new CasBatchError(
      "usage",
      parsed === null || !isWeb
        ? `--url "${publicAddress(flags.url)}" is no address of a web service`
        : "--url holds a user name or password",
      {
        hint: "Write it like https://hooks.example.com/cas; protect it by --api-key-file or --oauth-secret-file",
      },
    );
  }
  secureUrl(publicAddress(flags.url), "address that CAS is to call");
  const protection = await protectionOf(flags, context);
  return { destinationUrl: flags.url, ...(protection === null ? {} : { protection }) };
}

async function protectionOf(
  flags: DestinationFlags,
  context: CommandContext,
): Promise<SubscriptionProtection | null> {
  const { apiKeyHeader, apiKeyFile, oauthTokenUrl, oauthClientId, oauthSecretFile } = flags;
  const key = [apiKeyHeader, apiKeyFile];
  const oauth = [oauthTokenUrl, oauthClientId, oauthSecretFile];
  const isAny = (values: readonly unknown[]): boolean => values.some((one) => one !== undefined);
  const secretIn = async (file: string): Promise<string> => {
    const secret = await readSecret(file, true);
    context.hide(secret);
    return secret;
  };
  if (isAny(key) && !isAny(oauth) && apiKeyHeader !== undefined && apiKeyFile !== undefined) {
    return { kind: "api-key", header: apiKeyHeader, key: await secretIn(apiKeyFile) };
  }
  if (
    !isAny(key) &&
    oauthTokenUrl !== undefined &&
    oauthClientId !== undefined &&
    oauthSecretFile !== undefined
  ) {
    const clientSecret = await secretIn(oauthSecretFile);
    return { kind: "oauth", tokenUrl: oauthTokenUrl, clientId: oauthClientId, clientSecret };
  }
  if (!isAny(key) && !isAny(oauth)) return null;
  throw new CasBatchError("usage", "How the address is protected is given in part only, or twice", {
    hint: "Give --api-key-header with --api-key-file, or --oauth-token-url, --oauth-client-id and --oauth-secret-file together",
  });
}
