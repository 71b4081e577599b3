// Which status of a declaration allows which change or action, and which corrections there are for it. One table for
// everyone: a change is checked by it before it is sent, `explain` and the report offer corrections by it. The list of
// statuses is not complete, so an unknown one is neither allowed nor forbidden: a person decides (`--force`).
import type { Environment, ShipmentKey } from "../shipment.ts";
import { amendFlag, shellWord } from "../settle-command.ts";
import { declarationStatuses, statusMeaning, type StatusMeaning } from "./declaration-statuses.ts";

export type ChangeAim = "update" | DeclarationActionName;

/** Source: page Declaration actions. They need members that no page shows, so a file gives their body. */
export const exciseActions = [
  "receipt-report",
  "complementary-explanation",
  "change-destination",
  "reject-or-alert-ead",
  "delay-for-delivery",
] as const;

/** Source: page Declaration actions, and seeds/001 for `amend`; their paths are assumed. */
export const declarationActions = [
  "submit",
  "validate",
  "invalidate",
  "goods-arrived",
  "generate-sad",
  "amend",
  ...exciseActions,
] as const;
export type DeclarationActionName = (typeof declarationActions)[number];

type Status = keyof typeof declarationStatuses;

const statuses = Object.keys(declarationStatuses) as readonly Status[];
const where = (wanted: (meaning: StatusMeaning) => boolean): readonly Status[] =>
  statuses.filter((status) => wanted(declarationStatuses[status]));

const notSent = [
  ...where(({ stage }) => stage === "before-customs"),
  "Invalid",
  "ConfigurationError",
] as const satisfies readonly Status[];
const rejected = ["CustomsError", "Rejected"] as const satisfies readonly Status[];
const withdrawn: readonly Status[] = ["Invalidated", "Cancelled", "Invalidating"];
const filed = where(({ acceptedAndBeyond }) => acceptedAndBeyond).filter(
  (status) => !withdrawn.includes(status) && status !== "Rejected",
);

interface ChangeRule {
  readonly statuses: readonly string[];
  /** Where the rule is named; which statuses it means is our reading. */
  readonly source: string;
}

const onMovement: ChangeRule = {
  statuses: filed,
  source: "Declaration actions, for excise movements; the statuses are assumed",
};

/** Each can be replaced by `changes.allowedIn` in the configuration. */
const changeRules: Readonly<Record<ChangeAim, ChangeRule>> = {
  update: {
    statuses: [...notSent, ...rejected, "Amendable", "AmendmentError"],
    source:
      "seeds/004, Update declaration: not yet sent to customs, or rejected by customs; Declaration statuses for Amendable; Basic data flow for errors",
  },
  submit: {
    statuses: [...notSent, ...rejected, "Amendable", "AmendmentError"],
    source: "Declaration actions: where automatic submission is off, or errors were corrected",
  },
  validate: {
    statuses: [...notSent, ...rejected, "Amendable", "AmendmentError"],
    source: "assumed",
  },
  invalidate: {
    statuses: filed,
    source: "seeds/004, Invalidate declaration: status Accepted and beyond",
  },
  "goods-arrived": {
    statuses: ["Submitted", "Acknowledged", "Accepted", "AcceptedForExport", "GoodsNotArrived"],
    source: "Declaration actions, for pre-lodged declarations; the statuses are assumed",
  },
  "generate-sad": { statuses, source: "assumed" },
  amend: {
    statuses: filed.filter((status) => status !== "Amending"),
    source: "seeds/001 names the action; the statuses are assumed",
  },
  "receipt-report": onMovement,
  "complementary-explanation": onMovement,
  "change-destination": onMovement,
  "reject-or-alert-ead": onMovement,
  "delay-for-delivery": onMovement,
};

/** The statuses that a configuration allows instead, by aim. */
export type AllowedIn = Readonly<Partial<Record<ChangeAim, readonly string[] | undefined>>>;

export function isAllowed(
  aim: ChangeAim,
  status: string,
  allowedIn: AllowedIn,
): "allowed" | "forbidden" | "not-known" {
  const isSame = (other: string): boolean => other.toLowerCase() === status.toLowerCase();
  if ((allowedIn[aim] ?? changeRules[aim].statuses).some(isSame)) return "allowed";
  return statuses.some(isSame) ? "forbidden" : "not-known";
}

/** One of the four ways to correct what CAS has. Source: seeds/004, Corrections. */
export interface Correction {
  readonly kind: "replace" | "update-shipment" | "update-declaration" | "amend" | "invalidate";
  /** When it is the right one. */
  readonly when: string;
  /** Can be pasted; words in capitals are to be filled in. */
  readonly command: string;
}

/**
 * The corrections that the status of a declaration allows, the lightest first. For a status that is not known, all:
 * each command checks it again.
 */
export function correctionsOf(
  declaration: { readonly declarationId: string; readonly currentStatus: string },
  key: ShipmentKey | null,
  environment: Environment,
  allowedIn: AllowedIn = {},
): readonly Correction[] {
  const { declarationId, currentStatus } = declaration;
  const may = (aim: ChangeAim): boolean => isAllowed(aim, currentStatus, allowedIn) !== "forbidden";
  const isWithdrawn = withdrawn.some(
    (status) => status.toLowerCase() === currentStatus.toLowerCase(),
  );
  const { acceptedAndBeyond } = statusMeaning(currentStatus);
  const on = `--env ${environment}`;
  const id = shellWord(declarationId);
  const corrections: Correction[] = [];
  if (may("update")) {
    corrections.push({
      kind: "update-declaration",
      when: "a few values of this declaration, without a new start of the flow",
      command: `cas-batch declarations update ${id} ${on} --set PATH=VALUE`,
    });
  }
  if (key !== null && !isWithdrawn) {
    const amend = acceptedAndBeyond ? ` ${amendFlag(key)}` : "";
    corrections.push({
      kind: "update-shipment",
      when: `the shipment, from its corrected file (message type Update or Upsert)${acceptedAndBeyond ? "; CAS amends or invalidates what is filed" : ""}`,
      command: `cas-batch submit FILE ${on}${amend}`,
    });
  }
  if (key !== null && !acceptedAndBeyond) {
    corrections.push({
      kind: "replace",
      when: "everything anew, from its corrected file with message type Replace; edits made in CAS are lost",
      command: `cas-batch submit FILE ${on}`,
    });
  }
  if (may("amend")) {
    corrections.push({
      kind: "amend",
      when: "what is filed, when customs is to be told of a change",
      command: `cas-batch declarations amend ${id} ${on}`,
    });
  }
  if (may("invalidate")) {
    corrections.push({
      kind: "invalidate",
      when: "withdraw what is filed; customs is told the reason",
      command: `cas-batch declarations invalidate ${id} ${on} --reason "REASON"`,
    });
  }
  return corrections;
}
