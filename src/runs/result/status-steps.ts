// What to do next about books that stand as they do, with commands that can be pasted.
import type { StatusOfBooks } from "../../ledger/contract/status.ts";
import { listenerLife } from "../listener-life.ts";
import type { Freshness } from "./freshness.ts";

export function nextStepsOf(
  { environment, open, sender, listener, leftToPerson, tenant }: StatusOfBooks,
  freshness: Freshness | null,
  now: Date,
): readonly string[] {
  const env = `--env ${environment}`;
  const isIdle = sender === null;
  const inFiles = open.refused.count + open.held.count + open.invalid.count + open.aborted.count;
  const person = inFiles + open.action.count + leftToPerson;
  return [
    ...(freshness === null || freshness.state === "fresh"
      ? []
      : [
          `\`cas-batch run INBOX ${env}\`   (the nightly run of tenant ${tenant} is missing or did not end well; what was sent is not sent again)`,
        ]),
    ...(isIdle && open.unknown.count + open.unsent.count > 0
      ? [`\`cas-batch resume ${env}\`   (settles unknown outcomes, sends what is in the queue)`]
      : []),
    ...(person > 0
      ? [`\`cas-batch report --only open ${env}\`   (what needs a person, and why)`]
      : []),
    ...(open["at-customs"].count > 0
      ? [`\`cas-batch reconcile ${env}\`   (asks CAS what became of it)`]
      : []),
    ...(open.change.count > 0
      ? [`\`cas-batch reconcile ${env}\`, then \`cas-batch explain DECLARATION ${env}\``]
      : []),
    ...(listener !== null && listenerLife(listener, now) === "dead"
      ? [`Start \`cas-batch listen ${env}\` again with its flags, or find out why it died`]
      : []),
  ];
}
