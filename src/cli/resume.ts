// `cas-batch resume`: finishes what an interrupted run left in the outbox.
import type { Argv } from "yargs";
import { send } from "../pipeline.ts";
import { plural } from "./print-result.ts";
import type { GlobalOptions } from "./global-flags.ts";
import { withSession } from "./open-session.ts";
import { sendingOptions, sendingChoices } from "./reading-flags.ts";
import { runCommand } from "./run-command.ts";
import { sessionResult } from "./session-result.ts";

export function addResumeCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "resume",
    "Settle unknown outcomes and send what an interrupted run left",
    (command) =>
      command
        .options(sendingOptions)
        .example(
          "$0 resume --env production",
          "After a crash, a power cut or Ctrl-C; safe to run at any time",
        ),
    async (flags) => {
      await runCommand("resume", flags, (desk) =>
        withSession("resume", flags, desk, async (session) => {
          const sent = await send(session, [], await sendingChoices(flags, desk.variables), false);
          const result = await sessionResult(session, sent, null);
          const { delivery } = sent;
          const told =
            delivery === null
              ? []
              : [
                  `${plural(delivery.accepted, "shipment")} accepted by CAS, ${String(delivery.rejected)} refused, ${String(delivery.unknown)} with unknown outcome, ${String(delivery.unsent)} not sent yet`,
                ];
          return { ...result, summary: [...told, ...result.summary] };
        }),
      );
    },
  );
}
