// The task is read by the rules of its schema, and its command line as cmd.exe and the program take it apart. No
// Windows is at hand: what these rules do not say is not tested here.
// Source: [MS-TSCH] 2.5 and https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
import { describe, expect, it } from "vitest";
import { taskSchedulerTasks } from "../../../src/cli/schedule/task-xml.ts";
import type { ScheduledJob } from "../../../src/cli/schedule/scheduled-job.ts";
import { hostileJob } from "./hostile-job.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };

/** @throws when it is not well-formed */
function parse(xml: string): Element {
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const rest = xml.replace(/^<\?xml version="1\.0"\?>\n/, "");
  for (const [, tag = "", text = ""] of rest.matchAll(/<([^>]*)>|([^<]+)/g)) {
    const current = open.at(-1) ?? top;
    if (tag === "") {
      if (/&(?!(?:amp|lt|gt);)/.test(text)) throw new Error(`Not an entity in ${text}`);
      current.text += text.replace(/&(amp|lt|gt);/g, (_all, name: string) => ENTITIES[name] ?? "");
    } else if (tag.startsWith("/")) {
      if (open.pop()?.name !== tag.slice(1)) throw new Error(`</${tag.slice(1)}> closes another`);
    } else {
      const [, name = "", written = "", end] =
        /^(\w+)((?: \w+="[^"<&]*")*) ?(\/?)$/.exec(tag) ?? [];
      if (name === "") throw new Error(`<${tag}> is no tag`);
      const pairs = [...written.matchAll(/ (\w+)="([^"]*)"/g)];
      const attributes = Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, value]));
      const element = { name, attributes, children: [], text: "" };
      current.children.push(element);
      if (end !== "/") open.push(element);
    }
  }
  const [task] = top.children;
  if (open.length !== 1 || top.children.length !== 1 || task === undefined) {
    throw new Error("Not one element that is closed");
  }
  return task;
}

function at(element: Element, ...path: readonly string[]): Element {
  const [name, ...rest] = path;
  if (name === undefined) return element;
  const found = element.children.filter((child) => child.name === name);
  expect(found, `${element.name}/${name}`).toHaveLength(1);
  return at(found[0] as Element, ...rest);
}

const namesIn = (element: Element): readonly string[] => element.children.map(({ name }) => name);

/** settingsType, version 1.2. */
const SETTINGS = [
  ...["AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "Enabled", "Hidden"],
  ...["DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate", "Priority"],
  ...["StartWhenAvailable", "NetworkProfileName", "RunOnlyIfNetworkAvailable", "WakeToRun"],
  ...["DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit"],
  "RunOnlyIfIdle",
];
const DURATION = /^P(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

function checkTask(xml: string, startsLate = "true"): Element {
  const task = parse(xml);
  expect(task.name).toBe("Task");
  expect(task.attributes).toEqual({
    version: "1.2",
    xmlns: "http://schemas.microsoft.com/windows/2004/02/mit/task",
  });
  expect(new Set(namesIn(task)).size).toBe(task.children.length);
  expect(["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]).toEqual(
    namesIn(task),
  );
  expect(at(task, "Triggers").children).toHaveLength(1);
  const principal = at(task, "Principals", "Principal");
  expect(at(task, "Actions").attributes["Context"]).toBe(principal.attributes["id"]);
  expect(at(principal, "UserId").text).not.toBe("");
  expect(at(principal, "LogonType").text).toBe("Password");
  expect(at(principal, "RunLevel").text).toBe("LeastPrivilege");
  const settings = at(task, "Settings");
  expect(SETTINGS).toEqual(expect.arrayContaining([...namesIn(settings)]));
  expect(at(settings, "MultipleInstancesPolicy").text).toBe("IgnoreNew");
  expect(at(settings, "StartWhenAvailable").text).toBe(startsLate);
  expect(at(settings, "ExecutionTimeLimit").text).toMatch(DURATION);
  const exec = at(task, "Actions", "Exec");
  expect([...namesIn(exec)].sort()).toEqual(["Arguments", "Command", "WorkingDirectory"]);
  expect(at(exec, "Command").text).toBe("cmd.exe");
  return task;
}

/** What cmd leaves of the words behind /s /c, and the file that it writes to. */
function underCmd(words: string): { line: string; log: string } {
  const [, script = ""] = /^\/d \/v:off \/s \/c "(.*)"$/.exec(words) ?? [];
  const [, line = "", log = ""] = /^(.*) >>("?[^"]*"?) 2>&1$/.exec(script) ?? [];
  // Outside of quotation marks these would do something.
  expect(line.replace(/"[^"]*"/g, "")).not.toMatch(/[&|<>^()]/);
  return { line, log: log.replaceAll('"', "") };
}

/** Source: CommandLineToArgvW. */
function programWords(line: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let isQuoted = false;
  for (const [part] of `${line} `.matchAll(/\\*"|\\+|[^"\\]/g)) {
    if (part.endsWith('"')) {
      word += "\\".repeat(Math.floor((part.length - 1) / 2));
      if (part.length % 2 === 0) word += '"';
      else isQuoted = !isQuoted;
    } else if (part === " " && !isQuoted) {
      if (word !== "") words.push(word);
      word = "";
    } else word += part;
  }
  return words;
}

function windowsJob(more: Partial<ScheduledJob> = {}): ScheduledJob {
  const folder = "D:\\Zoll & Außenhandel (Süd)\\A^B;C 'x' #1 {2} = , !V! ✓";
  return hostileJob({
    ...{ folder, user: "FIRMA\\zoll nacht", inbox: "E:\\", out: `${folder}\\out` },
    program: ["C:\\Program Files\\nodejs\\node.exe", `${folder}\\cas-batch.js`],
    nightly: [
      "run",
      "E:\\",
      "--ledger",
      `${folder}\\ledger.sqlite`,
      "--config",
      "\\\\srv\\a b\\c.yaml",
    ],
    variables: {},
    secret: null,
    ...more,
  });
}

describe("taskSchedulerTasks()", () => {
  it("keeps to the schema, and means every path to the letter", () => {
    const job = windowsJob();
    const [file] = taskSchedulerTasks(job).files;
    const task = checkTask(file?.text ?? "");
    const trigger = at(task, "Triggers", "CalendarTrigger");
    // Of the type of all triggers first, then its own.
    expect(namesIn(trigger)).toEqual(["StartBoundary", "ScheduleByDay"]);
    expect(at(trigger, "StartBoundary").text).toBe("2026-11-30T04:30:00");
    expect(at(trigger, "ScheduleByDay", "DaysInterval").text).toBe("1");
    const exec = at(task, "Actions", "Exec");
    expect(at(exec, "WorkingDirectory").text).toBe(job.folder);
    expect(at(task, "Principals", "Principal", "UserId").text).toBe(job.user);
    const { line, log } = underCmd(at(exec, "Arguments").text);
    expect(programWords(line)).toEqual([...job.program, ...job.nightly]);
    expect(log).toBe(`${job.out}\\cas-batch-production.log`);
  });

  it("starts nothing late where there is a deadline, behind which it would send for a day", () => {
    const job = windowsJob({ deadline: { hour: 6, minute: 0 }, listener: ["listen"] });
    const [nightly, listener] = taskSchedulerTasks(job).files;
    checkTask(nightly?.text ?? "", "false");
    checkTask(listener?.text ?? "", "true");
  });

  it("has a listener that starts with the machine, without a limit of time", () => {
    const listener = ["listen", "--env", "production"];
    const [, file] = taskSchedulerTasks(windowsJob({ listener })).files;
    const task = checkTask(file?.text ?? "");
    at(task, "Triggers", "BootTrigger");
    expect(at(task, "Settings", "ExecutionTimeLimit").text).toBe("PT0S");
    expect(namesIn(at(task, "Settings", "RestartOnFailure"))).toEqual(["Interval", "Count"]);
  });

  it.each(["D:\\50%", "D:\\%TEMP%\\x", "D:\\$(Arg0)", 'D:\\"x"', "D:\\a\nb"])(
    "refuses %j, for which something else would be put in",
    (inbox) => {
      expect(() => taskSchedulerTasks(windowsJob({ nightly: ["run", inbox] }))).toThrow(
        expect.objectContaining({ code: "configuration-invalid" }) as Error,
      );
    },
  );

  it("is judged by rules that find a fault that is put in", () => {
    const text = taskSchedulerTasks(windowsJob()).files[0]?.text ?? "";
    expect(() => parse(text.replaceAll("&amp;", "&"))).toThrow("entity");
    expect(() => checkTask(text.replace("</Triggers>", "</Trigger>"))).toThrow("closes another");
    expect(() => checkTask(text.replace(/<StartWhenAvailable>.*\n/, ""))).toThrow();
    expect(programWords('"D:\\" run')).not.toEqual(["D:\\", "run"]);
  });
});
