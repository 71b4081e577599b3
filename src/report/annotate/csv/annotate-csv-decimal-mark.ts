// Whether a file of failed rows has to say by which decimal mark its numbers were read: where they can
// be read in two ways, and what told the mark stands in rows that did not fail.
import { markOfNumber, type DecimalMark } from "../../../core/decimal-mark.ts";
import { markOfReasonHeader } from "../../../core/reason-header.ts";

interface MarkSurvey {
  /** The fields of the header, as they stand in the file. */
  readonly seeHeader: (fields: readonly string[]) => void;
  readonly seeRow: (fields: readonly string[], isFailed: boolean) => void;
  /** Null where no failed row needs it, or the file does not tell. */
  readonly toTell: () => DecimalMark | null;
}

/** @param columns zero-based: of numbers read by the file's mark */
export function createMarkSurvey(columns: readonly number[]): MarkSurvey {
  let earlier: DecimalMark | null = null;
  const told = new Set<DecimalMark>();
  let isNeeded = false;
  return {
    seeHeader: (fields) => {
      for (const field of fields) earlier ??= markOfReasonHeader(unquoted(field));
    },
    seeRow: (fields, isFailed) => {
      for (const column of columns) {
        const mark = markOfNumber(unquoted(fields[column] ?? "").trim());
        if (mark === "either") isNeeded ||= isFailed;
        else if (mark !== null) told.add(mark);
      }
    },
    toTell: () => {
      const [only] = told;
      if (earlier !== null) return earlier;
      return isNeeded && told.size === 1 && only !== undefined ? only : null;
    },
  };
}

/** Of what is compared with plain signs alone, which are written alike in every encoding. */
function unquoted(field: string): string {
  return field.replace(/^(["'])(.*)\1$/s, "$2");
}
