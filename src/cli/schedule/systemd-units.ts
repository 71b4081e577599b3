// Units of systemd: a service that runs once, the timer that starts it, and the listener. The client secret is
// handed over as a credential, so that neither the unit nor the environment holds it and only root reads its file.
// Source: systemd.service(5), systemd.exec(5), systemd.timer(5) of version 252.
import { CasBatchError } from "../../core/errors.ts";
import { preparingSteps } from "./posix-steps.ts";
import { refuseUnwritable, shellLine, shellWord } from "./posix-words.ts";
import { clockTime, type Schedule, type ScheduledJob, type ScheduleStep } from "./scheduled-job.ts";

/** systemd keeps it where only the service sees it; older versions have no specifier for the folder. */
const API_KEY = "cas-api-key";
const CREDENTIALS = "${CREDENTIALS_DIRECTORY}";

/** Folders that a private /tmp would replace by empty ones. */
const TEMPORARY = /^(?:\/var)?\/tmp(?:\/|$)/;
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;

/**
 * Not ProtectProc= or PrivateUsers=: whether another run still lives is seen by its process. Not
 * MemoryDenyWriteExecute=: the engine of Node writes its own machine code. AF_NETLINK: names of hosts are looked up.
 */
const HARDENING = [
  ...["NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateDevices=yes"],
  ...["ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes"],
  ...["ProtectControlGroups=yes", "ProtectClock=yes", "ProtectHostname=yes"],
  ...["RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes"],
  ...["LockPersonality=yes", "CapabilityBoundingSet=", "AmbientCapabilities="],
  ...["RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK"],
  ...["SystemCallArchitectures=native", "SystemCallFilter=@system-service"],
  ...["SystemCallErrorNumber=EPERM", "UMask=0027"],
];

/** @throws CasBatchError `configuration-invalid` for a path that cannot be written in a unit */
export function systemdUnits(job: ScheduledJob): Schedule {
  refuseUnwritable(textsOf(job), "systemd");
  refuseNode(job.program[0] ?? "");
  const { name, listener } = job;
  const files = [
    file(`${name}.service`, nightlyService(job)),
    file(`${name}.timer`, timer(job)),
    ...(listener === null ? [] : [file(`${name}-listen.service`, listenerService(job, listener))]),
  ];
  const units = files.map((one) => one.name);
  const enabled = units.filter((unit) => unit !== `${name}.service`);
  const steps: readonly ScheduleStep[] = [
    ...preparingSteps(job, "root"),
    ...withheldSteps(job),
    {
      about: "Put the units in their place, from the folder that holds them",
      command: shellLine(["sudo", "cp", ...units, "/etc/systemd/system/"]),
    },
    {
      about: "Start the timer now and after each boot",
      command: `sudo systemctl daemon-reload && ${shellLine(["sudo", "systemctl", "enable", "--now", ...enabled])}`,
    },
    {
      about: "Try a run at once, then read what it said",
      command: `sudo systemctl start ${name}.service; journalctl -u ${name}.service -n 50`,
    },
  ];
  return { files, steps };
}

function nightlyService(job: ScheduledJob): readonly string[] {
  const { inbox, out, ledgerFolder, writtenElsewhere, mailPasswordFile } = job;
  return [
    "[Unit]",
    `Description=Customs shipments to CAS, nightly run (${job.environment})`,
    "Wants=network-online.target",
    "After=network-online.target",
    "# At most four starts in six hours: the timer's, and three after a run that stopped early.",
    "StartLimitIntervalSec=6h",
    "StartLimitBurst=4",
    "",
    "[Service]",
    "Type=oneshot",
    ...frame(job, job.nightly),
    ...(mailPasswordFile === null
      ? []
      : [`LoadCredential=cas-smtp-password:${withoutSpecifiers(mailPasswordFile)}`]),
    "# 4: the job is done, and the report says which rows or shipments need a person.",
    "SuccessExitStatus=4",
    ...restart(job),
    "TimeoutStartSec=12h",
    // Longer than what is on its way, and hooks after a signal, may take.
    "TimeoutStopSec=5min",
    "",
    ...fences([inbox, out, ledgerFolder, ...writtenElsewhere], job),
  ];
}

function restart({ deadline }: ScheduledJob): readonly string[] {
  if (deadline !== null) {
    return [
      `# A start after ${clockTime(deadline)} would send until ${clockTime(deadline)} of the next day.`,
      "Restart=no",
    ];
  }
  return [
    "# What stopped early (5), or met another run (7), is run again; what needs a person (9: was not told) is not.",
    "Restart=on-failure",
    "RestartSec=15min",
    "RestartPreventExitStatus=1 2 3 6 9 130 143",
  ];
}

function timer({ time, deadline, environment }: ScheduledJob): readonly string[] {
  return [
    "[Unit]",
    `Description=Customs shipments to CAS, every night (${environment})`,
    "",
    "[Timer]",
    `OnCalendar=*-*-* ${clockTime(time)}:00`,
    ...(deadline === null
      ? ["# A night that the machine slept through is made up for when it is on again."]
      : ["# A night that the machine slept through is left to the next, because of the deadline."]),
    `Persistent=${deadline === null ? "true" : "false"}`,
    "",
    "[Install]",
    "WantedBy=timers.target",
  ];
}

function listenerService(job: ScheduledJob, words: readonly string[]): readonly string[] {
  return [
    "[Unit]",
    `Description=Notifications of CAS (${job.environment})`,
    "Wants=network-online.target",
    "After=network-online.target",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    ...frame(job, words),
    ...(job.apiKeyFile === null
      ? []
      : [`LoadCredential=${API_KEY}:${withoutSpecifiers(job.apiKeyFile)}`]),
    "Restart=on-failure",
    "RestartSec=10s",
    "# 2: the configuration is wrong, which another start does not mend.",
    "RestartPreventExitStatus=2",
    "TimeoutStopSec=1min",
    "",
    ...fences([job.ledgerFolder], job),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
}

function frame(job: ScheduledJob, words: readonly string[]): readonly string[] {
  const { program, secret, apiKeyFile, variables, withheld } = job;
  const [node = "", ...rest] = program;
  const passed = words.map((word) =>
    word === apiKeyFile ? `${CREDENTIALS}/${API_KEY}` : execWord(word),
  );
  return [
    `User=${job.user}`,
    `WorkingDirectory=${withoutSpecifiers(job.folder)}`,
    // No variable is put into the first word.
    `ExecStart=${[quoted(node), ...rest.map(execWord), ...passed].join(" ")}`,
    "KillMode=mixed",
    ...Object.entries(variables).map(
      ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
    ),
    ...(withheld.length > 0 ? [`EnvironmentFile=${variablesFile(job)}`] : []),
    ...(secret === null
      ? []
      : [`LoadCredential=cas-client-secret:${withoutSpecifiers(secret.file)}`]),
  ];
}

/** What the service may write, and that it may do nothing else. */
function fences(writable: readonly string[], job: ScheduledJob): readonly string[] {
  const paths = [...new Set(writable)];
  const used = [...paths, ...job.program, ...job.nightly, job.folder];
  const isTemporary = used.some((path) => TEMPORARY.test(path));
  const isAtHome = used.some((path) => HOMES.test(path));
  return [
    `ReadWritePaths=${paths.map(pathWord).join(" ")}`,
    `ProtectHome=${isAtHome ? "read-only" : "yes"}`,
    `PrivateTmp=${isTemporary ? "no" : "yes"}`,
    ...HARDENING,
  ];
}

/** systemd starts no program that has them in its path, however they are written. @throws CasBatchError */
function refuseNode(path: string): void {
  if (!/["']/.test(path)) return;
  throw new CasBatchError(
    "configuration-invalid",
    `Cannot write ${path} for systemd: the path of a program must hold no quotation mark`,
    { hint: "Install Node in another folder" },
  );
}

function withheldSteps(job: ScheduledJob): readonly ScheduleStep[] {
  const { withheld } = job;
  if (withheld.length === 0) return [];
  return [
    {
      about: `${withheld.join(" and ")} may hold a password and stands in no unit: write the line${withheld.length > 1 ? "s" : ""} NAME=value behind the command, then Ctrl-D`,
      command: `sudo install -D -m 600 /dev/stdin ${shellWord(variablesFile(job))}`,
    },
  ];
}

function variablesFile({ name }: ScheduledJob): string {
  return `/etc/cas-batch/${name}.env`;
}

function textsOf(job: ScheduledJob): readonly string[] {
  const { program, folder, nightly, listener, secret, apiKeyFile, variables } = job;
  const files = [secret?.file, apiKeyFile, job.mailPasswordFile, ...job.writtenElsewhere].filter(
    (path) => path != null,
  );
  const words = [...program, folder, ...nightly, ...(listener ?? []), ...files];
  return [...words, ...Object.values(variables)];
}

function file(name: string, lines: readonly string[]): Schedule["files"][number] {
  return { name, text: [...lines, ""].join("\n"), encoding: "utf8" };
}

/** `%h` and its like are put in everywhere; a whole line knows no quotes. */
function withoutSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

function quoted(text: string): string {
  return `"${withoutSpecifiers(text).replaceAll('"', '\\"')}"`;
}

/** A word of a command line, in which `$NAME` is put in as well. */
function execWord(word: string): string {
  const isPlain = /^[\p{L}\p{N}_@+=:,./-]+$/u.test(word);
  return isPlain ? word : quoted(word).replaceAll("$", "$$$$");
}

/** In a list of paths a backslash protects no quotation mark in some versions. */
function pathWord(path: string): string {
  return withoutSpecifiers(path)
    .split(/("+)/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith('"') ? `'${part}'` : `"${part}"`))
    .join("");
}
