// Groups rows that stand together, and gives each group as soon as it is whole. Keeps the group of the last row
// and the hashes of the keys before it.
import type { GroupBound, KeyedRecord, RowGroup } from "./record-batch.ts";
import { createSeenKeys } from "../../core/key-table.ts";

interface AdjacentGroups {
  /**
   * Takes rows in reading order; returns the groups that they complete. Null when a key comes again
   * after another one, or may do so: then nothing of what was returned before holds.
   */
  readonly add: (records: readonly KeyedRecord[]) => readonly RowGroup[] | null;
  /** The last group, at the end. */
  readonly finish: () => readonly RowGroup[];
}

/** @param bound refuses groups that grow without end */
export function createAdjacentGroups(bound: GroupBound = () => undefined): AdjacentGroups {
  const seen = createSeenKeys();
  let current: { readonly groupKey: string; readonly contents: string[] } | null = null;
  let chars = 0;
  return {
    add: (records) => {
      const whole: RowGroup[] = [];
      for (const { groupKey, content } of records) {
        if (current?.groupKey === groupKey) {
          chars += content.length;
          bound(chars);
          current.contents.push(content);
          continue;
        }
        if (seen.add(groupKey)) return null;
        if (current !== null) whole.push(current);
        current = { groupKey, contents: [content] };
        chars = content.length;
      }
      return whole;
    },
    finish: () => (current === null ? [] : [current]),
  };
}
