// What a message does to the shipment it names: the four message types. Source: seeds/004, Message
// types and Corrections; ReplaceUnsuccessful (notification event). What those leave open is a
// switch, listed in docs/simulator.md.
import { canonicalJson, isJsonObject, parseJson, type JsonObject } from "../../core/json.ts";
import type { MessageType } from "../../core/shipment.ts";
import { isAcceptedOrBeyond } from "./lifecycle.ts";
import type { ProcessedEntry } from "../journal/journal-entry.ts";

/** Where the documentation is silent or contradicts itself. */
export interface FlowSwitches {
  readonly newForExisting: "creation-unsuccessful" | "update";
  readonly updateForUnknown: "creation-unsuccessful" | "create";
  /**
   * seeds/004 lets a Replace through until Accepted; the example of the ReplaceUnsuccessful event
   * refuses one for a declaration in Submitted.
   */
  readonly replaceRefusedFrom: "Submitted" | "Accepted";
  /**
   * Whether a declaration goes to customs by itself once it is valid: always, never, or only `first`, so not
   * any more once errors were corrected in it. Declaration actions says that Submit is for when automatic
   * submission is off, or after validation errors were corrected.
   */
  readonly automaticSubmission: "first" | "always" | "never";
  /**
   * seeds/004 and Generic data models: a flow can lead to several declarations, for example an export and an
   * import one. Which flow does so is a tenant's configuration; here also one whose name ends in `_EXIM`.
   */
  readonly declarationsPerShipment: "one" | "export-and-import";
}

type Effect =
  | { readonly kind: "create" | "replace" | "update" }
  | {
      readonly kind: "refuse";
      readonly event: NonNullable<ProcessedEntry["event"]>;
      readonly reason: string;
    };

/** @param statuses the statuses of the shipment's live declarations; null when it is unknown */
export function effectOf(
  messageType: MessageType,
  statuses: readonly string[] | null,
  switches: FlowSwitches,
): Effect {
  switch (messageType) {
    case "New":
      if (statuses === null) return { kind: "create" };
      return switches.newForExisting === "update"
        ? { kind: "update" }
        : refuse("CreationUnsuccessful", "The customs shipment exists already");
    case "Update":
      if (statuses !== null) return { kind: "update" };
      return switches.updateForUnknown === "create"
        ? { kind: "create" }
        : refuse("CreationUnsuccessful", "There is no customs shipment to update");
    case "Upsert":
      return { kind: statuses === null ? "create" : "update" };
    case "Replace": {
      if (statuses === null) {
        return refuse("ReplaceUnsuccessful", "There is no customs shipment to replace");
      }
      const obstacle = statuses.find(
        (status) =>
          isAcceptedOrBeyond(status) ||
          (switches.replaceRefusedFrom === "Submitted" && status === "Submitted"),
      );
      return obstacle === undefined
        ? { kind: "replace" }
        : refuse("ReplaceUnsuccessful", `A declaration in status ${obstacle} cannot be replaced`);
    }
  }
}

function refuse(event: NonNullable<ProcessedEntry["event"]>, reason: string): Effect {
  return { kind: "refuse", event, reason };
}

const SAD = "singleAdministrativeDocument";

/**
 * The shipment's data after an update: what the message gives replaces what was there, member by
 * member at the top of the message and at the top of its document; what it leaves out stays.
 * Source: seeds/004, "updated with the provided data"; how deep that goes is assumed.
 */
export function updatedContent(presentText: string, updateText: string): string {
  const present = messageObject(presentText);
  const update = messageObject(updateText);
  const presentDocument = present[SAD];
  const updateDocument = update[SAD];
  const document =
    isJsonObject(presentDocument) && isJsonObject(updateDocument)
      ? { ...presentDocument, ...updateDocument }
      : (updateDocument ?? presentDocument ?? {});
  return JSON.stringify({ ...present, ...update, [SAD]: document });
}

/** Whether two messages say the same; their message type does not count. */
export function isSameContent(leftText: string, rightText: string): boolean {
  return comparable(leftText) === comparable(rightText);
}

function comparable(text: string): string {
  const { messageType: _messageType, ...content } = messageObject(text);
  return canonicalJson(content);
}

function messageObject(text: string): JsonObject {
  const value = parseJson(text);
  return isJsonObject(value) ? value : {};
}
