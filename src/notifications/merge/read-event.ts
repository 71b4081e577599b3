// A notification's body, read: tolerant of types and members that are not known, of blanks in names, of 0 to 9
// digits of a second. What a member says in another form than expected counts as not said.
// Source: seeds/000 step 5; seeds/003, Response; the pages of the single events; `CreationUnsuccessful` has the
// members of `ReplaceUnsuccessful`: assumed.
import { isUtf8 } from "node:buffer";
import { isJsonNumber, isJsonObject, parseJson, type JsonValue } from "../../core/json.ts";
import type { NotifiedEvent } from "../../ledger/contract/notifications.ts";

/** How far CAS's clock may be ahead; a time beyond it is a mistake, and would outweigh all that follows. */
const AHEAD_MAX_MS = 86_400_000;

/** Their tables and their examples name them differently. Source: the pages of these events. */
const SPELLINGS: Readonly<Record<string, string>> = {
  CustomsShipmentInformationPayload: "CustomsShipmentInformation",
  TransitGuaranteeThresholdStateChanged: "TransitGuaranteeThresholdStatusChanged",
};

/** Whose `data.id` is that of a declaration. Source: the pages of these events, Common declaration block. */
const ABOUT_DECLARATIONS = /^Declaration(?:StatusChanged|PdfCreated|ActionFinished)$/;
const FAILED = /(?:unsuccessful|failed)$/i;

/** What is known of a body before it is kept. */
export interface EventHead {
  readonly eventId: string;
  readonly tenant: string | null;
}

export function readHead(body: Buffer): EventHead | { readonly fault: string } {
  const quick = quickHead(body);
  if (quick !== null) return quick;
  const members = membersOf(body);
  if (typeof members === "string") return { fault: members };
  const eventId = textOf(members.get("id"));
  if (eventId === null) return { fault: "it has no id" };
  return { eventId, tenant: tenantOf(members) };
}

/** Nearly all events say both plainly; exact numbers and blanks in names would cost them most of the time. */
function quickHead(body: Buffer): EventHead | null {
  if (!isUtf8(body)) return null;
  try {
    const value = JSON.parse(body.toString()) as Readonly<Record<string, unknown>> | null;
    const eventId = value?.["id"];
    const tenant = value?.["tenantId"];
    if (typeof eventId !== "string" || typeof tenant !== "string") return null;
    const head = { eventId: eventId.trim(), tenant: tenant.trim() };
    return head.eventId === "" || head.tenant === "" ? null : head;
  } catch {
    return null;
  }
}

export function readEvent(
  body: Buffer,
  receivedAt: Date,
): NotifiedEvent | { readonly fault: string } {
  const members = membersOf(body);
  if (typeof members === "string") return { fault: members };
  const given = textOf(members.get("data"));
  const data = given === null ? trimmed(members.get("data")) : new Map<string, JsonValue>();
  const say = (name: string): string | null => textOf(data.get(name));
  const spelling = textOf(members.get("eventType")) ?? "";
  const eventType = SPELLINGS[spelling] ?? spelling;
  const eventSubType = textOf(members.get("eventSubType"));
  const eventTime = timeOf(textOf(members.get("eventTime")), receivedAt);
  const isAboutDeclaration = ABOUT_DECLARATIONS.test(eventType);
  const isStatus = eventType === "DeclarationStatusChanged";
  const fields = [
    "lrn",
    "mrn",
    "jurisdiction",
    "customsFlow",
    "customsFlowStep",
    "customsFlowStepInstanceCount",
    "customsFlowStepInstanceSeq",
    "storageLocation",
  ];
  return {
    eventId: textOf(members.get("id")) ?? "",
    eventType,
    eventSubType,
    eventTime,
    tenant: tenantOf(members),
    declarationId: isAboutDeclaration ? (say("id") ?? say("declarationId")) : null,
    status: isStatus ? (say("currentStatus") ?? eventSubType) : null,
    direction: say("direction"),
    // Source: the pages of ReplaceSuccessful and ReplaceUnsuccessful.
    externalReference: say("externalReference") ?? say("businessReference"),
    customsShipmentReference: say("customsShipmentReference"),
    traderReference: say("traderReference"),
    details: Object.fromEntries(fields.map((field) => [field, say(field)])),
    messageReferences: textsOf(data.get("ingestionReferences")),
    failures: FAILED.test(eventSubType ?? eventType)
      ? textsOf(data.get("errorDescriptions"))
      : null,
    action: eventType === "DeclarationActionFinished" ? (say("action") ?? eventSubType) : null,
    document: documentOf(eventType, eventSubType, say),
    rawBody: body.toString(),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The members, by their names without blanks around them; or what is wrong with the body. */
function membersOf(body: Buffer): ReadonlyMap<string, JsonValue> | string {
  try {
    const value = parseJson(utf8.decode(body));
    return isJsonObject(value) ? trimmed(value) : "it is no JSON object";
  } catch (error) {
    // RangeError: lists in lists beyond all measure.
    if (error instanceof SyntaxError || error instanceof RangeError) return "it is no JSON";
    if (error instanceof TypeError) return "it is no UTF-8";
    throw error;
  }
}

function trimmed(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  const members = new Map<string, JsonValue>();
  if (!isJsonObject(value)) return members;
  for (const [name, member] of Object.entries(value)) {
    const plain = name.trim();
    if ((members.get(plain) ?? null) === null) members.set(plain, member);
  }
  return members;
}

function tenantOf(members: ReadonlyMap<string, JsonValue>): string | null {
  return textOf(members.get("tenantId")) ?? textOf(trimmed(members.get("data")).get("tenantId"));
}

function textOf(value: JsonValue | undefined): string | null {
  const text = typeof value === "string" ? value.trim() : isJsonNumber(value) ? value.rawJSON : "";
  return text === "" ? null : text;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  return values.map((one) => textOf(one)).filter((text) => text !== null);
}

const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/i;

/** To nine digits of a second, so that it sorts; `0001-01-01` is how CAS leaves a time out. */
function timeOf(text: string | null, receivedAt: Date): string {
  const [, seconds, digits = "", zone = "Z"] = MOMENT.exec(text ?? "") ?? [];
  const at = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone.toUpperCase()}`);
  const isTold = at > 0 && at <= receivedAt.getTime() + AHEAD_MAX_MS;
  if (!isTold) return receivedAt.toISOString().replace("Z", "000000Z");
  return new Date(at).toISOString().replace(/\.\d+Z$/, `.${digits.padEnd(9, "0")}Z`);
}

/** The ids in the link to a document; never the link itself, which opens it to everyone for a while. */
const ATTACHMENT = /\/attachments\/(?:([^/?#]+)\/)?([^/?#]+?)(?:\/url)?(?:[?#]|$)/;
const CERTIFICATE = /\/certificates-of-origin\/([^/?#]+)\/([^/?#]+)/;

function documentOf(
  eventType: string,
  eventSubType: string | null,
  say: (name: string) => string | null,
): NotifiedEvent["document"] {
  const url = say("url") ?? "";
  if (eventType === "CoOPDFCreated") {
    const [, certificate, attachmentId = null] = CERTIFICATE.exec(url) ?? [];
    const certificateOfOriginId = say("certificateOfOriginId") ?? certificate ?? null;
    return { documentType: "COO", attachmentId, certificateOfOriginId };
  }
  if (eventType !== "DeclarationPdfCreated") return null;
  const [, type, attachmentId = null] = ATTACHMENT.exec(url) ?? [];
  const documentType = say("type") ?? type ?? eventSubType;
  return { documentType, attachmentId, certificateOfOriginId: null };
}
