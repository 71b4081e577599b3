// The switches of everything that no page states, by name: what `cas-batch simulator --assume NAME=VALUE` takes.
import { CasBatchError } from "../core/errors.ts";
import type { ProblemErrorsShape } from "./api/answer.ts";
import type { SearchEnvelope, SearchOrder, ShipmentReferenceForm } from "./api/api-request.ts";
import type { ApiShapes } from "./api/api-shapes.ts";
import type { FlowSwitches } from "./flow/message-effect.ts";
import type { EventForms } from "./webhooks/event.ts";

interface Switches extends FlowSwitches, ApiShapes {
  readonly searchEnvelope: SearchEnvelope;
  readonly searchOrder: SearchOrder;
  readonly problemErrorsShape: ProblemErrorsShape;
  readonly shipmentReferenceForm: ShipmentReferenceForm;
}

export type Assumptions = Partial<Switches> & { readonly webhooks?: EventForms };

const WEBHOOKS = "webhooks.";

/** `text` and `count` are open; everything else is one of the list, the default first. */
const VALUES: { readonly [Name in keyof Switches]: readonly Switches[Name][] | "text" | "count" } =
  {
    newForExisting: ["creation-unsuccessful", "update"],
    updateForUnknown: ["creation-unsuccessful", "create"],
    replaceRefusedFrom: ["Submitted", "Accepted"],
    automaticSubmission: ["first", "always", "never"],
    declarationsPerShipment: ["one", "export-and-import"],
    searchEnvelope: ["array", "items", "declarations", "results", "data", "value"],
    searchOrder: ["created-asc", "created-desc", "updated-asc", "updated-desc"],
    searchItems: ["full", "id", "stated"],
    problemErrorsShape: ["object", "array", "none"],
    shipmentReferenceForm: ["external", "generated"],
    pathStyle: ["plain", "hyphens"],
    reasonField: "text",
    changeStatus: [202, 200, 204],
    changeReference: [true, false],
    stateRefusal: [400, 403, 409, 422, "asynchronous"],
    retryAfter: ["seconds", "date", "none"],
    movementOrderId: ["external", "reference"],
    linkLifetimeS: "count",
    linkExpiredStatus: [403, 404, 410],
    documentRanges: [true, false],
    documentLength: [true, false],
  };

/** Named with `webhooks.` before them. */
const WEBHOOK_VALUES: { readonly [Name in keyof EventForms]-?: readonly EventForms[Name][] } = {
  members: ["pages", "tutorial"],
  fractionDigits: [3, 0, 7],
  informationType: ["CustomsShipmentInformation", "CustomsShipmentInformationPayload"],
  certificateUrl: ["plain", "tenant"],
  otherKinds: ["CreationUnsuccessful", "none"],
};

const ALL_VALUES: Readonly<Record<string, readonly unknown[] | string>> = {
  ...VALUES,
  ...Object.fromEntries(
    Object.entries(WEBHOOK_VALUES).map(([name, values]) => [`${WEBHOOKS}${name}`, values]),
  ),
};

/**
 * @param texts each `NAME=VALUE`
 * @throws CasBatchError `configuration-invalid` for a name or a value that there is not
 */
export function readAssumptions(texts: readonly string[]): Assumptions {
  const read = texts.map(readAssumption);
  const ofWebhooks = read.filter(([name]) => name.startsWith(WEBHOOKS));
  return {
    ...Object.fromEntries(read.filter(([name]) => !name.startsWith(WEBHOOKS))),
    ...(ofWebhooks.length === 0
      ? {}
      : {
          webhooks: Object.fromEntries(
            ofWebhooks.map(([name, value]) => [name.slice(WEBHOOKS.length), value]),
          ),
        }),
  };
}

function readAssumption(text: string): readonly [string, unknown] {
  const [, name = text, given = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const values = Object.hasOwn(ALL_VALUES, name) ? ALL_VALUES[name] : undefined;
  if (values === undefined) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot assume ${text}: there is no switch ${JSON.stringify(name)}`,
      { hint: `The switches are ${Object.keys(ALL_VALUES).join(", ")}` },
    );
  }
  if (typeof values !== "string") {
    const value = values.find((each) => String(each) === given);
    if (value !== undefined) return [name, value];
  } else if (values === "text" ? given.trim() !== "" : /^[1-9]\d{0,8}$/.test(given)) {
    return [name, values === "text" ? given : Number(given)];
  }
  throw new CasBatchError(
    "configuration-invalid",
    `Cannot assume ${text}: ${JSON.stringify(given)} is no value of ${name}`,
    { hint: `Use ${typeof values === "string" ? OPEN_VALUES[values] : values.join(", ")}` },
  );
}

const OPEN_VALUES: Readonly<Record<string, string>> = {
  text: "the name of a member",
  count: "a whole number greater than 0",
};
