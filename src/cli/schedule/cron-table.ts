// A file for /etc/cron.d. Two runs exclude each other by the ledger's lease, on other machines too, so the line
// needs no flock: one that was left behind by a killed process would block every night after it.
// Source: crontab(5); the limit of a command is that of Debian's cron.
import { Buffer } from "node:buffer";
import { CasBatchError } from "../../core/errors.ts";
import { preparingSteps } from "./posix-steps.ts";
import { refuseUnwritable, shellLine, shellWord } from "./posix-words.ts";
import { clockTime, type Schedule, type ScheduledJob } from "./scheduled-job.ts";

const COMMAND_BYTES_MAX = 990;
const SECRET_VARIABLE = "CAS_CLIENT_SECRET_FILE";

/** @throws CasBatchError `usage` for a listener, `configuration-invalid` for what a line cannot hold */
export function cronTable(job: ScheduledJob): Schedule {
  const { name, environment, listener, program, nightly, folder, time, user, mailTo } = job;
  if (listener !== null) {
    throw new CasBatchError(
      "usage",
      "cron cannot keep a listener running: --listen is not for it",
      {
        hint: "Leave out --listen: without notifications the run asks CAS. Or run `cas-batch schedule print systemd --help`",
      },
    );
  }
  const { secret } = job;
  const variables = {
    ...job.variables,
    ...(secret === null || secret.isConfigured ? {} : { [SECRET_VARIABLE]: secret.file }),
  };
  const assigned = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
  refuseUnwritable([...program, ...nightly, folder, ...Object.values(variables)], "cron");
  const command = `cd ${shellWord(folder)} && ${shellLine([...program, ...nightly])}`;
  const escaped = command.replaceAll("%", "\\%");
  if (Buffer.byteLength(escaped) > COMMAND_BYTES_MAX) {
    throw new CasBatchError(
      "configuration-invalid",
      `The command for cron has ${Buffer.byteLength(escaped)} bytes; cron takes ${COMMAND_BYTES_MAX}`,
      { hint: "Use shorter paths, or `cas-batch schedule print systemd`" },
    );
  }
  const lines = [
    `# Customs shipments to CAS, every night at ${clockTime(time)} (${environment}).`,
    "# No flock: two runs exclude each other by the ledger, also on two machines.",
    "# A night that is missed is made up for by the next: the files wait in the inbox.",
    "SHELL=/bin/sh",
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "# What the run prints is mailed: its result, each night. Empty for no mail.",
    `MAILTO=${mailTo}`,
    ...Object.entries(variables).map(([key, value]) => `${key}=${tableValue(value)}`),
    `${time.minute} ${time.hour} * * * ${user} ${escaped}`,
    "",
  ];
  return {
    files: [{ name, text: lines.join("\n"), encoding: "utf8" }],
    steps: [
      ...preparingSteps(job, user),
      ...job.withheld.map((variable) => ({
        about: `${variable} may hold a password, so it stands in no file that everyone reads: name a proxy without a password, or use systemd`,
        command: null,
      })),
      {
        about: "Put the table in its place, from the folder that holds it",
        command: `sudo install -m 644 -o root ${name} /etc/cron.d/${name}`,
      },
      {
        about: `Try the command at once, as ${user} and with the variables of the table`,
        command: `cd ${shellWord(folder)} && ${shellLine(["sudo", "-u", user, "env", ...assigned, ...program, ...nightly])}`,
      },
    ],
  };
}

/** Quotes keep blanks; there is no sign that protects a quotation mark. @throws CasBatchError */
function tableValue(value: string): string {
  if (!/["'\s#]/.test(value)) return value;
  const quote = [`"`, `'`].find((one) => !value.includes(one));
  if (quote !== undefined) return `${quote}${value}${quote}`;
  throw new CasBatchError(
    "configuration-invalid",
    `Cannot write ${value} for cron: it holds both kinds of quotation marks`,
    { hint: "Rename the file or folder, or name another one" },
  );
}
