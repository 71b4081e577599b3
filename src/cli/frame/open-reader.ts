// For a command that only looks at CAS: no ledger is opened and no run is recorded. Its rights are checked first.
import type { AuthorizationStatus } from "../../cas/cas-client.ts";
import { createCasClient } from "../../cas/http-cas-client.ts";
import { createThrottle } from "../../cas/throttle/throttle.ts";
import { throttledClient, type ThrottledClient } from "../../cas/throttle/throttled-client.ts";
import { requireScopes, scopesOf } from "../../runs/command-scopes.ts";
import { resolveSettings, type SettingsFlags } from "../flags/settings.ts";
import { withCas } from "./open-session.ts";
import type { CommandContext } from "./run-command.ts";

interface Reader {
  readonly client: ThrottledClient;
  readonly authorization: AuthorizationStatus;
}

export async function withReader<Result>(
  flags: SettingsFlags,
  context: CommandContext,
  work: (reader: Reader) => Promise<Result>,
): Promise<Result> {
  const settings = await resolveSettings(flags, context.variables);
  context.nameEnvironment(settings.pipeline.environment);
  return withCas(settings, context, async ({ cas, ratePerSecond }) => {
    const { clock, random, log, signal } = context;
    const throttle = createThrottle({ ratePerSecond, clock });
    const direct = createCasClient(cas, { clock, log });
    const client = throttledClient(direct, { throttle, clock, random, log });
    try {
      const authorization = await client.authorizationStatus({ signal });
      requireScopes(context.command, scopesOf(context.command), authorization, log);
      return await work({ client, authorization });
    } finally {
      await client.close();
    }
  });
}
