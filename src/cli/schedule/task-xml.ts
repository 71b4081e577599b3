// Tasks for Windows' Task Scheduler. The program runs below cmd.exe, because Task Scheduler keeps nothing of what
// it prints. UTF-16 with its mark and without a word about the encoding: that is what schtasks takes, and what is
// printed to a terminal can still be saved as UTF-8.
// Source: Task Scheduler Schema 1.2, https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
import { CasBatchError } from "../../core/errors.ts";
import type { Schedule, ScheduledJob, ScheduleFile, ScheduleStep } from "./scheduled-job.ts";

const NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task";
/** Task Scheduler and cmd put variables in for %NAME% and $(NAME), and nothing keeps them from it. */
const NOT_WRITTEN = /[\p{Cc}"%\uFFFD]|\$\(/u;

/** @throws CasBatchError `configuration-invalid` for a path that the task would not be about */
export function taskSchedulerTasks(job: ScheduledJob): Schedule {
  const { name, listener } = job;
  const listening = `${name}-listen`;
  const files = [
    task(name, job, job.nightly, nightlyTrigger(job), "PT12H"),
    // No limit of time, and started again when it ends with a fault.
    ...(listener === null
      ? []
      : [task(listening, job, listener, "    <BootTrigger />", "PT0S", RESTART)]),
  ];
  return { files, steps: [...preparing(job), ...files.map((file) => creating(file, job))] };
}

const RESTART = [
  "    <RestartOnFailure>",
  "      <Interval>PT1M</Interval>",
  "      <Count>999</Count>",
  "    </RestartOnFailure>",
].join("\n");

function nightlyTrigger({ firstTime }: ScheduledJob): string {
  return [
    "    <CalendarTrigger>",
    `      <StartBoundary>${firstTime}</StartBoundary>`,
    "      <ScheduleByDay>",
    "        <DaysInterval>1</DaysInterval>",
    "      </ScheduleByDay>",
    "    </CalendarTrigger>",
  ].join("\n");
}

function task(
  name: string,
  job: ScheduledJob,
  words: readonly string[],
  trigger: string,
  timeLimit: string,
  more = "",
): ScheduleFile {
  const log = `${job.out}\\${name}.log`;
  const all = [...job.program, ...words, job.folder, log, job.user];
  const bad = all.find((text) => NOT_WRITTEN.test(text));
  if (bad !== undefined) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot write ${bad} for Task Scheduler: it holds %, $(, a quotation mark or a control character, for which something else would be put in`,
      { hint: "Rename the file or folder, or name another one" },
    );
  }
  // Behind the deadline it would send until that of the next day.
  const startsLate = words !== job.nightly || job.deadline === null;
  const line = [...job.program, ...words].map(windowsWord).join(" ");
  // With /s, cmd takes the outermost quotation marks away and leaves all others as they are.
  const script = `/d /v:off /s /c "${line} >>${windowsWord(log)} 2>&1"`;
  const text = `<?xml version="1.0"?>
<Task version="1.2" xmlns="${NAMESPACE}">
  <RegistrationInfo>
    <Description>${xmlText(`Customs shipments to CAS (${job.environment}): cas-batch ${words[0] ?? ""}`)}</Description>
    <URI>${xmlText(`\\${name}`)}</URI>
  </RegistrationInfo>
  <Triggers>
${trigger}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(job.user)}</UserId>
      <LogonType>Password</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>${String(startsLate)}</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>${timeLimit}</ExecutionTimeLimit>
${more === "" ? "" : `${more}\n`}  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>cmd.exe</Command>
      <Arguments>${xmlText(script)}</Arguments>
      <WorkingDirectory>${xmlText(job.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
  return { name: `${name}.xml`, text, encoding: "utf16le" };
}

/** Variables of the user, as a task has none of its own; set once, they hold from the next logon on. */
function preparing(job: ScheduledJob): readonly ScheduleStep[] {
  const { secret, variables, missingFolders, isLedgerMissing, withheld } = job;
  const steps: ScheduleStep[] = missingFolders.map((folder) => ({
    about: "Make a folder that is missing",
    command: `mkdir ${windowsWord(folder)}`,
  }));
  const named = {
    ...variables,
    ...(secret === null || secret.isConfigured ? {} : { CAS_CLIENT_SECRET_FILE: secret.file }),
  };
  for (const [name, value] of Object.entries(named)) {
    steps.push({
      about: `As ${job.user}: a task has no variables of its own`,
      command: `setx ${name} ${windowsWord(value)}`,
    });
  }
  for (const name of withheld) {
    steps.push({
      about: `As ${job.user}: ${name} is set in this window and may hold a password; set it with setx`,
      command: null,
    });
  }
  if (secret?.isThere === false) {
    steps.push({
      about: `Put the client secret in its file, with Notepad, then let ${job.user} alone read it`,
      command: `icacls ${windowsWord(secret.file)} /inheritance:r /grant:r ${windowsWord(`${job.user}:R`)}`,
    });
  }
  if (isLedgerMissing) {
    const words = [...job.program, ...job.nightly, "--create-ledger"];
    steps.push({
      about: `Begin the ledger by a first run of your own, as ${job.user} and with the credentials set`,
      command: words.map(windowsWord).join(" "),
    });
  }
  return steps;
}

function creating(file: ScheduleFile, { user }: ScheduledJob): ScheduleStep {
  const name = windowsWord(file.name.replace(/\.xml$/, ""));
  return {
    about:
      "Create the task, from the folder that holds its file; it asks for the password of the user",
    command: `schtasks /create /tn ${name} /xml ${windowsWord(file.name)} /ru ${windowsWord(user)} /rp *`,
  };
}

/**
 * A word as programs take command lines apart: backslashes count before a quotation mark only.
 * Source: CommandLineToArgvW; a quotation mark stands in no path of Windows.
 */
function windowsWord(word: string): string {
  if (/^[\p{L}\p{N}_.:\\/-]+$/u.test(word)) return word;
  return `"${word.replace(/\\+$/, (slashes) => slashes + slashes)}"`;
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
