// A job whose every path holds what a scheduler could take for something else.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ScheduledJob } from "../../../src/cli/schedule/scheduled-job.ts";
import { emptyFolder } from "../../support/run-cli.ts";

/** As a name of a folder: %, %h, ${HOME}, $(id), both quotation marks, blanks, ;, #, *, and letters beyond ASCII. */
const HOSTILE = `50% %h $HOME \${HOME} $(id) "two" 'one' ; # * Zoll-Anträge ✓`;

/** Its program prints its own folder and words as JSON. */
export function hostileJob(more: Partial<ScheduledJob> = {}): ScheduledJob {
  const above = emptyFolder();
  // systemd reads the units as a user without rights.
  chmodSync(above, 0o755);
  const folder = join(above, HOSTILE);
  mkdirSync(folder);
  const node = join(above, "50% $HOME ${HOME} ; Ü", "node");
  mkdirSync(dirname(node));
  symlinkSync(process.execPath, node);
  const script = join(folder, "print.js");
  writeFileSync(
    script,
    "process.stdout.write(JSON.stringify({ folder: process.cwd(), words: process.argv.slice(2) }));",
  );
  const inbox = join(folder, "inbox");
  const ledger = join(folder, "books", "ledger.sqlite");
  const out = join(folder, "out");
  return {
    name: "cas-batch-production",
    environment: "production",
    user: "root",
    program: [node, script],
    folder,
    nightly: [
      "run",
      inbox,
      "--env",
      "production",
      "--ledger",
      ledger,
      "--out",
      out,
      "--wait",
      "1h",
    ],
    listener: null,
    ...{ time: { hour: 4, minute: 30 }, deadline: null },
    firstTime: "2026-11-30T04:30:00",
    ledgerFolder: join(folder, "books"),
    inbox,
    out,
    writtenElsewhere: [join(folder, "old files")],
    missingFolders: [],
    isLedgerMissing: false,
    secret: { file: join(folder, "secret"), isThere: true, isConfigured: false },
    isClientIdMissing: false,
    mailPasswordFile: join(folder, "mail secret"),
    apiKeyFile: null,
    variables: { NODE_EXTRA_CA_CERTS: join(folder, "own ca.pem").replaceAll('"', "") },
    withheld: [],
    mailTo: "customs@example.com",
    ...more,
  };
}
