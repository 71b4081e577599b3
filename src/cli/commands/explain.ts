// `cas-batch explain REFERENCE`: one shipment's life, from the cells to what customs said.
import type { AddCommand } from "../frame/command-entry.ts";
import { kindOf } from "../../core/message-kind.ts";
import { kindOfKey } from "../../core/shipment.ts";
import { typedKind } from "../flags/reading-flags.ts";
import { CasBatchError } from "../../core/errors.ts";
import { explain, type TenantHistory } from "../../runs/explain.ts";
import { describeHistory, historyMembers } from "../words/describe-history.ts";
import { plainResult } from "../words/plain-result.ts";
import { runCommand } from "../frame/run-command.ts";
import { ledgerPathOf } from "../flags/settings.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .positional("reference", {
          type: "string",
          demandOption: true,
          describe: "The external reference, or what identifies a message of another kind",
        })
        .option("kind", {
          type: "string",
          describe: "What the message is, such as Formula, where several have the reference",
        })
        .option("cells", {
          type: "boolean",
          default: false,
          describe: "Show every value of the newest version with its cell",
        })
        .example("$0 explain IMP-2026-0102 --env production", "Reads the ledger, asks no server"),
    async (flags) => {
      await runCommand("explain", flags, async (context) => {
        const { environment, ledgerPath, allowedIn } = await ledgerPathOf(flags, context.variables);
        const kind = flags.kind === undefined ? null : typedKind(flags.kind);
        const known = await explain(ledgerPath, environment, flags.reference, allowedIn);
        const shipments = known.filter(({ key }) => kind === null || kindOfKey(key) === kind);
        if (shipments.length === 0) {
          throw new CasBatchError(
            "reference-unknown",
            `The ledger ${ledgerPath} holds no ${kind === null ? "message" : kindOf(kind).noun} ${flags.reference} for ${environment}`,
          );
        }
        const summary = shipments.flatMap((shipment) => describeHistory(shipment, flags.cells));
        const waiting = shipments.filter(waitsForPerson);
        const next = waiting.map(({ key }) => ({ code: "settle" as const, environment, key }));
        const simulated = shipments.some((shipment) => shipment.simulated);
        const more = { simulated, shipments: shipments.map(historyMembers) };
        return plainResult(summary, more, next);
      });
    },
  );

/** The message of which only a person can say whether CAS has it. */
function waitsForPerson({ versions }: TenantHistory): boolean {
  return versions.some(
    ({ state, attempts }) =>
      state === "unknown" &&
      (attempts.findLast(({ outcome }) => outcome === "unknown")?.leftToPersonAt ?? null) !== null,
  );
}
