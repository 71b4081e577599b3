// Reasons in tests of what does not depend on their codes.
import type { Reason } from "../../src/core/reason.ts";
import { reasonWords } from "../../src/core/reason-words.ts";

export function textReason(text: string): Reason {
  return { code: "text", text };
}

/** The reason of a line, a version or an attempt as people read it. */
export function wordsOf(one: { readonly reason: Reason | null } | undefined): string | null {
  return reasonWords(one?.reason ?? null);
}
