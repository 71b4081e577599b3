// A session for a command: the settings resolved, the rehearsal simulator started when that is what
// was chosen and none is running, the books open, CAS greeted. Closed again whatever happens.
import { existsSync } from "node:fs";
import { CasBatchError } from "../../core/errors.ts";
import { rightsOf, type Rights, type SessionCommand } from "../../runs/command-scopes.ts";
import { exitCodeOfError } from "../../runs/result/exit-code.ts";
import { failOnWarning } from "../../runs/result/fail-on-warning.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import { describeError } from "../../runs/result/describe-error.ts";
import {
  connect,
  disconnect,
  finishRun,
  type PipelineSettings,
  type Session,
} from "../../runs/session.ts";
import { SIMULATOR_CREDENTIALS } from "../flags/cas-address.ts";
import { resolveSettings, type Settings, type SettingsFlags } from "../flags/settings.ts";
import type { CommandContext } from "./run-command.ts";
import { withMetrics } from "./with-metrics.ts";

/** Commands that go on with what another has begun: they begin no ledger. */
const CONTINUING: readonly string[] = ["resume", "reconcile"];

/**
 * Opens a session, lets `work` use it, records how it ended, and prints its result while the books
 * that it is read from are open.
 * @param rights what this very call needs of its token, where that is other than what the command does
 */
export async function withSession(
  command: SessionCommand,
  flags: SettingsFlags & { readonly failOnWarning?: boolean },
  context: CommandContext,
  work: (session: Session, settings: Settings) => Promise<CommandResult>,
  rights: Rights = rightsOf(command),
): Promise<number> {
  return withMetrics(flags, context, () => runSession(command, flags, context, work, rights));
}

async function runSession(
  command: SessionCommand,
  flags: SettingsFlags & { readonly failOnWarning?: boolean },
  context: CommandContext,
  work: (session: Session, settings: Settings) => Promise<CommandResult>,
  rights: Rights,
): Promise<number> {
  const resolved = await resolveSettings(flags, context.variables);
  const settings = CONTINUING.includes(command) ? continuing(resolved) : resolved;
  context.nameEnvironment(settings.pipeline.environment);
  return withCas(settings, context, async (pipeline) => {
    const session = await connect(command, pipeline, context, rights);
    try {
      const { runId, books, authorization } = session;
      context.nameRun(runId);
      const { environment, cas } = pipeline;
      if (authorization.simulated && environment !== "simulator") {
        context.log(
          "warn",
          `SIMULATOR: ${new URL(cas.apiUrl).host} is the simulator, not CAS; nothing of this ${environment} run reaches CAS or customs`,
        );
      }
      const worked = await work(session, settings);
      const warningsFail = flags.failOnWarning === true;
      const judged = await failOnWarning(worked, warningsFail, books.findings({ runId }));
      const result = await concluded(session, withLedger(judged, session));
      await context.print(result);
      return result.exitCode;
    } finally {
      await disconnect(session);
    }
  });
}

/** @throws CasBatchError `ledger-missing`, before a rehearsal simulator makes its folder */
function continuing(settings: Settings): Settings {
  const { ledgerPath } = settings.pipeline;
  if (existsSync(ledgerPath)) {
    return { ...settings, pipeline: { ...settings.pipeline, ledgerMayBegin: false } };
  }
  throw new CasBatchError(
    "ledger-missing",
    `There is no ledger ${ledgerPath}, so there is nothing to go on with`,
    {
      hint: "Name the ledger from which the files were submitted with --ledger, or run the command in the folder that has it in cas-batch-data; `cas-batch submit FILE` begins a new one",
    },
  );
}

/** Which ledger it was, and whether anything was sent from it before. */
function withLedger(result: CommandResult, { ledger, ledgerAge }: Session): CommandResult {
  const { location: path } = ledger;
  const more = { ...result.more, ledger: path, newLedger: ledgerAge.isNew };
  return { ...result, more };
}

/** A result whose end stands in the books; that it could not be written there is part of it. */
async function concluded(session: Session, result: CommandResult): Promise<CommandResult> {
  try {
    await finishRun(session, result.exitCode);
    return result;
  } catch (error) {
    if (result.error !== null) return result;
    const exitCode = exitCodeOfError(error, session.signal);
    const described = describeError(error, exitCode);
    return { ...result, exitCode, error: described, next: [described.hint, ...result.next] };
  }
}

/** Calls `work` with a CAS to talk to: the configured one, or a simulator on this machine. */
export async function withCas<Result>(
  settings: Settings,
  context: CommandContext,
  work: (pipeline: PipelineSettings) => Promise<Result>,
): Promise<Result> {
  const { pipeline, embeddedSimulator, notes } = settings;
  for (const { level, text } of notes) context.log(level, text);
  if (embeddedSimulator === null) {
    // The simulator's is no secret, and hiding the word would garble every text.
    const { clientSecret } = pipeline.cas;
    if (clientSecret !== SIMULATOR_CREDENTIALS.clientSecret) context.hide(clientSecret);
    return work(pipeline);
  }
  const { withSimulator } = await import("./with-simulator.ts");
  return withSimulator(embeddedSimulator, async ({ url, tokenUrl }) => {
    context.log("debug", `CAS is the simulator at ${url}`);
    return work({ ...pipeline, cas: { ...pipeline.cas, apiUrl: url, tokenUrl } });
  });
}
