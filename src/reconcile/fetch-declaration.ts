import type { CasReader } from "../cas/cas-client.ts";
import type { DeclarationDetail } from "../core/declaration.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";

/**
 * One declaration, or null when CAS does not give this one: it is gone, or its answer cannot be
 * read. Whatever would befall the next one, too, is thrown.
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
