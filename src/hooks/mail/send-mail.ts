// Sends the mail about a run. One that is sent again after a lost answer has the same Message-ID, by which mail
// servers and programs know it.
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { attempt, NotWorthRepeating, type Patience } from "../attempts.ts";
import { done, failed, wordsOf, type HookOutcome } from "../hook-outcome.ts";
import type { EmailSettings } from "../hook-settings.ts";
import type { RunSummary } from "../run-summary.ts";
import { mailPage, mailText } from "./mail-forms.ts";
import { mailParts } from "./mail-parts.ts";
import { openMailServer } from "./mail-server.ts";

/** A report of some MiB over a slow line. */
const ATTEMPT_MS = 40_000;
const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

interface Attachment {
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
}

/** @param password resolves with null when no user is configured; what it rejects with is why no mail goes */
export async function sendMail(
  settings: EmailSettings,
  password: () => Promise<string | null>,
  summary: RunSummary,
  patience: Omit<Patience, "attemptMs">,
): Promise<HookOutcome> {
  const event = summary.weight === "failure" ? "failure" : "success";
  const named = { hook: "email", event } as const;
  const { smtp, from, to } = settings;
  const server = `${smtp.host}:${smtp.port}`;
  const cannot = (attempts: number, why: string): HookOutcome =>
    failed(named, attempts, `Cannot send the mail to ${to.join(", ")} by ${server}: ${why}`);
  let secret: string | null;
  try {
    secret = await password();
  } catch (error) {
    return cannot(0, wordsOf(error));
  }
  const { attachment, words } = await reportFor(settings, summary);
  const parts = mailParts(summary, words);
  const mail = {
    from,
    to: [...to],
    subject: parts.subject,
    text: mailText(parts),
    html: mailPage(parts),
    messageId: `<${randomUUID()}@${domainOf(from)}>`,
    // So that no absence notice answers a machine. Source: RFC 3834, 5.
    headers: { "Auto-Submitted": "auto-generated" },
    attachments: attachment === null ? [] : [attachment],
  };
  let refusedSome = "";
  const { attempts, failure } = await attempt(
    { ...patience, attemptMs: ATTEMPT_MS },
    async (signal) => {
      const transport = openMailServer(smtp, secret);
      const close = (): void => {
        transport.close();
      };
      signal.addEventListener("abort", close, { once: true });
      try {
        const { rejected } = await orAborted(transport.sendMail(mail), signal);
        refusedSome = rejected.map(String).join(", ");
      } catch (error) {
        throw worthRepeating(error) ? error : new NotWorthRepeating(wordsOf(error));
      } finally {
        signal.removeEventListener("abort", close);
        close();
      }
    },
  );
  if (failure !== null) return cannot(attempts, wordsOf(failure));
  if (refusedSome !== "") return cannot(attempts, `the server refused ${refusedSome}`);
  return done(named, attempts, `${to.join(", ")} by ${server}`);
}

/** The library does not always end with its connection. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work
      .finally(() => {
        signal.removeEventListener("abort", onAbort);
      })
      .then(resolve, reject);
  });
}

/** Permanent answers (5xx), a refused login and a wrong certificate stay as they are. */
function worthRepeating(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  const answer = "responseCode" in error ? Number(error.responseCode) : 0;
  if (answer >= 400) return answer < 500;
  return !/^(?:EAUTH|EENVELOPE|EMESSAGE|ETLS)$/.test(code) && !/certificate/i.test(error.message);
}

function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)>?$/.exec(address)?.[1] ?? "cas-batch.invalid";
}

interface ReportForMail {
  readonly attachment: Attachment | null;
  /** Where the report is, for those who read the mail. */
  readonly words: string;
}

async function reportFor(
  { report, attachmentBytesMax }: EmailSettings,
  { report: files, runId }: RunSummary,
): Promise<ReportForMail> {
  if (files.workbook === null) return { attachment: null, words: "none was written" };
  const link = files.link ?? files.workbook;
  if (report === "none") return { attachment: null, words: "not part of this mail" };
  if (report === "link") return { attachment: null, words: link };
  try {
    const { size } = await stat(files.workbook);
    if (size > attachmentBytesMax) {
      return { attachment: null, words: `${link} (too large to attach: ${size} bytes)` };
    }
    const content = await readFile(files.workbook);
    const filename = `status-report${runId === null ? "" : `-${runId}`}.xlsx`;
    return {
      attachment: { filename, content, contentType: WORKBOOK },
      words: `attached, and ${link}`,
    };
  } catch (error) {
    return { attachment: null, words: `${link} (it cannot be attached: ${wordsOf(error)})` };
  }
}
