// What hooks talk to, on this machine: a monitor that writes down who asked, and a mail server that keeps its mails.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";

export interface Monitor {
  readonly url: string;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
}

/** @param answer the status for the n-th question, counted from 1; null for no answer at all */
export async function startMonitor(
  answer: (path: string, count: number) => number | null = () => 200,
): Promise<Monitor> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const status = answer(path, asked.length);
    if (status !== null) response.writeHead(status).end("OK");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/ping/monitor-token-4711`, asked };
}

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  /** As it came: headers and parts. */
  readonly source: string;
  /** Every text in it, decoded and on long lines again. */
  readonly text: string;
  readonly header: (name: string) => string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Of everyone who connected. */
  readonly connections: () => number;
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onData: (stream, { envelope, secure }, done) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: secure,
          ...readMail(Buffer.concat(pieces).toString("utf8")),
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => listening.once("listening", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  );
  const { port } = listening.address() as AddressInfo;
  return { port, mails, connections: () => connections };
}

function readMail(source: string): Pick<ReceivedMail, "source" | "text" | "header"> {
  const [head = ""] = source.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const bytes = source
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return {
    source,
    text: Buffer.from(bytes, "latin1").toString("utf8"),
    header: (name) => new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1] ?? "",
  };
}
