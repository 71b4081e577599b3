// What a person asks to be changed at CAS, one request for each declaration or item, and what was found out about it.
import type { DeclarationActionName } from "../core/codes/change-rules.ts";
import type { CasBatchError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { ChangeBasis, RecordedChange } from "../ledger/contract/changes.ts";
import type { Edit } from "./body-of-edits.ts";
import type { ReplacedList } from "./selective-model.ts";

export interface ChangeRequest {
  readonly kind: Exclude<RecordedChange["kind"], "create-subscription" | "delete-subscription">;
  readonly declarationId: string;
  readonly itemId: string | null;
  readonly action: DeclarationActionName | null;
  /** Of an update, or a new item; null for what has none. */
  readonly content: ChangeContent | null;
  /** Why, for customs; only of an action. */
  readonly reason: string | null;
  /** Where it was read, as the start of a sentence; empty on a command line. */
  readonly place: string;
}

/** Single values, or the body itself. */
export type ChangeContent = readonly Edit[] | JsonObject;

/** What would be sent, and what it would change. */
export interface ChangePlan {
  readonly request: ChangeRequest;
  /** The exact text; null where none is sent. */
  readonly body: string | null;
  readonly was: ChangeBasis & { readonly status: string };
  readonly replaced: readonly ReplacedList[];
  /** Changes of before whose outcome is not known; a person lets this one go all the same. */
  readonly unsettled: readonly RecordedChange[];
}

export type Planned =
  | { readonly kind: "plan"; readonly plan: ChangePlan }
  /** The declaration says already what it would be changed to. */
  | { readonly kind: "unchanged"; readonly request: ChangeRequest; readonly status: string }
  | { readonly kind: "refused"; readonly request: ChangeRequest; readonly error: CasBatchError };

/** What a person allows beyond what is done without asking. */
export interface ChangeChoices {
  readonly replaceCollections: boolean;
  /** Statuses that this version does not know are left to CAS. */
  readonly force: boolean;
  /** A change of before whose outcome is not known is no hindrance. */
  readonly again: boolean;
}

/** The action's name, or `update`: an item is changed where the declaration may be. */
export function aimOf({ action }: Pick<ChangeRequest, "action">): DeclarationActionName | "update" {
  return action ?? "update";
}
