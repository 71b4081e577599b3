import type { CasReader } from "../cas/cas-client.ts";
import type { DeclarationDetail } from "../core/declaration.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";

/**
 * Null when CAS does not give this declaration: it is gone, or the answer cannot be read.
 * @throws every error that the next declaration would meet, too
 */
export async function fetchDeclaration(
  client: CasReader,
  declarationId: string,
  log: Log,
  signal: AbortSignal,
): Promise<DeclarationDetail | null> {
  signal.throwIfAborted();
  try {
    return await client.declaration(declarationId, { signal });
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
    return null;
  }
}
