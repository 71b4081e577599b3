// The process that is sending while something is shown: its messages have no outcome yet, and are not lost.
import { counted, plural } from "./text/count-words.ts";

export interface SendingProcess {
  readonly command: string;
  readonly processId: number;
  readonly hostName: string;
}

/** Shape: "`cas-batch run` (process 12 on HOST)". */
export function senderWords({ command, processId, hostName }: SendingProcess): string {
  return `\`cas-batch ${command}\` (process ${String(processId)} on ${hostName})`;
}

/** Shape: "… is sending at this moment: 28 messages are on the way to CAS, 300 still to be sent". */
export function sendingWords(
  sender: SendingProcess,
  { sending, unsent }: { readonly sending: number; readonly unsent: number },
): string {
  const verb = sending === 1 ? "is" : "are";
  return `${senderWords(sender)} is sending at this moment: ${plural(sending, "message")} ${verb} on the way to CAS, ${counted(unsent)} still to be sent`;
}

/** As a document shows it: the epoch of its lease is between the processes. */
export function holderMembers({
  epoch: _epoch,
  ...holder
}: SendingProcess & { readonly epoch: number }): object {
  return holder;
}
