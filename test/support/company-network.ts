// A company's network on the loopback interface: CAS behind https with a certificate of the company's own authority,
// under names that no resolver knows, so that only the proxy leads there.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

export interface CompanyNetwork extends AsyncDisposable {
  /** Hosts with ports, as they were asked for. */
  readonly tunnels: readonly string[];
  readonly authorizations: readonly (string | undefined)[];
  readonly proxyPort: number;
  /** The authority's certificate, in a file. */
  readonly authority: string;
}

/**
 * @param target a plain server on this machine that stands behind https
 * @param status what the proxy answers
 */
export async function startCompanyNetwork(
  target: URL,
  names: readonly string[],
  folder: string,
  status = 200,
): Promise<CompanyNetwork> {
  const { key, cert, authority } = certificatesIn(folder, names);
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
  };
  const join2 = (left: Socket, right: Socket): void => {
    keep(left);
    keep(right);
    left.pipe(right).pipe(left);
  };
  const web = createTlsServer({ key, cert }, (socket) => {
    join2(socket, connect(Number(target.port), target.hostname));
  });
  await listening(web);
  const webPort = portOf(web);
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const proxy = createServer();
  proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? "");
    authorizations.push(request.headers["proxy-authorization"]);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    join2(socket, connect(webPort, "127.0.0.1"));
  });
  await listening(proxy);
  return {
    ...{ tunnels, authorizations, authority, proxyPort: portOf(proxy) },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      for (const server of [web, proxy]) {
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function certificatesIn(
  folder: string,
  names: readonly string[],
): { key: Buffer; cert: Buffer; authority: string } {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): unknown =>
    execFileSync("openssl", args, { stdio: "pipe" });
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  openssl(...made, "-subj", "/CN=Own authority", "-keyout", at("ca.key"), "-out", at("ca.pem"));
  openssl(
    ...[...made, "-subj", `/CN=${names[0] ?? ""}`, "-CA", at("ca.pem"), "-CAkey", at("ca.key")],
    ...["-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", at("web.key"), "-out", at("web.pem")],
  );
  return {
    key: readFileSync(at("web.key")),
    cert: readFileSync(at("web.pem")),
    authority: at("ca.pem"),
  };
}
