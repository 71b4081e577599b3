// A receiver as installed, in a process of its own.
import type { ChildProcess } from "node:child_process";
import { startCli, type CliOptions, type Finished } from "./run-cli.ts";

export interface Listening {
  readonly url: string;
  readonly tenant: string;
  /** Where it tells its metrics; null where it does not. */
  readonly metrics: string | null;
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  readonly stop: () => Promise<Finished>;
}

/** @throws when it ends before it listens */
export async function startListening(
  args: readonly string[],
  options: CliOptions,
): Promise<Listening> {
  const started = startCli(["listen", "--port", "0", "--json", ...args], options);
  const { process: child, finished } = started;
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n")) resolve(text);
    });
    void finished.then(({ stderr }) => {
      reject(new Error(`It does not listen: ${stderr}`));
    });
  });
  const { url, tenant, metrics } = JSON.parse(line) as Pick<
    Listening,
    "url" | "tenant" | "metrics"
  >;
  const stop = (): Promise<Finished> => {
    child.kill("SIGINT");
    return finished;
  };
  return { url, tenant, metrics, process: child, finished, stop };
}

export async function deliver(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  await response.arrayBuffer();
  return response.status;
}
