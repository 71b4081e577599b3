// What became of one hook. It is told, and nothing else follows from it here.

export interface HookOutcome {
  readonly hook: "heartbeat" | "command" | "email";
  readonly event: "start" | "success" | "failure";
  readonly state: "done" | "failed" | "skipped";
  readonly attempts: number;
  /** To whom, or why not; without secrets. */
  readonly message: string;
  readonly hint: string | null;
}

const TRY_IT = "Run `cas-batch hooks test`, which tries every hook and shows what is wrong";

type Named = Pick<HookOutcome, "hook" | "event">;

export function done(named: Named, attempts: number, message: string): HookOutcome {
  return { ...named, state: "done", attempts, message, hint: null };
}

export function failed(named: Named, attempts: number, message: string): HookOutcome {
  return { ...named, state: "failed", attempts, message, hint: TRY_IT };
}

export function skipped(named: Named, message: string): HookOutcome {
  return { ...named, state: "skipped", attempts: 0, message, hint: null };
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
