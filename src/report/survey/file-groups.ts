// Shipments of one file that were not sent for one reason: one thing to do, however many there are.
import type { LineView } from "../../ledger/ledger.ts";
import { nothingKnown, type Action, type ActionWords } from "./action.ts";
import { plural } from "../../core/count-words.ts";

interface FileGroup {
  readonly file: string;
  readonly bucket: "unsent" | "aborted";
  readonly reason: string | null;
  shipments: number;
}

export class FileGroups {
  readonly #groups = new Map<string, FileGroup>();

  add(bucket: FileGroup["bucket"], { fileName: file, reason }: LineView): void {
    const name = JSON.stringify([file, bucket, reason]);
    const known = this.#groups.get(name) ?? { file, bucket, reason, shipments: 0 };
    known.shipments += 1;
    this.#groups.set(name, known);
  }

  actions(openedAt: ReadonlyMap<string, Date>): Action[] {
    return [...this.#groups.values()].map((group) => ({
      ...nothingKnown,
      ...(group.bucket === "unsent" ? unsentWords(group) : abortedWords(group)),
      file: group.file,
      since: openedAt.get(group.file) ?? null,
    }));
  }
}

function unsentWords({ shipments, reason }: FileGroup): ActionWords {
  return {
    priority: 1,
    what: `${plural(shipments, "shipment")} not sent`,
    reason: reason ?? "The run stopped first",
    nextStep: "Run `cas-batch resume`",
  };
}

function abortedWords({ shipments, reason }: FileGroup): ActionWords {
  return {
    priority: 2,
    what: `${plural(shipments, "shipment")} not sent`,
    reason:
      reason ?? "The file was rejected as a whole, so its valid shipments were not sent either",
    nextStep: "Correct the errors of this file and run it again",
  };
}
