// Asks before something is changed at CAS in production. Where nobody can answer, a flag must have: a script that
// waited for an answer would hang for ever.
import { CasBatchError } from "../../core/errors.ts";
import type { Environment } from "../../core/shipment.ts";
import { ask, canAsk } from "../words/output-streams.ts";

interface Answers {
  readonly yes: boolean;
  /** False for --no-input. */
  readonly input: boolean;
}

/**
 * Whether it must be asked. To be called before anything is done.
 * @throws CasBatchError `usage` when it must, and nobody can be asked
 */
export function mustAsk(environment: Environment, { yes, input }: Answers): boolean {
  if (environment !== "production" || yes) return false;
  if (input && canAsk()) return true;
  throw new CasBatchError(
    "usage",
    "This command changes something in production, and there is no terminal to ask at",
    { hint: "Try it with --dry-run, then add --yes" },
  );
}

/** @throws CasBatchError `not-confirmed` */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(`${question} [y/N]`, signal);
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw new CasBatchError("not-confirmed", "It was not answered with yes, so nothing was changed");
}
