// `cas-batch simulator`: a CAS on this machine to rehearse against, until it is stopped.
import type { AddCommand } from "../frame/command-entry.ts";
import { once } from "node:events";
import { resolve } from "node:path";
import { readAssumptions } from "../../simulator/assumptions.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { runCommand } from "../frame/run-command.ts";

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
        const assumptions = readAssumptions(flags.assume);
        const simulator = await startSimulator({ ...assumptions, stateFile, port, timeScale });
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
