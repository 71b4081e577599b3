// The text of a new `cas-batch.yaml`: what was answered, what may be set besides, and what each is for.
import { pastablePath } from "../../core/text/pastable-path.ts";
import { defaultLedgerPlace } from "../flags/ledger-place.ts";
import type { Answers } from "./answers.ts";

export function configText(answers: Answers, variables: NodeJS.ProcessEnv): string {
  const { environment, credentials, inbox, ledger, timeZone } = answers;
  const lines = [
    "# Settings of cas-batch. A flag wins over an environment variable, that over this file.",
    "# All settings: docs/configuration.md. `cas-batch doctor` tries them.",
    "",
    "# Where commands send to without --env: production, acceptance or simulator.",
    setting("environment", environment),
    "",
    ...(credentials === null
      ? ["# A rehearsal needs no credentials. For acceptance and production:", "# clientId: ID"]
      : [
          "# Who sends; Customs4trade gives the client id and its secret.",
          setting("clientId", credentials.clientId),
        ]),
    "",
    ...secretLines(credentials?.secretFile?.path ?? null, credentials !== null),
    "",
    "# The ledger records what was sent and what became of it. It is never begun anew unasked where it is named here.",
    ledger === null
      ? `# ledger: ${JSON.stringify(defaultLedgerPlace(environment, { variables }).path)}`
      : setting("ledger", ledger),
    "",
    "# The zone in which reports show times.",
    timeZone === null ? "# timeZone: Europe/Brussels" : setting("timeZone", timeZone),
    "",
    "# Where reports are written.",
    "# out: out",
    "",
    "# Requests per second, at most.",
    "# rate: 10",
    "",
    `# The nightly job sends the files of a folder: cas-batch run ${inbox === null ? "INBOX" : pastablePath(inbox)}`,
    "",
  ];
  return lines.join("\n");
}

function secretLines(path: string | null, isNeeded: boolean): readonly string[] {
  const about = "# This file holds the client secret and nothing else; only its owner may read it.";
  if (path !== null) return [about, setting("clientSecretFile", path)];
  const elsewhere = "# The client secret is in CAS_CLIENT_SECRET. Or name a file that holds it:";
  return [isNeeded ? elsewhere : about, "# clientSecretFile: /etc/cas-batch/secret"];
}

/** Every text of JSON is one of YAML. */
function setting(name: string, value: string): string {
  return `${name}: ${JSON.stringify(value)}`;
}
