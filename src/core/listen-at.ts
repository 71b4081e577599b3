// A server of ours begins to listen, or says in words why it cannot.
import { once } from "node:events";
import type { Server } from "node:http";
import { CasBatchError } from "./errors.ts";

/**
 * @param what completes "Cannot …"; shape: `listen at 127.0.0.1 port 8085`
 * @throws CasBatchError `address-unavailable`
 */
export async function listenAt(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  what: string,
  hint?: string,
): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const why = code === "EADDRINUSE" ? "another program listens there" : code;
    throw new CasBatchError("address-unavailable", `Cannot ${what}: ${why}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
