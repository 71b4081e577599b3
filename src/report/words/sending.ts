// That another process is sending while something is shown: its messages have no outcome yet, and are not lost.
import { plural } from "../../core/text/count-words.ts";
import { senderWords } from "../../core/reason-words.ts";
import type { CurrentHolder } from "../../ledger/contract/leases.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";

/** Shape: "`cas-batch run` (process 12 on HOST) is sending: 28 shipments are on their way, 300 wait". */
export function sendingWords(
  sender: Pick<CurrentHolder, "command" | "processId" | "hostName">,
  { sending, unsent }: Readonly<Pick<Record<LineBucket, number>, "sending" | "unsent">>,
): string {
  const verb = sending === 1 ? "is" : "are";
  return `${senderWords(sender)} is sending at this moment: ${plural(sending, "shipment")} ${verb} on the way to CAS, ${plural(unsent, "shipment")} still to be sent`;
}

/** As a document shows it: the epoch of its lease is between the processes. */
export function holderMembers({ epoch: _epoch, ...holder }: CurrentHolder): object {
  return holder;
}
