// `--allow-amend`: alone it allows every change of what customs has accepted, with a reference those of one
// shipment; `--allow-again` likewise a second message of a kind that is created and never changed. yargs knows no flag whose value may be left out beside words that are files, so each gets its value
// before yargs sees it.
import { existsSync } from "node:fs";
import { kindAndReference } from "../../core/message-kind.ts";
import { kindOfKey, type ShipmentKey } from "../../core/shipment.ts";
import { allowedReferences, type AllowAmend } from "../../submit/limits/decide-line.ts";
import { SPREADSHEET } from "../../core/files/spreadsheet-name.ts";

/** Each may be given several times. */
export const AMEND_FLAGS = ["allow-amend", "allowAmend", "allow-again", "allowAgain"];
const FLAGS = AMEND_FLAGS.map((name) => `--${name}`);
/** As the switch that the flag once was; the flag without a reference is the first. */
const SWITCH = /^(?:true|false)$/;
const ALL = "true";

/**
 * `--allow-amend PO-1` as one word, and `--allow-amend` with a value that stands for all. What names a file or
 * folder behind the flag is that, and no reference, as it was before the flag took one; a reference of that name
 * is written `--allow-amend=REFERENCE`.
 */
export function withAmendValues(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const next = words[at + 1];
    if (!FLAGS.includes(word)) whole.push(word);
    else if (next === undefined || next.startsWith("-") || isInput(next, words)) {
      whole.push(`${word}=${ALL}`);
    } else {
      whole.push(`${word}=${next}`);
      at += 1;
    }
  }
  return whole;
}

/** `resume` has no words but flags. */
function isInput(word: string, words: readonly string[]): boolean {
  if (SWITCH.test(word) || words.includes("resume")) return false;
  const takesFiles = words.includes("submit") || words.includes("ingest");
  return existsSync(word) || (takesFiles && SPREADSHEET.test(word));
}

type Flag = string | boolean | undefined | readonly (string | boolean)[];

/** What a command line allows: changes of shipments by one flag, second messages of other kinds by the other. */
export function allowedChanges(amend: Flag, again: Flag): AllowAmend {
  const ofShipments = allowAmendOf(amend);
  const ofOthers = allowAmendOf(again);
  if (typeof ofShipments === "boolean" && ofShipments === ofOthers) return ofShipments;
  const allows = (key: ShipmentKey): boolean => {
    const allowed = key.kind === undefined ? ofShipments : ofOthers;
    return typeof allowed === "boolean" ? allowed : allowed(key);
  };
  return Object.assign(allows, { references: [ofShipments, ofOthers].flatMap(allowedReferences) });
}

/** @param flag several when it was given several times; false for `--no-allow-amend` */
export function allowAmendOf(flag: Flag): AllowAmend {
  const values = [flag].flat().filter((value) => value !== undefined);
  const references = values.map(String).filter((value) => !SWITCH.test(value));
  if (values.some((value) => String(value) === ALL)) return true;
  if (references.length === 0) return false;
  const allows = (key: ShipmentKey): boolean => references.some((typed) => names(typed, key));
  return Object.assign(allows, { references });
}

function names(typed: string, key: ShipmentKey): boolean {
  const { direction, externalReference } = key;
  if (typed === externalReference) return true;
  if (direction !== null && typed === `${direction}:${externalReference}`) return true;
  const named = kindAndReference(typed);
  return named?.reference === externalReference && named.kind === kindOfKey(key);
}
