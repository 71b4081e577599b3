// The name that a document gets on the disk. What CAS or the storage calls it is the text of others: it may climb
// out of the folder, hold what a terminal acts on, be reserved on Windows, too long, or empty.
import { portableName, visibleName } from "../core/files/file-names.ts";

export interface DocumentName {
  readonly stem: string;
  /** With its dot; empty where there is none. */
  readonly ending: string;
  /** Whether the given name could have led elsewhere, or shown something else than it says. */
  readonly wasUnsafe: boolean;
}

const SEPARATOR = /[/\\]/;
const ENDING = /\.[a-z0-9]{1,8}$/i;

/**
 * Shape: `100200300-EAD.pdf`. The id of its declaration or certificate comes first: many are called the same.
 * @param given what CAS, or else the storage, calls it; null where neither does
 * @param ending of a name that has none
 */
export function documentName(
  ids: { readonly ownerId: string; readonly attachmentId: string },
  given: string | null,
  ending: string,
): DocumentName {
  const said = given?.trim() ?? "";
  const last = said.split(SEPARATOR).at(-1) ?? "";
  // Its dots and blanks alone name a folder.
  const own = /^[. ]*$/.test(last) ? ids.attachmentId : last;
  const whole = visibleName(own.startsWith(ids.ownerId) ? own : `${ids.ownerId}-${own}`);
  const [ownEnding = ""] = ENDING.exec(whole) ?? [];
  return {
    stem: whole.slice(0, whole.length - ownEnding.length),
    ending: ownEnding === "" ? ending : ownEnding,
    wasUnsafe: SEPARATOR.test(said) || visibleName(said) !== said,
  };
}

/** @param number from 1 on: documents of the same name are counted */
export function fileNameOf({ stem, ending }: DocumentName, number: number): string {
  return portableName(number === 1 ? stem : `${stem} (${String(number)})`, ending);
}
