// `cas-batch simulator`: a CAS on this machine to rehearse against, until it is stopped.
import type { AddCommand } from "../frame/command-entry.ts";
import { once } from "node:events";
import { resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { readAssumptions } from "../../simulator/assumptions.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import { WEBHOOK_FAULTS, type WebhookFaults } from "../../simulator/webhooks/webhook-faults.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { runCommand } from "../frame/run-command.ts";
import { writeJson } from "../words/output-streams.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .option("port", { type: "number", default: 8084, describe: "Port on 127.0.0.1; 0 for any" })
        .option("state", {
          type: "string",
          default: "cas-batch-data/simulator/simulator.jsonl",
          describe: "File that holds everything it was sent",
        })
        .option("time-scale", {
          type: "number",
          default: 1,
          describe: "How many times faster it processes; at 1 each step takes a second",
        })
        .option("webhook-fault", {
          type: "string",
          array: true,
          nargs: 1,
          default: [],
          describe: `Spoils notifications: ${WEBHOOK_FAULTS.join(", ")}; late=0.1: one in ten`,
        })
        .option("webhook-host", {
          type: "string",
          array: true,
          nargs: 1,
          default: [],
          describe: "Host that notifications may be sent to, besides this machine",
        })
        .option("openapi", {
          type: "boolean",
          default: false,
          describe: "Print the OpenAPI description of the simulator, and end",
        })
        .example("$0 simulator --openapi > openapi.json", "For tools that read API descriptions")
        .option("assume", {
          type: "string",
          array: true,
          requiresArg: true,
          default: [],
          describe: "NAME=VALUE: what no page of CAS states, in another form (docs/simulator.md)",
        })
        .example(
          "$0 simulator --assume stateRefusal=409 --assume linkLifetimeS=10",
          "A CAS that answers otherwise than the default where the documentation is silent",
        )
        .example("$0 simulator", "Commands with --env simulator in this folder now use it"),
    async (flags) => {
      await runCommand("simulator", flags, async (context) => {
        const stateFile = resolve(flags.state);
        const { port, timeScale } = flags;
        if (flags.openapi) {
          const { openapiDocument } = await import("../../simulator/openapi/openapi-document.ts");
          const document = openapiDocument(`http://127.0.0.1:${String(port)}`);
          await writeJson(`${JSON.stringify(document, null, 2)}\n`);
          return EXIT.done;
        }
        const simulator = await startSimulator({
          ...readAssumptions(flags.assume),
          stateFile,
          port,
          timeScale,
          webhooks: { faults: faultsOf(flags.webhookFault), hosts: flags.webhookHost },
          log: context.log,
        });
        context.say(`CAS simulator listens at ${simulator.url}`);
        context.say(`  token endpoint  ${simulator.tokenUrl}   (client id and secret: simulator)`);
        context.say(
          `  documents       ${simulator.storageUrl}   (by links that expire, without a token)`,
        );
        context.say(`  state           ${stateFile}`);
        context.say("  Ctrl-C stops it; what it was sent stays in the state file");
        if (!context.signal.aborted) await once(context.signal, "abort");
        await simulator.close();
        return EXIT.done;
      });
    },
  );

/** What `--webhook-fault lost` spoils. */
const DEFAULT_SHARE = 0.2;

function faultsOf(given: readonly string[]): WebhookFaults {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = "", share] = /^(\w+)(?:=(0(?:\.\d+)?|1(?:\.0+)?))?$/.exec(text) ?? [];
      if (WEBHOOK_FAULTS.some((known) => known === name)) {
        return [name, share === undefined ? DEFAULT_SHARE : Number(share)];
      }
      throw new CasBatchError(
        "usage",
        `Cannot use ${text} as --webhook-fault: it must be ${WEBHOOK_FAULTS.join(", ")}, with a share from 0 to 1 where one is given`,
        {
          hint: "For example: `cas-batch simulator --webhook-fault duplicated --webhook-fault late=0.1`",
        },
      );
    }),
  );
}
