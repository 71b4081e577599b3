// What `hooks` in `cas-batch.yaml` may hold (docs/hooks.md). Addresses of monitors hold tokens, so no message shows
// one.
import * as z from "zod";
import { isLoopback } from "../../cas/secure-url.ts";
import {
  hookedCommands,
  type EmailSettings,
  type HeartbeatSettings,
  type ProgramSettings,
} from "../../hooks/hook-settings.ts";
import { durationSetting } from "./duration-setting.ts";

/** A monitor waits for the nightly job: a reconcile at noon must not pass for it. */
const HEARTBEAT_COMMANDS = ["run"] as const;
const TOLD_COMMANDS = ["run", "reconcile"] as const;
const PROGRAM_LIMIT_MS = 60_000;
const PROGRAM_LIMIT_MS_MAX = 600_000;
/** Mail servers take 20 to 35 MB, and Base64 adds a third. Source: limits of Gmail and Exchange Online. */
const ATTACHMENT_BYTES_MAX = 10 * 1024 ** 2;
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
const RELAY_PORT = 25;

const commands = z.array(z.enum(hookedCommands)).min(1).optional();
const when = z.enum(["action", "failure", "always"]).optional();

/** `secureUrl()` shows the address in its messages. */
const address = z.string().refine((text) => whyNoAddress(text) === null, {
  error: ({ input }) => whyNoAddress(String(input)) ?? "",
});

function whyNoAddress(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return "this is no address of a monitor; write one like https://hc-ping.com/…";
  }
  if (url.username !== "" || url.password !== "") {
    return "an address with a user name or a password cannot be used";
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    return `the address at ${url.host} is not encrypted; http: is allowed for this machine only`;
  }
  return null;
}

/** Shape: `https://hc-ping.com/UUID/fail`. Source: healthchecks.io, Pinging API. */
function under(base: string, path: "start" | "fail"): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return url.href;
}

const addresses = z
  .strictObject({
    url: address.optional(),
    start: address.optional(),
    success: address.optional(),
    failure: address.optional(),
    commands,
  })
  .refine(({ url, success }) => (url === undefined) !== (success === undefined), {
    error: "needs either `url`, or `success` with what there is of `start` and `failure`",
  })
  .refine(({ url, start, failure }) => url === undefined || (start ?? failure) === undefined, {
    error: "has `url`, from which `start` and `failure` follow; leave them out, or `url`",
  });

const heartbeat = z
  .preprocess((written) => (typeof written === "string" ? { url: written } : written), addresses)
  .transform(
    ({ url, start, success, failure, commands = HEARTBEAT_COMMANDS }): HeartbeatSettings =>
      url === undefined
        ? { start: start ?? null, success: success ?? null, failure: failure ?? null, commands }
        : { start: under(url, "start"), success: url, failure: under(url, "fail"), commands },
  );

const argv = z
  .tuple([z.string().min(1)], z.string())
  .refine((words) => words.every((word) => !word.includes("\0")), {
    error: "a word of the command holds a character that no command line can",
  });

const limited = durationSetting.refine((ms) => ms > 0 && ms <= PROGRAM_LIMIT_MS_MAX, {
  error: "the time limit can be up to 10m, so that no hook holds up the night",
});

const program = z
  .preprocess(
    (written) => (Array.isArray(written) ? { run: written as unknown } : written),
    z.strictObject({ run: argv, when, timeLimit: limited.optional(), commands }),
  )
  .transform(
    ({
      run,
      when = "action",
      timeLimit = PROGRAM_LIMIT_MS,
      commands = TOLD_COMMANDS,
    }): ProgramSettings => ({
      argv: run,
      when,
      timeLimitMs: timeLimit,
      commands,
    }),
  );

const MAIL_ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/u;
const NAMED_ADDRESS = /^[^@<>()[\]\\,;:"\p{Cc}]+ <([^<>]+)>$/u;

const mailAddress = z.string().refine((text) => MAIL_ADDRESS.test(text), {
  error: ({ input }) => `"${String(input)}" is no mail address; write one like customs@example.com`,
});
const sender = z
  .string()
  .refine((text) => MAIL_ADDRESS.test(NAMED_ADDRESS.exec(text)?.[1] ?? text), {
    error: ({ input }) =>
      `"${String(input)}" is no mail address; write customs@example.com or Customs <customs@example.com>`,
  });

const smtp = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9.:-]+$/, { error: "this is no name of a mail server" }),
    port: z.int().min(1).max(65_535).optional(),
    security: z.enum(["tls", "starttls", "none"]).optional(),
    user: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
  })
  .refine(
    ({ security, user, host }) =>
      security !== "none" || user === undefined || /^(?:localhost|127\.|::1$)/.test(host),
    {
      error:
        "would send the password in the clear: `security` has to be tls or starttls where there is a `user`",
    },
  )
  .transform(({ host, port, security = "starttls", user = null, passwordFile = null }) => ({
    ...{ host, security, user, passwordFile },
    port: port ?? PORTS[security],
  }));

const PORTS = { tls: SUBMISSIONS_PORT, starttls: SUBMISSION_PORT, none: RELAY_PORT } as const;

const email = z
  .strictObject({
    smtp,
    from: sender,
    to: z.array(mailAddress).min(1).max(50),
    when,
    report: z.enum(["attach", "link", "none"]).optional(),
    attachmentBytes: z.int().min(1).optional(),
    /** Where the readers of the mail find the folder of the reports. */
    reportsAt: z.string().min(1).optional(),
    commands,
  })
  .transform(
    ({
      smtp: { passwordFile, ...server },
      when = "action",
      report = "link",
      attachmentBytes: attachmentBytesMax = ATTACHMENT_BYTES_MAX,
      commands = TOLD_COMMANDS,
      reportsAt = null,
      ...people
    }) => {
      const settings = { smtp: server, ...people, when, report, attachmentBytesMax, commands };
      return { settings: settings satisfies EmailSettings, passwordFile, reportsAt };
    },
  );

export const hooks = z.strictObject({
  heartbeat: heartbeat.optional(),
  command: program.optional(),
  email: email.optional(),
});
