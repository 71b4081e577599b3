// `cas-batch listen`: receives the notifications of CAS, until it is stopped.
import type { AddCommand } from "../frame/command-entry.ts";
import { CasBatchError } from "../../core/errors.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { ReceiverCounts } from "../../notifications/receiver/receiver.ts";
import { greetedTenant, listen, type ListenStart } from "../../runs/notifications.ts";
import { protectionOf, receiverOptions } from "../flags/receiver-flags.ts";
import { ledgerPathOf, resolveSettings, type SettingsFlags } from "../flags/settings.ts";
import { withCas } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { writeJson } from "../words/output-streams.ts";

const PORT_MAX = 65_535;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(receiverOptions)
        .option("metrics-port", {
          type: "number",
          describe: "Answer GET /metrics at this port, to this machine only; 0 for any",
        })
        .example("$0 listen --env simulator", "POST notifications to the address that it prints")
        .example(
          "$0 listen --env production --host 0.0.0.0 --api-key-header X-Api-Key --api-key-file key.txt",
          "Behind a proxy that speaks https",
        ),
    async (flags) => {
      await runCommand("listen", flags, async (context) => {
        const { port, host, metricsPort = null } = flags;
        checkPort("--port", port);
        if (metricsPort !== null) checkPort("--metrics-port", metricsPort);
        const { words, secrets, ...protection } = await protectionOf(flags);
        for (const secret of secrets) context.hide(secret);
        const place = await ledgerPathOf(flags, context.variables);
        const { environment } = place;
        context.nameEnvironment(environment);
        const tenant = flags.tenant ?? (await tenantFromCas(flags, context));
        const onListening = ({ address, ledger, ...start }: ListenStart): void => {
          if (flags.json) {
            const document = {
              schemaVersion: 1,
              command: "listen",
              environment,
              url: address,
              ...start,
              ledger,
            };
            void writeJson(`${JSON.stringify(document)}\n`);
          }
          context.say(`Listening for notifications at ${address}   (${words})`);
          context.say(`  ledger  ${ledger}, tenant ${start.tenant}, ${environment}`);
          if (start.metrics !== null) {
            context.say(`  metrics ${start.metrics}, for this machine only`);
          }
          context.say("  Ctrl-C stops it; what was kept is merged then, or by the next command");
        };
        const counts = await listen(
          { ...place, ...protection, host, port, tenant, metricsPort },
          context,
          onListening,
        );
        context.say(`Stopped: ${countsWords(counts)}`);
        return EXIT.done;
      });
    },
  );

/** @throws CasBatchError `usage` */
function checkPort(flag: string, port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) return;
  throw new CasBatchError(
    "usage",
    `${flag} ${String(port)} is no port; give one from 0 to ${String(PORT_MAX)}`,
  );
}

/** Null without credentials, or while CAS cannot be reached: then the ledger says it. */
async function tenantFromCas(
  flags: SettingsFlags,
  context: CommandContext,
): Promise<string | null> {
  try {
    const settings = await resolveSettings(flags, context.variables);
    return await withCas(settings, context, (pipeline) => greetedTenant(pipeline, context));
  } catch (error) {
    if (!(error instanceof CasBatchError) || error.code !== "credentials-missing") throw error;
    return null;
  }
}

function countsWords(counts: ReceiverCounts): string {
  const { kept, known, otherTenant, contradicting, unreadable, refused } = counts;
  const turnedAway = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const odd = otherTenant + contradicting + unreadable;
  return `${plural(kept, "notification")} kept, ${counted(known)} that had come before, ${counted(odd)} odd ones kept apart, ${plural(turnedAway, "request")} turned away`;
}
