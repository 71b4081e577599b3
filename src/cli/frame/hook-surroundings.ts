// What hooks work with, and the bounds that keep them from holding up the night.
import type { HookSurroundings } from "../../hooks/tell-hooks.ts";
import { smtpPassword, refuseChangeable } from "../flags/hook-settings-of.ts";
import type { LoadedConfig } from "../flags/config-file.ts";
import { createPing } from "./ping.ts";
import type { CommandContext } from "./run-command.ts";

/** For all hooks together; their own bounds are below it. The time limit of a command may be up to 10 min. */
const ALL_HOOKS_MS = 720_000;
/** When the run was told to stop: systemd waits for 90 s by default before it kills. */
const AFTER_STOP_MS = 30_000;

export async function withHookSurroundings<Result>(
  context: CommandContext,
  loaded: LoadedConfig,
  work: (surroundings: HookSurroundings) => Promise<Result>,
): Promise<Result> {
  const { clock, variables, redactor, signal } = context;
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    timer = setTimeout(() => {
      stopped.abort();
    }, AFTER_STOP_MS);
  };
  if (signal.aborted) onStop();
  else signal.addEventListener("abort", onStop, { once: true });
  const { ping, close } = createPing();
  try {
    return await work({
      ...{ clock, variables, ping },
      signal: AbortSignal.any([AbortSignal.timeout(ALL_HOOKS_MS), stopped.signal]),
      holdsSecret: (text) => redactor.data(text) !== text,
      assertMayRun: () => {
        refuseChangeable(loaded.file, "start the program that it names");
      },
      smtpPassword: async () => {
        const password = await smtpPassword(loaded, variables);
        if (password !== null) context.hide(password);
        return password;
      },
    });
  } finally {
    signal.removeEventListener("abort", onStop);
    clearTimeout(timer);
    await close();
  }
}

/** A shorter part of an address, or one of letters alone, may stand in any path: hiding it would garble that. */
const TOKEN = /^(?=.*\d).{16,}$/;

/** The addresses of a monitor: who has one can say that all is well. */
export function hideHookSecrets({ config }: LoadedConfig, { hide }: CommandContext): void {
  const { start, success, failure } = config.hooks?.heartbeat ?? {};
  for (const address of [start, success, failure]) {
    const url = URL.parse(address ?? "");
    if (url === null) continue;
    hide(url.href);
    const parts = [...url.pathname.split("/"), ...url.searchParams.values()];
    for (const part of parts.filter((one) => TOKEN.test(one))) hide(part);
  }
}
