// Finds out whether a file of failed rows must name the decimal mark of its numbers: where these can be read
// in two ways, and only rows that did not fail show the mark.
import { markOfNumber, type DecimalMark } from "../../../core/decimal-mark.ts";
import { markOfReasonHeader } from "../../../core/reason-header.ts";

interface MarkSurvey {
  /** The fields of the header, as they stand in the file. */
  readonly seeHeader: (fields: readonly string[]) => void;
  readonly seeRow: (fields: readonly string[], isFailed: boolean) => void;
  /** Null where no failed row needs it, or the file does not show it. */
  readonly toTell: () => DecimalMark | null;
}

/** @param columns zero-based: of numbers read by the file's mark */
export function createMarkSurvey(columns: readonly number[]): MarkSurvey {
  let earlier: DecimalMark | null = null;
  const shown = new Set<DecimalMark>();
  let isNeeded = false;
  return {
    seeHeader: (fields) => {
      for (const field of fields) earlier ??= markOfReasonHeader(unquoted(field));
    },
    seeRow: (fields, isFailed) => {
      for (const column of columns) {
        const mark = markOfNumber(unquoted(fields[column] ?? "").trim());
        if (mark === "either") isNeeded ||= isFailed;
        else if (mark !== null) shown.add(mark);
      }
    },
    toTell: () => {
      const [only] = shown;
      if (earlier !== null) return earlier;
      return isNeeded && shown.size === 1 && only !== undefined ? only : null;
    },
  };
}

/** The digits and marks of a number are written alike in every encoding. */
function unquoted(field: string): string {
  return field.replace(/^(["'])(.*)\1$/s, "$2");
}
