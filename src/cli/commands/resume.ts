// `cas-batch resume`: finishes what an interrupted run left in the outbox, and takes what a person
// found out about messages that only a person can settle.
import { hostname, userInfo } from "node:os";
import type { Argv } from "yargs";
import { counted, plural } from "../../core/count-words.ts";
import { withRenewed } from "../../runs/result/given-back.ts";
import { sessionResult } from "../../runs/result/run-result.ts";
import { send } from "../../runs/sending.ts";
import { settleByHand } from "../../submit/settle-by-hand.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { parseSettlement } from "../flags/settle-flag.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand } from "../frame/run-command.ts";

export function addResumeCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "resume",
    "Settle unknown outcomes and send what an interrupted run left",
    (command) =>
      command
        .options(sendingOptions)
        .option("out", {
          type: "string",
          describe: "Folder of the result files of runs of which the ledger does not know it",
        })
        .option("settle", {
          type: "string",
          array: true,
          default: [],
          describe:
            "You looked it up: REFERENCE=arrived, CAS has it; REFERENCE=resend, it has not (OUT:REFERENCE=… when both directions have one)",
        })
        .example(
          "$0 resume --env production",
          "After a crash, a power cut or Ctrl-C; safe to run at any time",
        )
        .example(
          "$0 resume --env production --settle PO-4711=arrived",
          "CAS has the shipment whose outcome nobody knew",
        ),
    async (flags) => {
      await runCommand("resume", flags, (desk) => {
        const settlements = flags.settle.map(parseSettlement);
        return withSession("resume", flags, desk, async (session, settings) => {
          const { outDirectory } = settings;
          const unfinished = await session.books.unfinishedRuns();
          await settleByHand(session, settlements, `${userInfo().username} on ${hostname()}`);
          const sent = await send(session, [], await sendingChoices(flags, desk.variables), false);
          const result = await sessionResult(session, sent, null);
          const { delivery } = sent;
          const told =
            delivery === null
              ? []
              : [
                  `${plural(delivery.accepted, "shipment")} accepted by CAS, ${counted(delivery.rejected)} refused, ${counted(delivery.held)} held, ${counted(delivery.unknown)} with unknown outcome, ${counted(delivery.unsent)} not sent yet`,
                ];
          const summary = [...told, ...result.summary];
          return withRenewed({ ...result, summary }, session, outDirectory, unfinished);
        });
      });
    },
  );
}
