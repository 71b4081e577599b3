// The switches of everything that no page states, by name: what `cas-batch simulator --assume NAME=VALUE` takes.
import { CasBatchError } from "../core/errors.ts";
import type { ProblemErrorsShape } from "./api/answer.ts";
import type { SearchEnvelope, SearchOrder, ShipmentReferenceForm } from "./api/api-request.ts";
import type { ApiShapes } from "./api/api-shapes.ts";
import type { FlowSwitches } from "./flow/message-effect.ts";

interface Switches extends FlowSwitches, ApiShapes {
  readonly searchEnvelope: SearchEnvelope;
  readonly searchOrder: SearchOrder;
  readonly problemErrorsShape: ProblemErrorsShape;
  readonly shipmentReferenceForm: ShipmentReferenceForm;
}

export type Assumptions = Partial<Switches>;

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

/**
 * @param texts each `NAME=VALUE`
 * @throws CasBatchError `configuration-invalid` for a name or a value that there is not
 */
export function readAssumptions(texts: readonly string[]): Assumptions {
  return Object.fromEntries(texts.map(readAssumption));
}

function readAssumption(text: string): readonly [string, unknown] {
  const [, name = text, given = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (!Object.hasOwn(VALUES, name)) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot assume ${text}: there is no switch ${JSON.stringify(name)}`,
      { hint: `The switches are ${Object.keys(VALUES).join(", ")}` },
    );
  }
  const values: readonly unknown[] | string = VALUES[name as keyof Switches];
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
