// The CAS of a fault test: a simulator in the test's own process, so that it outlives the program
// under test, and what its state file says in the end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fault, type FaultyRequest, withFaults } from "./simulator-faults.ts";
import type { JournalEntry } from "../../src/simulator/journal/journal-entry.ts";
import { readJournal } from "../../src/simulator/journal/journal-file.ts";
import { startSimulator, type SimulatorOptions } from "../../src/simulator/start-simulator.ts";

export interface FaultCas extends AsyncDisposable {
  readonly url: string;
  readonly tokenUrl: string;
  /** A folder for the program under test, gone afterwards. */
  readonly folder: string;
  readonly journal: () => readonly JournalEntry[];
  /** Lets the program find this CAS. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Processing takes hundredths of a second, so that asking for an unknown outcome is soon answered. */
const TIME_SCALE = 100;

export async function startFaultCas({
  chooseFault,
  ...options
}: Partial<SimulatorOptions> & {
  readonly chooseFault?: (request: FaultyRequest) => Fault | null;
} = {}): Promise<FaultCas> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-fault-"));
  const stateFile = join(folder, "cas", "state.jsonl");
  const faults = chooseFault === undefined ? {} : withFaults(chooseFault);
  const simulator = await startSimulator({
    timeScale: TIME_SCALE,
    ...options,
    ...faults,
    stateFile,
  });
  return {
    url: simulator.url,
    tokenUrl: simulator.tokenUrl,
    folder,
    journal: () => readJournal(stateFile),
    variables: casVariables(simulator.url, simulator.tokenUrl),
    [Symbol.asyncDispose]: async () => {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function casVariables(url: string, tokenUrl: string): Readonly<Record<string, string>> {
  return { CAS_ENV: "simulator", CAS_API_URL: url, CAS_TOKEN_URL: tokenUrl };
}

/** Is it the sending of a shipment? */
export function isSend({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): boolean {
  return method === "POST" && path === "/v1/customsshipments";
}
