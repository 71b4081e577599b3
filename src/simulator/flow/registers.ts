// Master data, lists, orders and certificates: what became of the messages that are no customs shipments.
// Source: seeds/003, Ingestion API endpoints, says what each is for; Movement orders for its model; the rest,
// so every reason to refuse, is assumed.
import type { IngestedEntry, OtherMessageKind, SettledEntry } from "../journal/journal-entry.ts";
import type { Declaration } from "./declaration.ts";
import type { Certificate } from "./happening.ts";
import { sha256Hex } from "../../core/json.ts";
import { uuidFrom } from "./generated-id.ts";
import { asContent, parseContent, textAt, type Content } from "./message-content.ts";
import type { FlowSwitches } from "./message-effect.ts";
import type { ShipmentBook } from "./shipment-book.ts";

export interface RegisterRecord {
  readonly message: IngestedEntry;
  /** Null until it was processed. */
  readonly outcome: SettledEntry | null;
}

export interface Registers {
  /** The newest message of a kind under its key; one that was refused only where there is no other. */
  readonly record: (messageKind: OtherMessageKind, key: string) => RegisterRecord | null;
  /** The message that was answered with this `referenceId`. */
  readonly recordOf: (referenceId: string) => RegisterRecord | null;
  readonly certificate: (certificateOfOriginId: string) => Certificate | null;
  readonly process: (message: IngestedEntry, at: string) => SettledEntry;
  readonly applyIngested: (message: IngestedEntry) => void;
  readonly applySettled: (entry: SettledEntry, message: IngestedEntry) => Certificate | null;
}

/** Creates only; the other kinds create or update. Source: seeds/003. */
const CREATED_ONCE: ReadonlySet<OtherMessageKind> = new Set([
  "Formula",
  "MaterialList",
  "MovementOrder",
]);

/** Where a message may name what it is about. Source: assumed, none of the models is public. */
const LIST_NAMES = [
  "materialListReference",
  "materialList",
  "externalReference",
  "reference",
  "code",
];
const DECLARATION_NAMES = [
  "declarationId",
  "declarationReference",
  "mrn",
  "lrn",
  "customsShipmentReference",
  "externalReference",
];
/** Source: Movement orders: only these take a customs destination and rules for writing off. */
const WRITE_OFF_TYPES: ReadonlySet<string> = new Set(["RFFC", "ADJN"]);

export function createRegisters(
  book: ShipmentBook,
  switches: Pick<FlowSwitches, "newForExisting">,
): Registers {
  const records = new Map<string, RegisterRecord>();
  /** What exists by now: of a kind under a key, the message that made it what it is. */
  const existing = new Map<string, RegisterRecord>();
  const byReference = new Map<string, RegisterRecord>();
  const certificates = new Map<string, Certificate>();
  const placeOf = (messageKind: OtherMessageKind, key: string): string => `${messageKind} ${key}`;

  const keep = (record: RegisterRecord): void => {
    const { messageKind, key, referenceId } = record.message;
    byReference.set(referenceId, record);
    if (key === null) return;
    const place = placeOf(messageKind, key);
    const present = records.get(place)?.message.referenceId;
    // An outcome does not hide a newer message.
    if (present === referenceId || record.outcome === null) records.set(place, record);
    const isMade = record.outcome !== null && record.outcome.result !== "unsuccessful";
    if (isMade) existing.set(place, record);
  };

  const declarationFor = (content: Content): Declaration | null => {
    for (const name of DECLARATION_NAMES) {
      const text = textAt(content, name);
      const found = text === null ? null : declarationNamed(book, text);
      if (found !== null) return found;
    }
    const nested = asContent(content["declaration"]);
    return nested === null ? null : declarationFor(nested);
  };

  const refusalOf = (message: IngestedEntry, content: Content): string | null => {
    const { messageKind, key } = message;
    if (messageKind === "CertificateOfOrigin") {
      return declarationFor(content) === null
        ? "There is no declaration for the certificate"
        : null;
    }
    if (messageKind === "MaterialListInvalidationRequest") {
      const list = firstText(content, LIST_NAMES);
      return list !== null && existing.has(placeOf("MaterialList", list))
        ? null
        : `There is no material list ${list ?? "without a reference"} to invalidate`;
    }
    if (key === null) return `The ${messageKind} has no reference by which it could be known`;
    const movementError = messageKind === "MovementOrder" ? movementRefusal(content) : null;
    if (movementError !== null) return movementError;
    const isRefused =
      CREATED_ONCE.has(messageKind) &&
      switches.newForExisting === "creation-unsuccessful" &&
      existing.has(placeOf(messageKind, key));
    return isRefused ? `The ${messageKind} ${key} exists already` : null;
  };

  return {
    recordOf: (referenceId) => byReference.get(referenceId) ?? null,
    record: (messageKind, key) => {
      const place = placeOf(messageKind, key);
      const newest = records.get(place) ?? null;
      // What was refused does not hide what exists.
      const isRefused = newest?.outcome?.result === "unsuccessful";
      return isRefused ? (existing.get(place) ?? newest) : newest;
    },
    certificate: (certificateOfOriginId) => certificates.get(certificateOfOriginId) ?? null,
    process: (message, at) => {
      const { messageKind, key, referenceId } = message;
      const head = { kind: "settled", at, messageKind, key, referenceId } as const;
      const content = parseContent(message.body);
      const refusal = refusalOf(message, content);
      if (refusal !== null) {
        return {
          ...head,
          result: "unsuccessful",
          errorDescriptions: [refusal],
          declarationId: null,
        };
      }
      const isKnown = key !== null && existing.has(placeOf(messageKind, key));
      return {
        ...head,
        result:
          messageKind === "MaterialListInvalidationRequest"
            ? "invalidated"
            : isKnown
              ? "updated"
              : "created",
        errorDescriptions: [],
        declarationId:
          messageKind === "CertificateOfOrigin"
            ? (declarationFor(content)?.declarationId ?? null)
            : null,
      };
    },
    applyIngested: (message) => {
      keep({ message, outcome: null });
    },
    applySettled: (entry, message) => {
      keep({ message, outcome: entry });
      if (entry.result === "unsuccessful") return null;
      if (entry.result === "invalidated") {
        const list = firstText(parseContent(message.body), LIST_NAMES);
        if (list !== null) existing.delete(placeOf("MaterialList", list));
        return null;
      }
      const declaration =
        entry.declarationId === null ? null : book.declaration(entry.declarationId);
      if (declaration === null) return null;
      const certificate: Certificate = {
        certificateOfOriginId: uuidFrom(`certificate ${entry.referenceId}`),
        attachmentId: sha256Hex(`certificate document ${entry.referenceId}`).slice(0, 32),
        declaration,
        createdAtMs: Date.parse(entry.at),
      };
      certificates.set(certificate.certificateOfOriginId, certificate);
      return certificate;
    },
  };
}

function movementRefusal(content: Content): string | null {
  const type = textAt(content, "type");
  if (type === null) return "The movement type must be given";
  const misplaced = ["customsDestination", "writeOffRules"].find((name) => name in content);
  return misplaced !== undefined && !WRITE_OFF_TYPES.has(type)
    ? `${misplaced} is not for movements of type ${type}`
    : null;
}

function firstText(content: Content, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textAt(content, name);
    if (text !== null) return text;
  }
  return null;
}

/** By its id, its LRN, its MRN, or the reference of its shipment. */
function declarationNamed(book: ShipmentBook, name: string): Declaration | null {
  return (
    book.declaration(name.replace(/^LRN/, "")) ??
    book.inCreationOrder().find(({ mrn }) => mrn === name) ??
    book
      .shipmentsUnder(name)
      .flatMap(({ declarations }) => declarations)
      .find(({ status }) => status !== null) ??
    null
  );
}
