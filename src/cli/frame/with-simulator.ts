// The simulator of a rehearsal: the one that runs on the state file, or one that is started for this command.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { findRunningSimulator, type RunningSimulator } from "../../simulator/registration.ts";
import { startSimulator, type Simulator } from "../../simulator/start-simulator.ts";
import type { EmbeddedSimulatorSettings } from "../flags/settings.ts";

export async function withSimulator<Result>(
  settings: EmbeddedSimulatorSettings,
  work: (simulator: RunningSimulator) => Promise<Result>,
): Promise<Result> {
  const running = await findRunningSimulator(settings.stateFile);
  if (running !== null) return work(running);
  let started: Simulator;
  try {
    await makeFolder(dirname(settings.stateFile));
    started = await startSimulator(settings);
  } catch (error) {
    // Another command may have started one in the same moment.
    const other = await findRunningSimulator(settings.stateFile);
    if (other === null) throw error;
    return work(other);
  }
  try {
    return await work(started);
  } finally {
    await started.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CasBatchError(
      "file-not-writable",
      `Cannot keep the simulator's state in ${folder}: ${why}`,
      {
        cause,
        hint: "Give yourself the right to write there, or name another place with --ledger",
      },
    );
  }
}
