// Runs a command that changes something at CAS by hand: what is asked for is read first, and in production it is asked
// before anything is sent. A sheet with a mistake is not used at all: what is half changed is hard to tell from what is
// not.
import type { ChangeRequest } from "../../change/change-request.ts";
import { plural } from "../../core/text/count-words.ts";
import { readChangeSheet, type ChangeColumn, type ChangeRow } from "../../intake/change-sheet.ts";
import { isNumberMember } from "../../map/list-fields.ts";
import { change } from "../../runs/changing.ts";
import type { SessionCommand } from "../../runs/command-scopes.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import type { ChangeFlags } from "../flags/change-flags.ts";
import { loadConfig } from "../flags/config-file.ts";
import { readable } from "../flags/input-files.ts";
import { readingOf, type TextFileFlags } from "../flags/reading-flags.ts";
import { waitMsOf } from "../flags/settings.ts";
import { userName } from "../words/ledger-words.ts";
import { plainResult } from "../words/plain-result.ts";
import { confirm, mustAsk } from "./confirm.ts";
import { withSession } from "./open-session.ts";
import type { CommandContext } from "./run-command.ts";

/** CAS takes changes asynchronously; most are seen within seconds. Source: assumed. */
const WAIT_MS = 10_000;

/** Runs the command: the requests are made first, so that what is wrong with them costs no question to CAS. */
export async function runChange(
  command: SessionCommand,
  flags: ChangeFlags,
  context: CommandContext,
  requests: readonly ChangeRequest[],
): Promise<CommandResult | number> {
  const { config } = await loadConfig(flags, context.variables);
  return withSession(command, flags, context, (session) => {
    const { environment } = session.settings;
    const isAsked = flags.dryRun ? false : mustAsk(environment, flags);
    return change(session, {
      requests,
      replaceCollections: flags.replaceCollections === true,
      force: flags.force,
      again: flags.again,
      isNumber: isNumberMember,
      dryRun: flags.dryRun,
      waitMs: waitMsOf(flags.wait) ?? config.changes?.wait ?? WAIT_MS,
      askedBy: userName(),
      approve: async (lines, count) => {
        for (const line of lines) context.say(line);
        if (!isAsked) return;
        const what = plural(count, "declaration");
        await confirm(
          `Change ${what} of tenant ${session.books.tenant} in PRODUCTION?`,
          context.signal,
        );
      },
    });
  });
}

/** Reads the sheet; `work` is done only when nothing is wrong with it. */
export async function rowsOfSheet(
  path: string,
  needed: readonly ChangeColumn[],
  flags: TextFileFlags & { readonly allowMacros: boolean },
  context: CommandContext,
  work: (rows: readonly ChangeRow[]) => Promise<CommandResult | number>,
): Promise<CommandResult | number> {
  const reading = { ...readingOf(flags), allowMacroWorkbooks: flags.allowMacros };
  const { rows, findings } = await readable(() => readChangeSheet(path, needed, reading));
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors === 0 && rows.length > 0) {
    for (const { message } of findings) context.log("warn", message);
    return work(rows);
  }
  const words =
    errors === 0
      ? "The sheet holds no row of changes: nothing was sent"
      : `${plural(errors, "mistake")} in the sheet: nothing was sent`;
  const next = errors === 0 ? [] : [{ code: "correct-input" } as const];
  const result = plainResult([words], { changes: [] }, next, EXIT.inputRejected);
  return { ...result, findings: [findings] };
}
