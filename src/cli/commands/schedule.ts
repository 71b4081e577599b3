// `cas-batch schedule print`: the nightly job as systemd, cron or Task Scheduler want it, for the very configuration
// in use. It writes no file of the system's: a person puts them there and sees what they say. It holds no secret, and
// is written as it is: hiding what calls itself a secret would take away where systemd finds it.
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AddCommand } from "../frame/command-entry.ts";
import { CasBatchError } from "../../core/errors.ts";
import { makeFolder } from "../../core/files/make-folder.ts";
import { notWritable } from "../../core/files/not-writable.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { receiverOptions } from "../flags/receiver-flags.ts";
import { runCommand } from "../frame/run-command.ts";
import { dayWithout } from "../../core/time/day-without.ts";
import { cronTable } from "../schedule/cron-table.ts";
import { jobOfConfiguration } from "../schedule/job-of-configuration.ts";
import {
  clockTime,
  type Schedule,
  type ScheduledJob,
  type ScheduleFile,
  type ScheduleStep,
} from "../schedule/scheduled-job.ts";
import { systemdUnits } from "../schedule/systemd-units.ts";
import { taskSchedulerTasks } from "../schedule/task-xml.ts";
import { writeJson, writeOut } from "../words/output-streams.ts";
import { plainResult } from "../words/plain-result.ts";
import { printResultAsJson } from "../words/print-result.ts";

const SCHEDULERS = ["systemd", "cron", "taskscheduler"] as const;
type Scheduler = (typeof SCHEDULERS)[number];

const writers: Readonly<Record<Scheduler, (job: ScheduledJob) => Schedule>> = {
  systemd: systemdUnits,
  cron: cronTable,
  taskscheduler: taskSchedulerTasks,
};

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    addPrint(command).demandCommand(1, "schedule needs print"),
  );

const addPrint = (yargs: Parameters<AddCommand>[0]): ReturnType<AddCommand> =>
  yargs.command(
    "print <scheduler>",
    "Print what makes a scheduler run the nightly job, and the listener",
    (command) =>
      command
        .positional("scheduler", {
          choices: SCHEDULERS,
          demandOption: true,
          describe:
            "systemd: services and a timer; cron: a file for /etc/cron.d; taskscheduler: XML",
        })
        .option("inbox", { type: "string", default: "inbox", describe: "Folder of the files" })
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .option("at", {
          type: "string",
          default: "04:30",
          describe: "Time of day, by the clock of this machine",
        })
        .option("wait", {
          type: "string",
          describe: "How long to follow declarations; by default as configured, or 30m",
        })
        .option("deadline", { type: "string", describe: "Send nothing after this time: 06:00" })
        .option("user", { type: "string", describe: "Who it runs as; by default you" })
        .option("name", {
          type: "string",
          describe: "Of the unit, file or task; by default cas-batch-ENVIRONMENT",
        })
        .option("mail-to", {
          type: "string",
          describe: "To whom cron mails each night's result; by default to --user",
        })
        .option("listen", {
          type: "boolean",
          default: false,
          describe: "Keep a listener for notifications running, too, with the flags below",
        })
        .options(receiverOptions)
        .option("output", {
          alias: "o",
          type: "string",
          describe: "Folder to write the files to, instead of printing them",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace existing files" })
        .example("$0 schedule print systemd --env production --inbox /srv/customs/inbox", "")
        .example("$0 schedule print cron --env production --user customs --at 01:15", "")
        .example("$0 schedule print taskscheduler --env production --output .", ""),
    async (flags) => {
      await runCommand("schedule print", flags, async (context) => {
        const { scheduler } = flags;
        const job = await jobOfConfiguration(flags, {
          variables: context.variables,
          now: context.clock.now(),
        });
        context.nameEnvironment(job.environment);
        const { files, steps } = writers[scheduler](job);
        const isOfWindows = scheduler === "taskscheduler";
        if (isOfWindows !== (process.platform === "win32")) {
          context.log(
            "warn",
            `The paths are those of this machine, and ${isOfWindows ? "it is not Windows" : "Windows has no such scheduler"}: print it again on the machine that is to run it`,
          );
        }
        const leftOut = dayWithout(job.time, context.clock.now());
        if (scheduler === "systemd" && leftOut !== null) {
          context.log(
            "warn",
            `systemd starts nothing on ${leftOut}: clocks are put forward over ${clockTime(job.time)} then; choose another time with --at`,
          );
        }
        if (job.user === "root") {
          context.log("warn", "It would run as root: name another user with --user");
        }
        if (job.isClientIdMissing) {
          context.log(
            "warn",
            "No client id is named, so every run would end with exit code 2: set `clientId` in cas-batch.yaml, or CAS_CLIENT_ID, then print again",
          );
        }
        if (job.program.some((path) => /[\\/](?:_npx|tmp|Temp)[\\/]/.test(path))) {
          context.log(
            "warn",
            `${job.program.join(" ")} lies in a folder that is emptied at times: install cas-batch first, then print again`,
          );
        }
        const { output } = flags;
        const paths = output === undefined ? null : writeAll(files, resolve(output), flags.force);
        if (flags.json) {
          const texts = files.map(({ name, text }, at) => ({
            ...{ name, path: paths?.[at] ?? null, text },
          }));
          const { command } = context;
          const head = { command, environment: job.environment };
          await printResultAsJson(plainResult([], { files: texts, steps }), head, writeJson);
        } else {
          const parts = paths === null ? files.map(printed) : paths.map((path) => `Wrote ${path}`);
          const more = paths === null ? ["`--output DIR` writes the files into a folder"] : [];
          await writeOut([...parts, todo(steps), ...more, ""].join("\n"));
        }
        return EXIT.done;
      });
    },
  );

function printed({ name, text }: ScheduleFile): string {
  return `#### ${name}\n${text}`;
}

function todo(steps: readonly ScheduleStep[]): string {
  const lines = steps.flatMap(({ about, command }, at) => [
    `${at + 1}. ${about}`,
    ...(command === null ? [] : [`   ${command}`]),
  ]);
  return ["#### To do", ...lines].join("\n");
}

/** @throws CasBatchError `file-not-writable`, before any is written when one is there already */
function writeAll(
  files: readonly ScheduleFile[],
  folder: string,
  force: boolean,
): readonly string[] {
  const paths = files.map(({ name }) => join(folder, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined && !force) {
    throw new CasBatchError("file-not-writable", `${taken} is already there`, {
      hint: "Add --force to replace it, or name another folder with --output",
    });
  }
  files.forEach(({ text, encoding }, at) => {
    const path = paths[at] ?? "";
    try {
      makeFolder(folder);
      const mark = encoding === "utf16le" ? "\uFEFF" : "";
      writeFileSync(path, mark + text, { encoding, flag: force ? "w" : "wx" });
    } catch (error) {
      throw notWritable(path, error);
    }
  });
  return paths;
}
