// What a round of `run --watch` leaves to a later one.
import { isPassing } from "../../core/codes/inbox-codes.ts";
import { openNow } from "../../reconcile/open-shipments.ts";
import type { CommandResult } from "../result/result.ts";
import type { Session } from "../session.ts";
import { filesWithPassingFaults } from "./inbox-run.ts";
import { ownNames, type InboxListing } from "./list-inbox.ts";
import type { Round } from "./watch-inbox.ts";

export async function leftOpen(
  session: Session,
  { files, summary }: Pick<CommandResult, "files" | "summary">,
  listing: InboxListing,
): Promise<Pick<Round, "again" | "isOpen">> {
  const { books, clock } = session;
  const { queued, sending, unknown } = await books.outboxCounts();
  const { count } = await books.countOpenShipments(openNow(clock));
  const isPutBack = files.some(({ place }) => place === "inbox" || place === "processing");
  const notRead = new Set(await filesWithPassingFaults(session));
  for (const fact of summary) {
    if (typeof fact === "string" || fact.code !== "not-taken") continue;
    for (const { name, code } of fact.notTaken) if (isPassing(code)) notRead.add(name);
  }
  const names = ownNames(listing.files.map(({ fileName }) => fileName));
  return {
    again: listing.files.flatMap(({ path }, at) => (notRead.has(names[at] ?? "") ? [path] : [])),
    isOpen: queued + sending + unknown + count > 0 || isPutBack,
  };
}
