// Connects to the mail server, encrypts, logs in, and sends nothing.
import type { SmtpSettings } from "../hook-settings.ts";
import { openMailServer } from "./mail-server.ts";

/** @throws Error of the server or of the connection */
export async function tryMailServer(smtp: SmtpSettings, password: string | null): Promise<void> {
  const transport = openMailServer(smtp, password);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
