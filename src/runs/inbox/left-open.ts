import { openNow } from "../../reconcile/open-shipments.ts";
import type { CommandResult } from "../result/result.ts";
import type { Session } from "../session.ts";

/** Whether a later round has something to do without a new file: to send, to follow, or to read again. */
export async function isLeftOpen(
  { books, clock }: Pick<Session, "books" | "clock">,
  { files }: Pick<CommandResult, "files">,
): Promise<boolean> {
  const { queued, sending, unknown } = await books.outboxCounts();
  const { count } = await books.countOpenShipments(openNow(clock));
  const isPutBack = files.some(({ place }) => place === "inbox" || place === "processing");
  return queued + sending + unknown + count > 0 || isPutBack;
}
