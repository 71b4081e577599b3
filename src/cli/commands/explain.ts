// `cas-batch explain REFERENCE`: one shipment's life, from the cells to what customs said.
import type { AddCommand } from "../frame/command-entry.ts";
import { keyText } from "../../core/shipment.ts";
import { typedKind } from "../flags/reading-flags.ts";
import { explain, type Explained, type TenantHistory } from "../../runs/explain.ts";
import type { NextStep } from "../../runs/result/result.ts";
import {
  describeHistory,
  describeStranger,
  historyMembers,
  strangerMembers,
} from "../words/describe-history.ts";
import { wrapped } from "../words/wrapped.ts";
import { outputColumns } from "../words/output-streams.ts";
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
          describe:
            "The external reference, an LRN, an MRN, a declaration id or a reference id; of another kind, what identifies the message",
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
        .option("all", {
          type: "boolean",
          default: false,
          describe: "Fold and leave out nothing",
        })
        .example("$0 explain 26BEH1000000000001 --env production", "The shipment of an MRN")
        .example("$0 explain IMP-2026-0102 --env production", "Reads the ledger, asks no server"),
    async (flags) => {
      await runCommand("explain", flags, async (context) => {
        const { ledgerPath, environment, allowedIn, declarationAfterMs } = await ledgerPathOf(
          flags,
          context.variables,
        );
        const kind = flags.kind === undefined ? null : typedKind(flags.kind);
        const { reference: text, all, cells } = flags;
        const place = { environment, allowedIn, declarationAfterMs, now: context.clock.now() };
        const known = await explain(ledgerPath, { text, kind, ...place });
        const { shipments, strangers } = known;
        const described = [
          ...shipments.map((shipment) => describeHistory(shipment, { cells, all })),
          ...strangers.map((stranger) => describeStranger(stranger, all)),
        ];
        const summary = [...severalWords(text, known), ...described.flatMap(apart)].flatMap(
          (line) => wrapped(line, outputColumns()),
        );
        const simulated = shipments.some((shipment) => shipment.simulated);
        const more = {
          simulated,
          shipments: shipments.map(historyMembers),
          declarations: strangers.map(strangerMembers),
        };
        return plainResult(summary, more, nextSteps(known));
      });
    },
  );

function apart(lines: readonly string[], at: number): readonly string[] {
  return at === 0 ? lines : ["", "", ...lines];
}

/** Where the text is the number of more than one thing. */
function severalWords(text: string, { shipments, strangers, isCut }: Explained): readonly string[] {
  const count = shipments.length + strangers.length;
  if (count < 2) return [];
  const names = [
    ...shipments.map(({ key, tenant }) => `${keyText(key)} (tenant ${tenant})`),
    ...strangers.map(({ declaration }) => `declaration ${declaration.declarationId}`),
  ];
  const cut = isCut ? ", and more that are not shown" : "";
  return [`${text} names ${String(count)}: ${names.join(", ")}${cut}`, ""];
}

function nextSteps({ shipments, strangers }: Explained): readonly NextStep[] {
  const steps = shipments.flatMap((shipment): readonly NextStep[] => {
    const { key, environment, actions } = shipment;
    if (waitsForPerson(shipment)) return [{ code: "settle", environment, key }];
    const name = shipments.length > 1 ? `${keyText(key)}: ` : "";
    return actions.map(({ what, nextStep }) => `${name}${what}. ${nextStep.split("\n")[0] ?? ""}`);
  });
  const unknown = strangers.map(
    ({ declaration }) =>
      `Find out who made declaration ${declaration.declarationId}: it is in CAS, and no file of this ledger holds it`,
  );
  const all = [...steps, ...unknown];
  return all.length === 0 ? ["Nothing to do"] : all;
}

/** The message of which only a person can say whether CAS has it. */
function waitsForPerson({ versions }: TenantHistory): boolean {
  return versions.some(
    ({ state, attempts }) =>
      state === "unknown" &&
      (attempts.findLast(({ outcome }) => outcome === "unknown")?.leftToPersonAt ?? null) !== null,
  );
}
