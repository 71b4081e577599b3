import type { CasReader } from "../cas/cas-client.ts";
import type { DeclarationDetail } from "../core/declaration.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";

const NOT_FOUND = 404;

/** A declaration, or why CAS does not give it: it is gone, or the answer cannot be read. */
export type FetchedDeclaration =
  { readonly detail: DeclarationDetail } | { readonly detail: null; readonly isGone: boolean };

/** @throws every error that the next declaration would meet, too */
export async function fetchDeclaration(
  client: CasReader,
  declarationId: string,
  log: Log,
  signal: AbortSignal,
): Promise<FetchedDeclaration> {
  signal.throwIfAborted();
  try {
    return { detail: await client.declaration(declarationId, { signal }) };
  } catch (error) {
    const isOfThisOne =
      error instanceof RefusedError ||
      (error instanceof CasBatchError && error.code === "answer-not-understood");
    if (!isOfThisOne) throw error;
    log("warn", "A declaration could not be fetched", {
      declarationId,
      code: error.code,
      reason: error.message,
    });
    const isGone = error instanceof RefusedError && error.problem.status === NOT_FOUND;
    return { detail: null, isGone };
  }
}
