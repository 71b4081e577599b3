// The simulator of a rehearsal: the one that runs on the state file, or one that is started for this command.
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
