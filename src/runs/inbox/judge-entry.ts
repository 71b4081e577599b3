// Which entries of an inbox are files to take, by their names and what they are. Pure: the file system is asked
// in list-inbox.ts.
import type { InboxCode } from "../../core/codes/inbox-codes.ts";
import { SPREADSHEET } from "../../core/files/spreadsheet-name.ts";

export type EntryKind = "file" | "folder" | "link" | "other";

/** Left beside a workbook by Excel and LibreOffice while it is open. */
const LOCK_FILE = /^(?:~\$|\.~lock\.)/;
/** Of browsers, file transfer programs and scripts. */
const UNFINISHED = /\.(?:tmp|part|partial|filepart|crdownload)$/i;

export interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** Null for what may be taken. A marker is not judged here. */
export function judgeEntry({ name, kind }: Entry): InboxCode | null {
  if (LOCK_FILE.test(name)) return "lock-file";
  if (name.startsWith(".")) return "hidden";
  if (kind === "folder") return "folder";
  if (UNFINISHED.test(name)) return "unfinished-name";
  if (!SPREADSHEET.test(name)) return "no-spreadsheet";
  return kind === "other" ? "not-a-file" : null;
}

export interface LinkFacts {
  /** Where it leads to in the end; null when there is nothing. */
  readonly target: string | null;
  readonly targetKind: EntryKind | null;
  /** The inbox itself, without links. */
  readonly inbox: string;
  /** Whether files are moved: a link that is moved may lead nowhere. */
  readonly moves: boolean;
}

/**
 * Null for a link that may be taken.
 * @param isBelow whether a path is in a folder or below it
 */
export function judgeLink(
  { target, targetKind, inbox, moves }: LinkFacts,
  isBelow: (path: string, folder: string) => boolean,
  folderOf: (path: string) => string,
): InboxCode | null {
  if (target === null || targetKind === null) return "link-broken";
  if (!isBelow(target, inbox)) return "link-outside";
  if (targetKind === "folder") return "folder";
  if (targetKind !== "file") return "not-a-file";
  return moves || folderOf(target) === inbox ? "link-inside" : null;
}

interface Marked<File> {
  readonly file: File;
  /** The name of its marker; null where none is asked for. */
  readonly marker: string | null;
}

/** Brings files and markers together. @param ending null: no markers are asked for */
export function withMarkers<File extends { readonly fileName: string }>(
  files: readonly File[],
  markers: ReadonlySet<string>,
  ending: string | null,
): { readonly marked: readonly Marked<File>[]; readonly unmarked: readonly File[] } {
  if (ending === null) {
    return { marked: files.map((file) => ({ file, marker: null })), unmarked: [] };
  }
  const markerOf = ({ fileName }: File): string => `${fileName}${ending}`;
  return {
    marked: files
      .filter((file) => markers.has(markerOf(file)))
      .map((file) => ({ file, marker: markerOf(file) })),
    unmarked: files.filter((file) => !markers.has(markerOf(file))),
  };
}
