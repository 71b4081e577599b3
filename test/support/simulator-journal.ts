// What the simulator wrote down, read from its file: the tests' independent witness.
import { readJournal } from "../../src/simulator/journal/journal-file.ts";

/** The references of all messages that were answered with 202, one for each time. */
export function acceptedReferences(stateFile: string): readonly string[] {
  return readJournal(stateFile).flatMap((entry) =>
    entry.kind === "accepted" ? [entry.externalReference] : [],
  );
}
