// `cas-batch resume`: finishes what an interrupted run left in the outbox, and takes what a person
// found out about messages that only a person can settle.
import type { AddCommand } from "../frame/command-entry.ts";
import { hostname, userInfo } from "node:os";
import { CasBatchError } from "../../core/errors.ts";
import { kindAndReference } from "../../core/message-kind.ts";
import type { HandSettlement } from "../../submit/settle-by-hand.ts";
import { resume } from "../../pipeline.ts";
import { sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { withSession } from "../frame/open-session.ts";
import { runWithHooks } from "../frame/with-hooks.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
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
            "You looked it up: REFERENCE=arrived, CAS has it; REFERENCE=resend, it has not (OUT:REFERENCE=… when both directions have one, Formula:REFERENCE=… for another kind)",
        })
        .example(
          "$0 resume --env production",
          "After a crash, a power cut or Ctrl-C; safe to run at any time",
        )
        .example(
          "$0 resume --env production --settle PO-4711=arrived",
          "CAS has the shipment whose outcome was unknown",
        ),
    async (flags) => {
      await runWithHooks("resume", flags, (context) => {
        const settlements = flags.settle.map(parseSettlement);
        return withSession("resume", flags, context, async (session, settings) => {
          const person = `${userInfo().username} on ${hostname()}`;
          const choices = await sendingChoices(flags, context.variables);
          return resume(session, settlements, person, choices, settings.outDirectory);
        });
      });
    },
  );

const SETTLEMENT = /^(?:(IN|OUT):)?(.+)=(arrived|resend)$/su;

/**
 * `REFERENCE=arrived|resend`, behind `IN:` or `OUT:` where both directions have the reference, or behind the kind
 * of the message.
 * @throws CasBatchError `usage`
 */
export function parseSettlement(text: string): HandSettlement {
  const match = SETTLEMENT.exec(text);
  const [, direction, named, outcome] = match ?? [];
  const ofKind = direction === undefined ? kindAndReference(named ?? "") : null;
  const externalReference = ofKind?.reference ?? named;
  if (externalReference === undefined || outcome === undefined) {
    throw new CasBatchError("usage", `--settle "${text}" cannot be understood`, {
      hint: "Write --settle REFERENCE=arrived when CAS has it, --settle REFERENCE=resend when it has not",
    });
  }
  return {
    externalReference,
    direction: direction === "IN" || direction === "OUT" ? direction : null,
    ...(ofKind === null ? {} : { kind: ofKind.kind }),
    outcome: outcome === "arrived" ? "arrived" : "resend",
  };
}
