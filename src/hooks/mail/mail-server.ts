// The way to the mail server: encrypted and checked as the configuration says, and bounded in time at every step.
import { createTransport } from "nodemailer";
import type { SmtpSettings } from "../hook-settings.ts";

/** Until the server stands, says who it is, and answers each step. */
const STEP_MS = 10_000;

/** @param password null when no user is configured */
export function openMailServer(
  { host, port, security, user }: SmtpSettings,
  password: string | null,
) {
  return createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: { minVersion: "TLSv1.2" },
    ...(user === null ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
    // A path in the configuration, or an address in it, must not be read as content.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
