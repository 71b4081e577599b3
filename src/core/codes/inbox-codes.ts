// Why something that lies in an inbox is not taken. One table: the docs are generated from it, and the result
// shows its codes.

interface InboxCodeEntry {
  /** Completes `"march.csv" is not taken: …`. */
  readonly words: string;
  readonly meaning: string;
  readonly hint: string;
  /** It may be taken a moment later, without anything a person does. */
  readonly passes?: true;
  /** Without a person it may never be taken. */
  readonly needsPerson?: true;
}

const NOTHING = "Nothing is to be done";
const NEXT_RUN = "Nothing is to be done: the next run takes it";

export const inboxCodes = {
  hidden: {
    words: "its name begins with a dot",
    meaning: "Programs keep files of their own under names that begin with a dot.",
    hint: "Rename the file when it is a spreadsheet of yours",
  },
  "lock-file": {
    words: "a program keeps it beside a workbook that is open",
    meaning: "Excel and LibreOffice put a file `~$…` or `.~lock.…` beside a workbook that is open.",
    hint: "Close the workbook when it is to be taken as it is now",
  },
  "unfinished-name": {
    words: "its name is that of a file on its way",
    meaning:
      "Names that end in .tmp, .part, .partial, .filepart or .crdownload are of files that a program is still writing.",
    hint: "When nothing writes it any more, the transfer was broken off: send the file again",
  },
  "no-spreadsheet": {
    words: "it is no spreadsheet",
    meaning: "Files end in .xlsx, .xlsm, .xlsb, .xls, .csv, .tsv or .txt.",
    hint: "Give the file the ending of what it is, when it is a spreadsheet",
  },
  folder: {
    words: "it is a folder",
    meaning: "Files in folders below the inbox are not taken.",
    hint: "Move the files of the folder into the inbox itself, when they are to be taken",
  },
  "not-a-file": {
    words: "it is a pipe, a socket or a device",
    meaning: "Pipes, sockets and devices are never opened: reading one may never end.",
    hint: "Remove it from the inbox",
  },
  "link-outside": {
    words: "it is a link that leads out of the inbox",
    meaning:
      "A link could bring in any file of the machine, so links that leave the inbox are not followed.",
    hint: "Put the file itself into the inbox",
  },
  "link-broken": {
    words: "it is a link to nothing",
    meaning: "What the link leads to is not there.",
    hint: "Put the file itself into the inbox",
  },
  "link-inside": {
    words: "it is a link to a file of the same inbox",
    meaning:
      "The file itself is taken where it lies in the inbox; with --archive, which moves files, no link is taken at all.",
    hint: "Put the file itself into the inbox",
  },
  link: {
    words: "it is a link, and none is taken where files are moved",
    meaning: "A link has come among the files in work. What it leads to was not read.",
    hint: "Remove it, and put the file itself into the inbox",
  },
  "marker-missing": {
    words: "its marker is not there yet",
    meaning:
      "With `inbox.doneMarker` a file is taken only when a file of its name with the ending of the marker lies beside it.",
    hint: "Write the marker when the file is whole, such as march.csv.done beside march.csv",
  },
  "marker-alone": {
    words: "it is a marker without its file",
    meaning: "A marker lies in the inbox and the file that it speaks of does not.",
    hint: "Remove the marker, or send the file again",
  },
  "being-written": {
    words: "it was changed while it was watched, so it is still being written",
    meaning: "The size or the time of the file changed within `inbox.stableFor`.",
    hint: NEXT_RUN,
    passes: true,
  },
  "open-for-writing": {
    words: "a program on this machine has it open for writing",
    meaning:
      "A program that has a file open for writing may not have written all of it. Known on Linux, of the programs that this user may see.",
    hint: NEXT_RUN,
    passes: true,
  },
  "taken-by-other": {
    words: "another run has taken it",
    meaning:
      "A run with --archive that still lives has moved the file to its folder for files in work.",
    hint: NOTHING,
    passes: true,
  },
  gone: {
    words: "it was there at first and then was not",
    meaning: "Another program has moved or deleted the file meanwhile.",
    hint: NOTHING,
  },
  "cannot-be-moved": {
    words: "it cannot be moved to the files in work",
    meaning:
      "A program holds the file (on Windows one that has it open), or there is no right to move it. It stays in the inbox, and the other files are taken.",
    hint: "Close the file in other programs, or give this user the right to write in the inbox; the next run tries again",
    passes: true,
    needsPerson: true,
  },
  "not-examined": {
    words: "the system does not say what it is",
    meaning:
      "There is no right to look at the file, or its drive has a fault. It stays where it is, and the other files are taken.",
    hint: "Give this user the right to read the file and to search the folder, or check the drive; the next run tries again",
    passes: true,
    needsPerson: true,
  },
  "no-answer": {
    words: "its drive does not answer",
    meaning: "Looking at the file took longer than the drive may take.",
    hint: "Check the network drive; the next run tries again",
    passes: true,
    needsPerson: true,
  },
} as const satisfies Record<string, InboxCodeEntry>;

export type InboxCode = keyof typeof inboxCodes;

/** Something in an inbox that is not taken. */
export interface NotTaken {
  /** For people. */
  readonly name: string;
  readonly code: InboxCode;
  /** What is known besides: who has taken it, what the system said. */
  readonly detail: string | null;
}

export function isPassing(code: InboxCode): boolean {
  return "passes" in inboxCodes[code];
}

export function needsPerson(code: InboxCode): boolean {
  return "needsPerson" in inboxCodes[code];
}
