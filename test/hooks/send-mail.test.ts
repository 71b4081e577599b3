// Mails over a real mail server on this machine: what stands in them, and what comes of servers that do not take them.
import { createServer, type AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/time/clock.ts";
import type { EmailSettings } from "../../src/hooks/hook-settings.ts";
import { sendMail } from "../../src/hooks/mail/send-mail.ts";
import { startMailServer } from "../support/hook-servers.ts";
import { emptyFolder } from "../support/run-cli.ts";
import { summary } from "./run-summaries.ts";

const patience = {
  clock: { ...systemClock, sleep: () => Promise.resolve() },
  signal: new AbortController().signal,
};
const noPassword = () => Promise.resolve(null);

function settingsFor(port: number, changes: Partial<EmailSettings> = {}): EmailSettings {
  return {
    smtp: { host: "127.0.0.1", port, security: "none", user: null },
    from: "Customs <customs@example.com>",
    to: ["one@example.com", "two@example.com"],
    ...{ when: "always", report: "link", attachmentBytesMax: 1_000, commands: ["run"] },
    ...changes,
  };
}

test("sendMail() says in one line what there is to do, and in both forms what to begin with", async () => {
  const { port, mails } = await startMailServer();
  const outcome = await sendMail(settingsFor(port), noPassword, summary(), patience);
  expect(outcome).toMatchObject({ state: "done", attempts: 1 });
  const [mail] = mails;
  expect(mail?.to).toEqual(["one@example.com", "two@example.com"]);
  expect(mail?.header("Subject")).toBe(
    "cas-batch PRODUCTION: 1 entry to look at, run 20261129T020000Z-3f2a",
  );
  expect(mail?.header("Auto-Submitted")).toBe("auto-generated");
  expect(mail?.text).toContain("  - Not sent: errors in the file (PO-1): Mend it");
  expect(mail?.text).toContain("<li>Not sent: errors in the file (PO-1): Mend it</li>");
  expect(mail?.text).toContain("2026-11-29 03:00:00 to 2026-11-29 03:01:01 (Europe/Brussels)");
});

test.each([
  [{ weight: "failure", exitCode: 5 }, "cas-batch PRODUCTION: run FAILED, exit code 5"],
  [{ weight: "nothing", exitCode: 0 }, "cas-batch PRODUCTION: run done, nothing to do"],
  [{ simulated: true }, "cas-batch REHEARSAL (simulator): 1 entry to look at"],
  [{ isTest: true }, "TEST, nothing happened: cas-batch PRODUCTION: 1 entry"],
] as const)("sendMail() with %j has the subject %s", async (changes, subject) => {
  const { port, mails } = await startMailServer();
  await sendMail(settingsFor(port), noPassword, summary(changes), patience);
  expect(mails[0]?.header("Subject")).toContain(subject);
});

test("sendMail() keeps hostile references text: no header, no markup, no line of its own", async () => {
  const { port, mails } = await startMailServer();
  const hostile = "PO\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>\u202egnp.exe";
  const action = { what: hostile, reference: hostile, place: hostile, nextStep: hostile };
  const changes = { actions: [action], runId: hostile, tenant: hostile, hostName: hostile };
  await sendMail(
    settingsFor(port),
    noPassword,
    summary({ ...changes, lines: [hostile] }),
    patience,
  );
  const [mail] = mails;
  expect(mail?.to).toEqual(["one@example.com", "two@example.com"]);
  expect(mail?.source).not.toMatch(/^Bcc:/m);
  expect(mail?.text).not.toMatch(/^\s*Bcc:/m);
  expect(mail?.text).toContain("&lt;script&gt;");
  const page = (mail?.text ?? "").slice((mail?.text ?? "").indexOf("<!doctype"));
  expect(page).not.toContain("<script");
  expect(mail?.text).not.toContain("\u202e");
});

test("sendMail() attaches the report, and links one that is too large", async () => {
  const { port, mails } = await startMailServer();
  const workbook = join(emptyFolder(), "status-report.xlsx");
  const link = "https://files.example.com/status-report.xlsx";
  const report = { workbook, page: null, twin: null, link };
  const attaching = settingsFor(port, { report: "attach" });
  writeFileSync(workbook, "x".repeat(1_000));
  await sendMail(attaching, noPassword, summary({ report }), patience);
  writeFileSync(workbook, "x".repeat(1_001));
  await sendMail(attaching, noPassword, summary({ report }), patience);
  expect(mails[0]?.source).toContain("filename=status-report-20261129T020000Z-3f2a.xlsx");
  expect(mails[0]?.source).toContain(Buffer.from("x".repeat(50)).toString("base64").slice(0, 60));
  expect(mails[1]?.source).not.toContain("filename=");
  expect(mails[1]?.text).toContain(`${link} (too large to attach: 1001 bytes)`);
});

test("sendMail() sends again what was put off, as the same mail", async () => {
  let refused = 0;
  const { port, mails, connections } = await startMailServer({
    onMailFrom: (_address, _session, done) => {
      refused += 1;
      if (refused > 2) done();
      else done(Object.assign(new Error("busy"), { responseCode: 451 }));
    },
  });
  const outcome = await sendMail(settingsFor(port), noPassword, summary(), patience);
  expect(outcome).toMatchObject({ state: "done", attempts: 3 });
  expect(mails).toHaveLength(1);
  expect(connections()).toBe(3);
});

test("sendMail() does not repeat what is refused for good", async () => {
  const { port, mails } = await startMailServer({
    onRcptTo: (_address, _session, done) => {
      done(Object.assign(new Error("no such user"), { responseCode: 550 }));
    },
  });
  const outcome = await sendMail(settingsFor(port), noPassword, summary(), patience);
  expect(outcome).toMatchObject({ state: "failed", attempts: 1 });
  expect(outcome.message).toContain("no such user");
  expect(mails).toEqual([]);
});

test("sendMail() tells that one of several was refused", async () => {
  const { port, mails } = await startMailServer({
    onRcptTo: ({ address }, _session, done) => {
      done(
        address.startsWith("two") ? Object.assign(new Error("no"), { responseCode: 550 }) : null,
      );
    },
  });
  const outcome = await sendMail(settingsFor(port), noPassword, summary(), patience);
  expect(outcome.state).toBe("failed");
  expect(outcome.message).toContain("the server refused two@example.com");
  expect(mails).toHaveLength(1);
});

test("sendMail() ends with its bound where the server says nothing", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const signal = AbortSignal.timeout(300);
  const began = performance.now();
  const outcome = await sendMail(settingsFor(port), noPassword, summary(), { ...patience, signal });
  expect(outcome.state).toBe("failed");
  expect(performance.now() - began).toBeLessThan(8_000);
});

test("sendMail() goes in no clear where it should be encrypted", async () => {
  const { port, mails } = await startMailServer();
  const smtp = { host: "127.0.0.1", port, security: "starttls", user: null } as const;
  const outcome = await sendMail(settingsFor(port, { smtp }), noPassword, summary(), patience);
  expect(outcome.state).toBe("failed");
  expect(mails).toEqual([]);
});
