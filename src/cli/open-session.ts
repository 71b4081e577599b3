// A session for a command: the settings resolved, the rehearsal simulator started when that is what
// was chosen and none is running, the books open, CAS greeted. Closed again whatever happens.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { connect, disconnect, type PipelineSettings, type Session } from "../pipeline.ts";
import { findRunningSimulator } from "../simulator/registration.ts";
import { startSimulator, type Simulator } from "../simulator/start-simulator.ts";
import { exitCodeOfError } from "./exit-code.ts";
import type { Desk } from "./run-command.ts";
import {
  resolveSettings,
  type EmbeddedSimulatorSettings,
  type Settings,
  type SettingsFlags,
} from "./settings.ts";

/** Opens a session, lets `work` use it, and records the exit code that `work` ends with. */
export async function withSession(
  command: string,
  flags: SettingsFlags,
  desk: Desk,
  work: (session: Session, settings: Settings) => Promise<number>,
): Promise<number> {
  const settings = resolveSettings(flags, desk.variables);
  return withCas(settings, desk, async (pipeline) => {
    const session = await connect(command, pipeline, desk);
    try {
      const exitCode = await work(session, settings);
      await disconnect(session, exitCode);
      return exitCode;
    } catch (error) {
      await disconnect(session, exitCodeOfError(error, desk.signal));
      throw error;
    }
  });
}

/** The pipeline's settings with a CAS to talk to: the configured one, or a simulator on this machine. */
export async function withCas<Result>(
  settings: Settings,
  desk: Desk,
  work: (pipeline: PipelineSettings) => Promise<Result>,
): Promise<Result> {
  const { pipeline, embeddedSimulator } = settings;
  if (embeddedSimulator === null) {
    desk.hide(pipeline.cas.clientSecret);
    return work(pipeline);
  }
  const { stateFile } = embeddedSimulator;
  const running = await findRunningSimulator(stateFile);
  if (running !== null) return work(withAddress(pipeline, running, desk));
  let simulator: Simulator;
  try {
    simulator = await startEmbedded(embeddedSimulator);
  } catch (error) {
    // Another command may have started one in the same moment.
    const other = await findRunningSimulator(stateFile);
    if (other === null) throw error;
    return work(withAddress(pipeline, other, desk));
  }
  try {
    return await work(withAddress(pipeline, simulator, desk));
  } finally {
    await simulator.close();
  }
}

async function startEmbedded(settings: EmbeddedSimulatorSettings): Promise<Simulator> {
  await mkdir(dirname(settings.stateFile), { recursive: true, mode: 0o700 });
  return startSimulator(settings);
}

function withAddress(
  pipeline: PipelineSettings,
  { url, tokenUrl }: Pick<Simulator, "url" | "tokenUrl">,
  desk: Desk,
): PipelineSettings {
  desk.log("debug", `CAS is the simulator at ${url}`);
  return { ...pipeline, cas: { ...pipeline.cas, apiUrl: url, tokenUrl } };
}
