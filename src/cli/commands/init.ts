// `cas-batch init`: asks the few questions that a first run needs, tries the credentials, and writes `cas-batch.yaml`
// and the file with the secret. Until everything is answered and tried, nothing is written.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { missingScopes, commandScopes } from "../../runs/command-scopes.ts";
import { CannotNowError, CasBatchError } from "../../core/errors.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import { examine } from "../../runs/examine.ts";
import { exitCodeOfError } from "../../runs/result/exit-code.ts";
import { describeError } from "../../runs/result/describe-error.ts";
import { filled } from "../flags/config-file.ts";
import { configOf } from "../flags/config-schema.ts";
import { settingsOf } from "../flags/settings.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { withCas } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import {
  askCredentials,
  collectAnswers,
  isYes,
  type Answers,
  type Asking,
} from "../setup/answers.ts";
import { configText } from "../setup/config-text.ts";
import { writeSetup } from "../setup/write-setup.ts";
import { canAsk } from "../words/output-streams.ts";
import { plainResult } from "../words/plain-result.ts";

const CONFIG_FILE = "cas-batch.yaml";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .option("client-id", {
          type: "string",
          describe: "As Customs4trade gave it  [CAS_CLIENT_ID]",
        })
        .option("client-secret-file", {
          type: "string",
          describe:
            "File with the client secret alone, mode 600; a secret that is typed is written there",
        })
        .option("inbox", { type: "string", describe: "Folder in which the files to send arrive" })
        .option("time-zone", {
          type: "string",
          describe: "Of the reports, such as Europe/Brussels",
        })
        .option("force", {
          type: "boolean",
          default: false,
          describe: "Replace files that are there already",
        })
        .option("try", {
          type: "boolean",
          default: true,
          describe: "Try the credentials before anything is written; --no-try leaves it out",
        })
        .example("$0 init", "Asks, tries, and writes ./cas-batch.yaml")
        .example(
          "$0 init --no-input --env acceptance --client-id ID --client-secret-file FILE",
          "From a script",
        ),
    async (flags) => {
      await runCommand("init", flags, async (context) => {
        const { variables } = context;
        const path = resolve(flags.config ?? filled(variables["CAS_CONFIG"]) ?? CONFIG_FILE);
        if (existsSync(path) && !flags.force) throw alreadyThere(path);
        const asking: Asking = {
          signal: flags.input && canAsk() ? context.signal : null,
          variables,
          note: (words) => {
            context.log("info", words);
          },
        };
        const answered = await collectAnswers(flags, asking);
        context.nameEnvironment(answered.environment);
        const { answers, tenant } = flags.try
          ? await tried(answered, path, flags, asking, context)
          : { answers: answered, tenant: null };
        context.signal.throwIfAborted();
        const { credentials, inbox } = answers;
        const typed = credentials?.secretFile?.isThere === false ? credentials : null;
        await writeSetup({
          config: { path, text: configText(answers, variables) },
          secret:
            typed?.secretFile == null
              ? null
              : { path: typed.secretFile.path, text: typed.clientSecret },
          inbox: inbox === null ? null : resolve(inbox),
          force: flags.force,
        });
        const { environment, ledger, timeZone } = answers;
        const secretFile = credentials?.secretFile?.path ?? null;
        const more = { config: path, environment, secretFile, inbox, ledger, timeZone, tenant };
        const lines = [
          `Wrote ${path}`,
          ...(typed?.secretFile == null
            ? []
            : [`Wrote ${typed.secretFile.path}, which holds the client secret (mode 600)`]),
        ];
        return plainResult(lines, more, nextCommands(answers, path));
      });
    },
  );

type Flags = Parameters<typeof collectAnswers>[0];

/** Asks again for credentials that do not work, and leaves it to a person whether to write them all the same. */
async function tried(
  answered: Answers,
  path: string,
  flags: Flags,
  asking: Asking,
  context: CommandContext,
): Promise<{ readonly answers: Answers; readonly tenant: string | null }> {
  let answers = answered;
  for (;;) {
    try {
      return { answers, tenant: await tenantOf(answers, path, context) };
    } catch (error) {
      const { signal } = asking;
      if (signal === null && error instanceof CannotNowError && !context.signal.aborted)
        context.log("info", "Nothing was written; with --no-try the files are, without asking CAS");
      if (signal === null || signal.aborted) throw error;
      const { message, hint } = describeError(error, exitCodeOfError(error, signal));
      context.log("error", message);
      context.log("info", hint);
      const mayBeWrong = answers.credentials !== null && !(error instanceof CannotNowError);
      if (mayBeWrong && (await isYes("Type the credentials again?", signal))) {
        const { environment, credentials } = answers;
        answers = {
          ...answers,
          credentials: await askCredentials(environment, flags, asking, credentials),
        };
      } else if (await isYes("Write the files all the same?", signal)) {
        return { answers, tenant: null };
      } else {
        const words = "Nothing was written, as the credentials did not pass";
        throw new CasBatchError("not-confirmed", words, { cause: error, hint });
      }
    }
  }
}

/** Whose the credentials are; null in a rehearsal. @throws CasBatchError when CAS does not take them */
async function tenantOf(
  answers: Answers,
  path: string,
  context: CommandContext,
): Promise<string | null> {
  const { environment: env, credentials } = answers;
  // Checked before anything is written: what was answered makes a configuration that can be read.
  const config = configOf(configText(answers, context.variables), path);
  if (credentials === null) return null;
  const { clientId: CAS_CLIENT_ID, clientSecret: CAS_CLIENT_SECRET } = credentials;
  const variables = { ...context.variables, CAS_CLIENT_ID, CAS_CLIENT_SECRET };
  const sources = { flags: { env }, variables, config, folder: dirname(path), file: null };
  return withCas(await settingsOf(sources), context, async (pipeline) => {
    const examination = examine(pipeline.cas, pipeline, context);
    try {
      const rights = await examination.authorization();
      const { tenant, sourceSystem } = rights;
      context.log(
        "info",
        `CAS takes the credentials: tenant ${tenant}, source system ${sourceSystem}`,
      );
      const missing = missingScopes(commandScopes.run, rights) ?? [];
      if (missing.length > 0) {
        const lacks = `The token lacks ${missing.join(" and ")}, which \`cas-batch run\` needs`;
        context.log("warn", `${lacks}; \`cas-batch doctor --env ${env}\` says what to ask for`);
      }
      return tenant;
    } finally {
      await examination.close();
    }
  });
}

function nextCommands({ environment, inbox, ledger }: Answers, path: string): readonly string[] {
  const named = path === resolve(CONFIG_FILE) ? "" : ` --config ${pastablePath(path)}`;
  const begin = ledger === null || existsSync(ledger) ? "" : " --create-ledger";
  return [
    ...(environment === "simulator" ? [] : [`\`cas-batch doctor --env ${environment}${named}\``]),
    "`cas-batch template`, fill it in, then `cas-batch check customs-shipments-flat.xlsx`",
    `\`cas-batch submit customs-shipments-flat.xlsx --env ${environment}${named}${begin}\``,
    ...(inbox === null
      ? []
      : [
          `\`cas-batch run ${pastablePath(inbox)} --env ${environment}${named}${begin}\` (the nightly job)`,
        ]),
  ];
}

function alreadyThere(path: string): CasBatchError {
  return new CasBatchError("file-not-writable", `${path} is already there`, {
    hint: "Add --force to replace it, or name another file with --config",
  });
}
