// What a zip file is, by the names of its parts: workbooks, documents and archives all begin with the same bytes.
import type { UnreadableFileError } from "../../core/errors.ts";
import { unreadable } from "../text/file-finding.ts";

/** By a part that only they have. */
const CONTENTS: readonly (readonly [part: RegExp, what: string])[] = [
  [/^xl\//i, "workbook"],
  [/^word\//i, "a Word document (.docx)"],
  [/^ppt\//i, "a PowerPoint presentation (.pptx)"],
  [/^(?:mimetype|content\.xml)$/, "an OpenDocument file, such as .ods"],
  [/^Index\/.*\.iwa$/, "an Apple Numbers file"],
];
const ARCHIVE = "a zip archive that holds no workbook";

/** `workbook`, or what it is instead. Shape: completes `"x.csv" is …`. */
export function contentOfZip(names: Iterable<string>): string {
  const parts = [...names];
  return CONTENTS.find(([form]) => parts.some((part) => form.test(part)))?.[1] ?? ARCHIVE;
}

export function notWorkbook(fileName: string, content: string): UnreadableFileError {
  return unreadable(
    fileName,
    "file-type-unknown",
    `"${fileName}" is ${content}`,
    content === ARCHIVE ? { hint: "Unpack it, and name the spreadsheet that is in it" } : {},
  );
}
