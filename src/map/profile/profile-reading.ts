// What a profile says about the text of a file, for whoever opens it.
import type { DecimalMark } from "../../core/decimal-mark.ts";
import type { Profile } from "./profile.ts";

export function profileReading({ csv, decimalMark }: Profile): {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly decimalMark?: DecimalMark;
} {
  return {
    ...(csv.encoding === null ? {} : { encoding: csv.encoding }),
    ...(csv.delimiter === null ? {} : { delimiter: csv.delimiter }),
    ...(csv.quote === null ? {} : { quote: csv.quote }),
    ...(decimalMark === null ? {} : { decimalMark }),
  };
}
