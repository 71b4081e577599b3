// A search read to its end, page after page. The order is not documented and offsets are no snapshot: what moves
// while it is read can come twice, which is told apart here, or be passed over, which cannot be.
import type { DeclarationSummary } from "../core/declaration.ts";
import { pageLength } from "../core/declaration.ts";
import { CannotNowError } from "../core/errors.ts";
import type { CallOptions, CasReader, DeclarationQuery } from "./cas-client.ts";

/** Source: seeds/002, Pagination: the default and the maximum. */
const PAGE_SIZE = 100;
/** So many full pages without anything new in a row, and the server takes no notice of the offset. */
const KNOWN_PAGES_MAX = 3;

/**
 * Each declaration once, as it was seen first. One that the page does not tell well enough is read itself.
 * @throws CannotNowError `answer-not-understood` at the end, where some could not be read, and where pages repeat
 */
export async function* searchAll(
  client: Pick<CasReader, "searchDeclarations" | "declaration">,
  query: DeclarationQuery,
  options: CallOptions = {},
): AsyncGenerator<DeclarationSummary, void, undefined> {
  const seen = new Set<string>();
  const unreadable: string[] = [];
  let knownPages = 0;
  for (let offset = 0; knownPages < KNOWN_PAGES_MAX; offset += PAGE_SIZE) {
    const page = await client.searchDeclarations(query, { limit: PAGE_SIZE, offset }, options);
    const seenBefore = seen.size;
    for (const summary of page.declarations) {
      if (seen.has(summary.declarationId)) continue;
      seen.add(summary.declarationId);
      yield summary;
    }
    for (const { declarationId, fault } of page.unread) {
      if (declarationId === null) unreadable.push(fault);
      else if (!seen.has(declarationId)) {
        seen.add(declarationId);
        yield await client.declaration(declarationId, options);
      }
    }
    if (pageLength(page) < PAGE_SIZE) {
      if (unreadable.length === 0) return;
      throw new CannotNowError(
        "answer-not-understood",
        `Could not read ${unreadable.length} of the declarations that CAS found: ${unreadable[0] ?? ""}`,
      );
    }
    knownPages = seen.size === seenBefore ? knownPages + 1 : 0;
  }
  throw new CannotNowError(
    "answer-not-understood",
    `Could not search declarations to the end: CAS answers full pages that hold nothing new after ${seen.size} declarations`,
    { hint: "Narrow the search, for example by lastUpdatedFrom and lastUpdatedTo" },
  );
}
