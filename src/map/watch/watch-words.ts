// Texts that are words for "there is none". What programs write is told in every column of texts; what
// people write, where a text is needed: "-" as shipping marks says enough.
import type { PlanColumn } from "../model/mapping-plan.ts";
import type { Watcher } from "./column-watcher.ts";
import { saysNothing } from "../cells/words-for-nothing.ts";

export function watchWords({ header, letters, required }: PlanColumn): Watcher {
  let count = 0;
  let first: { readonly text: string; readonly rowNumber: number } | null = null;
  return {
    see: (cell, rowNumber, value) => {
      if (typeof value !== "string" || cell.type !== "string") return;
      const says = saysNothing(value);
      if (says === null || (says === "person" && !required)) return;
      count += 1;
      first ??= { text: value, rowNumber };
    },
    atEnd: (tell) => {
      if (first === null) return;
      const cells =
        count === 1 ? "1 cell that says" : `${count.toLocaleString("en")} cells that say`;
      tell(
        "values-say-nothing",
        first.rowNumber,
        `Column ${letters} \`${header}\` has ${cells} that there is no value, such as "${first.text}" in row ${first.rowNumber}, sent as written`,
        first.text,
      );
    },
  };
}
