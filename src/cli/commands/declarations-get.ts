// `cas-batch declarations get ID`: one declaration as CAS has it now.
import type { Argv } from "yargs";
import { CasBatchError, RefusedError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import type { Included } from "../../cas/cas-client.ts";
import { unknownDeclaration } from "../../documents/list-documents.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { withReader } from "../frame/open-reader.ts";
import { runCommand } from "../frame/run-command.ts";
import { describeDeclaration } from "../words/describe-declaration.ts";
import { plainResult } from "../words/plain-result.ts";

const INCLUDED: readonly Included[] = ["errors", "attachments"];
const NOT_FOUND = 404;

export function addGetCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "get <id>",
    "Show one declaration as CAS has it now",
    (command) =>
      command
        .positional("id", { type: "string", demandOption: true, describe: "Its id at CAS" })
        .option("include", {
          type: "string",
          describe: "What to ask for beside it: errors, attachments or both; by default both",
        })
        .example("$0 declarations get 100200300 --env production", "A page to read")
        .example("$0 declarations get 100200300 --json --env production", "All that CAS answers"),
    async (flags) => {
      await runCommand("declarations get", flags, async (context) => {
        const include = includedOf(flags.include);
        return withReader(flags, context, async ({ client, authorization }) => {
          const { signal } = context;
          try {
            const detail = await client.declaration(flags.id, { include, signal });
            const { simulated } = authorization;
            const declaration = parseJson(detail.raw);
            const summary = flags.json ? [] : describeDeclaration(detail, declaration, include);
            return { ...plainResult(summary, { declaration }), simulated };
          } catch (error) {
            const isUnknown = error instanceof RefusedError && error.problem.status === NOT_FOUND;
            throw isUnknown ? unknownDeclaration(flags.id, error) : error;
          }
        });
      });
    },
  );
}

/** @throws CasBatchError `usage` */
function includedOf(text: string | undefined): readonly Included[] {
  if (text === undefined) return INCLUDED;
  return text.split(",").map((word) => {
    const included = INCLUDED.find((known) => known === word.trim().toLowerCase());
    if (included !== undefined) return included;
    throw new CasBatchError(
      "usage",
      `--include cannot be "${word}"; it can be errors, attachments or errors,attachments${didYouMean(word, INCLUDED)}`,
    );
  });
}
