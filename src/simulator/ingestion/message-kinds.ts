// The kinds of message beside the customs shipment: path, scope, and what is checked of each while the caller
// waits. Source: seeds/003 for the kinds; Movement orders for the path, the scope and the model of that one.
// Assumed: the other paths, in the style of those that are known, their scope, and that no member of theirs is
// known; only what a message may call itself by must be text.
import * as z from "zod";
import type { FieldError } from "../api/answer.ts";
import { fieldErrors } from "../api/field-errors.ts";
import { textAt, type Content } from "../flow/message-content.ts";
import type { OtherMessageKind } from "../journal/journal-entry.ts";

export interface KindEndpoint {
  readonly messageKind: OtherMessageKind;
  readonly path: string;
  /** The other plausible form of a path that is assumed; null for one that is documented. */
  readonly hyphenatedPath: string | null;
  readonly scope: string;
  readonly model: z.ZodType;
  /** The member that a message of this kind is first known by. */
  readonly keyName: string;
}

/** What a message may call itself by, the first that is there; but its kind's own name for it comes before. Source: assumed. */
const KEY_NAMES = [
  "externalReference",
  "itemId",
  "code",
  "reference",
  "materialListReference",
  "declarationReference",
  "declarationId",
  "customsShipmentReference",
  "id",
  "name",
] as const;

const text = z.string("must be text");

const anyMessage = z.looseObject(
  Object.fromEntries(KEY_NAMES.map((name) => [name, text.optional()])),
  "must be a JSON object",
);

/** Source: Data types: a timestamp ends in Z or an offset. */
const timestamp = z
  .string("must be text")
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:\d{2})$/,
    "must be a timestamp that ends in Z or an offset",
  );

/** Source: Movement orders, MovementIngest. */
const movementOrder = anyMessage.extend({
  timestamp: timestamp.optional(),
  documentReference: text.optional(),
  externalReference: text.optional(),
  type: text.optional(),
  externalMovementType: text.optional(),
  status: text.optional(),
  category: text.optional(),
  remark: text.optional(),
  customsDestination: z
    .enum(["HomeUse", "PartialHomeUse"], "must be HomeUse or PartialHomeUse")
    .optional(),
  writeOffRules: z
    .array(
      z.looseObject(
        {
          customsStatus: z.enum(["Free", "Bonded"], "must be Free or Bonded").optional(),
          isOfPreferentialOrigin: z.boolean("must be true or false").optional(),
        },
        "must be an object",
      ),
      "must be an array",
    )
    .optional(),
});

export const MESSAGE_KINDS: readonly KindEndpoint[] = [
  assumed("ArticleDataItem", "article-data-items", "itemId"),
  assumed("BusinessPartners", "business-partners", "code"),
  assumed("CertificateOfOrigin", "certificates-of-origin"),
  assumed("Formula", "formulas"),
  assumed("MaterialList", "material-lists"),
  assumed("MaterialListInvalidationRequest", "material-list-invalidation-requests"),
  {
    messageKind: "MovementOrder",
    path: "/v1/movementorders",
    hyphenatedPath: null,
    scope: "create:wms",
    model: movementOrder,
    keyName: "externalReference",
  },
];

function assumed(
  messageKind: OtherMessageKind,
  hyphenated: string,
  keyName = "externalReference",
): KindEndpoint {
  return {
    messageKind,
    path: `/v1/${hyphenated.replaceAll("-", "")}`,
    hyphenatedPath: `/v1/${hyphenated}`,
    scope: "create:messages",
    model: anyMessage,
    keyName,
  };
}

export function checkMessage(model: z.ZodType, value: unknown): readonly FieldError[] {
  const checked = model.safeParse(value);
  return checked.success ? [] : fieldErrors(checked.error);
}

/** Null when the message names itself by nothing that is known. */
export function keyOf({ keyName }: KindEndpoint, message: Content): string | null {
  for (const name of [keyName, ...KEY_NAMES]) {
    const key = textAt(message, name);
    if (key !== null) return key;
  }
  return null;
}
