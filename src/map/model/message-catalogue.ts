// What the mapping must know of one kind of message: its fields, its form, its lists, and the members
// that rules speak of. A plan hands it on to the rows and rules.
import type { z } from "zod";
import type { MessageKind } from "../../core/message-kind.ts";
import type { FieldLevel } from "./levels.ts";
import type { PathSegments } from "./member-path.ts";
import type { ListName } from "./member-tree.ts";
import type { ValueRule } from "./value-rule.ts";

export interface MessageCatalogue {
  readonly kind: MessageKind;
  /** In the order in which templates show them. */
  readonly fields: readonly CatalogueField[];
  /** The form of a message as far as it is known. */
  readonly schema: z.ZodObject;
  /** The lists that rows add to, and where each stands within its level. */
  readonly lists: readonly MessageList[];
  readonly members: Readonly<Record<KnownMember, KnownPlace>>;
  /** Names of members that say a sum of the goods items. */
  readonly totals: Readonly<Record<TotalKind, RegExp>>;
  /** Headers that a sheet must have, by its role. */
  readonly requiredHeaders: Readonly<Record<SheetRole, readonly string[]>>;
}

export interface CatalogueField {
  readonly header: string;
  /**
   * Shape: a member path; `[]` is the list that rows add to, `[0]` the first element of another.
   * Null for what is no member of the message.
   */
  readonly path: string | null;
  readonly level: FieldLevel;
  readonly rule: ValueRule;
  /** The column must be there, and so must the value. */
  readonly required: boolean;
  readonly note: string;
  readonly example: string;
  /** What a template offers; other values may be allowed too. */
  readonly offered: readonly string[];
  /** Written beside the value into the same object. */
  readonly companion?: { readonly path: string; readonly value: string };
  /** How the unit of the header may be written; another unit is suspicious. */
  readonly units?: readonly string[];
  /** The group of columns that a template adds on demand; the paths of such fields are assumed. */
  readonly group?: string;
}

interface MessageList {
  readonly name: ListName;
  /** Where the list stands. */
  readonly level: FieldLevel;
  readonly segments: PathSegments;
  /** What its elements are. */
  readonly elements: FieldLevel;
}

interface KnownPlace {
  readonly level: FieldLevel;
  /** Shape: `goodsMeasure.gmass`. */
  readonly member: string;
}

/** The members that the key of a message, and rules about it, speak of. */
export type KnownMember =
  | "reference"
  | "messageType"
  | "description"
  | "grossMass"
  | "netMass"
  | "amount"
  | "amountCurrency"
  | "invoiceCurrency"
  | "packageType"
  | "packageQuantity"
  | "shippingMarks"
  | "declarationType"
  | "documentCategory"
  | "documentType";

export type TotalKind = "grossMass" | "netMass" | "packages" | "items";

export type SheetRole = "shipments" | "goods items" | "packaging" | "documents";
