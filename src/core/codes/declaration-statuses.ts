// What the status of a declaration means to the one who must act on it. One table for everyone:
// submit asks what may still be changed, reconcile what can still move, the report what to say.
// The published list breaks off after `InProgress` and has grown over time, so it is never taken as
// complete: an unknown status passes through and is treated with care.

export interface StatusMeaning {
  /** `action` waits for a person; `done` is the end of the usual way. Neither moves by itself. */
  readonly stage: "before-customs" | "at-customs" | "action" | "done";
  /**
   * Whether a change to the shipment would amend or invalidate something that is already filed.
   * Source: seeds/004, Replace customs shipment, names the line; which statuses lie beyond it is
   * assumed.
   */
  readonly acceptedAndBeyond: boolean;
  /** In words to show. */
  readonly meaning: string;
  /** What a person has to do; null when there is nothing to do but wait, or nothing at all. */
  readonly nextStep: string | null;
}

interface StatusEntry extends StatusMeaning {
  /** Where the status is named; `assumed` when it is only implied. The stage is our reading. */
  readonly source: string;
}

const entry =
  (stage: StatusEntry["stage"]) =>
  (meaning: string, rest: Partial<StatusEntry> = {}): StatusEntry => ({
    stage,
    acceptedAndBeyond: false,
    meaning,
    nextStep: null,
    source: "Declaration statuses",
    ...rest,
  });
const beforeCustoms = entry("before-customs");
const atCustoms = entry("at-customs");
const action = entry("action");
const done = entry("done");

export const declarationStatuses = {
  New: beforeCustoms("Created by CAS, nothing done with it yet", { source: "assumed" }),
  Validated: beforeCustoms("Passed the checks of CAS", { source: "assumed" }),
  Queued: beforeCustoms("Waits in CAS for being sent to customs", { source: "assumed" }),
  Invalid: action("CAS checked the declaration and found faults; it was not sent to customs", {
    nextStep: "Correct what is named with its errors and run the file again",
    source: "seeds/002, Errors",
  }),
  ConfigurationError: action("A setting is missing in CAS, so CAS does not know how to send it", {
    nextStep: "Have the customs flow set up in CAS, then submit the declaration again",
  }),
  Submitted: atCustoms("Sent to customs, no decision yet", {
    source: "Notification event ReplaceUnsuccessful",
  }),
  Acknowledged: atCustoms("Customs confirmed that it arrived, no decision yet"),
  CustomsError: action("Customs sent it back with errors", {
    nextStep: "Correct what is named with its errors and run the file again",
    source: "seeds/002, Errors",
  }),
  Rejected: action("Rejected", {
    acceptedAndBeyond: true,
    nextStep: "Look up the reason in CAS and correct the shipment",
    source: "assumed",
  }),
  Accepted: atCustoms("Legally accepted by customs", {
    acceptedAndBeyond: true,
    source: "seeds/004, Replace customs shipment",
  }),
  AcceptedForExport: atCustoms("Accepted for export", { acceptedAndBeyond: true }),
  GoodsArrived: atCustoms("Cargo information came in and completed the declaration", {
    acceptedAndBeyond: true,
  }),
  GoodsNotArrived: action("The goods have not arrived", {
    acceptedAndBeyond: true,
    nextStep: "Find out where the goods are and report their arrival in CAS",
  }),
  InProgress: atCustoms("CAS discharges goods and processes the declaration further", {
    acceptedAndBeyond: true,
  }),
  CreditPending: action("The deferred payment account holds too little for the duties", {
    acceptedAndBeyond: true,
    nextStep: "Fill up the account, or the goods are not released",
  }),
  DocumentControl: action("Customs wants to see documents", {
    acceptedAndBeyond: true,
    nextStep: "Present the documents to customs",
  }),
  ControlRequest: action("Customs asks for the data to be checked", {
    acceptedAndBeyond: true,
    nextStep: "Check the declaration in CAS and answer customs",
  }),
  CustomsInformationRequest: action("Customs wants more information", {
    acceptedAndBeyond: true,
    nextStep: "Answer the question of customs in CAS",
  }),
  CustomsRequestsAmendment: action("Customs asks for an amendment", {
    acceptedAndBeyond: true,
    nextStep: "Amend the declaration in CAS",
  }),
  CustomsRequestsInvalidation: action("Customs asks for the declaration to be withdrawn", {
    acceptedAndBeyond: true,
    nextStep: "Invalidate the declaration in CAS",
  }),
  Amendable: action("Opened for an amendment and can be edited", {
    acceptedAndBeyond: true,
    nextStep: "Make the change in CAS and send the amendment",
  }),
  Amending: atCustoms("An amendment was sent, no decision yet", { acceptedAndBeyond: true }),
  AmendmentError: action("The amendment was refused", {
    acceptedAndBeyond: true,
    nextStep: "Correct the amendment in CAS and send it again",
  }),
  Invalidating: atCustoms("A withdrawal was sent, no decision yet", {
    acceptedAndBeyond: true,
    source: "assumed",
  }),
  InvalidationError: action("The withdrawal was refused", {
    acceptedAndBeyond: true,
    nextStep: "Look up the reason in CAS and repeat the withdrawal",
    source: "assumed",
  }),
  Invalidated: done("Withdrawn", { acceptedAndBeyond: true, source: "assumed" }),
  Cancelled: done("Cancelled", { acceptedAndBeyond: true }),
  Released: done("Released by customs", { acceptedAndBeyond: true, source: "seeds/000, Step 5" }),
  Departed: atCustoms("The goods have departed, their exit is not confirmed yet", {
    acceptedAndBeyond: true,
  }),
  ExitConfirmationNotYetReceived: action("No confirmation that the goods left the customs union", {
    acceptedAndBeyond: true,
    nextStep: "Check whether another proof of exit must be handed in",
  }),
  ExitConfirmed: done("The goods have left the customs union", { acceptedAndBeyond: true }),
  Alerted: action("An alert was raised", {
    acceptedAndBeyond: true,
    nextStep: "Look up the alert in CAS",
  }),
  ChangingDestination: atCustoms("A change of destination is being handled", {
    acceptedAndBeyond: true,
  }),
  Diverted: atCustoms("The goods were diverted", { acceptedAndBeyond: true }),
  Delivered: done("The goods were delivered", { acceptedAndBeyond: true }),
  Discharged: done("May be written off, counts as discharged", { acceptedAndBeyond: true }),
  BcpNew: beforeCustoms("Business continuity: created, nothing done with it yet"),
  BcpValidated: beforeCustoms("Business continuity: passed the checks of CAS"),
  BcpQueued: beforeCustoms("Business continuity: waits for being sent"),
  BcpSubmitted: atCustoms("Business continuity: sent, no decision yet"),
  BcpAccepted: atCustoms("Business continuity: accepted", { acceptedAndBeyond: true }),
  BcpReleased: done("Business continuity: released", { acceptedAndBeyond: true }),
} satisfies Record<string, StatusEntry>;

/** The careful side: not to be changed without being asked, and possibly still moving. */
const unknownStatus = {
  stage: "at-customs",
  acceptedAndBeyond: true,
  meaning: "Not known to this version of cas-batch",
  nextStep: "Look the declaration up in CAS",
} as const satisfies StatusMeaning;

const meaningByLowerCase: ReadonlyMap<string, StatusMeaning> = new Map(
  Object.entries(declarationStatuses).map(([status, entry]) => [status.toLowerCase(), entry]),
);

/** What a status means, however its letters are cased; an unknown one gets the careful answer. */
export function statusMeaning(status: string): StatusMeaning {
  return meaningByLowerCase.get(status.toLowerCase()) ?? unknownStatus;
}

const places = new Map([...meaningByLowerCase.keys()].map((status, place) => [status, place]));

/** Where a status stands on the usual way; one that is not known, at the end. */
export function statusPlace(status: string): number {
  return places.get(status.toLowerCase()) ?? places.size;
}

/**
 * The statuses that follow each other, whatever comes between: an earlier one after a later one is no usual way.
 * Left out are those of amendments, withdrawals, business continuity and requests of customs, which may come
 * before and after others. Source: assumed.
 */
const way: readonly (readonly (keyof typeof declarationStatuses)[])[] = [
  ["New", "Validated", "Queued"],
  ["Submitted", "Acknowledged"],
  ["Accepted", "AcceptedForExport"],
  ["Released", "ExitConfirmed", "Delivered", "Discharged"],
];
const stretches = new Map(
  way.flatMap((statuses, at) => statuses.map((status) => [status.toLowerCase(), at] as const)),
);

/** How far along the way a status is; null where it says nothing about that. */
export function stretchOfWay(status: string): number | null {
  return stretches.get(status.toLowerCase()) ?? null;
}

/** Whether nothing moves by itself any more: it is done, or a person must act. */
export function isAtRest(status: string): boolean {
  const { stage } = statusMeaning(status);
  return stage === "done" || stage === "action";
}

/** The statuses that are at rest, spelled as CAS spells them. */
export const restingStatuses: readonly string[] = Object.keys(declarationStatuses).filter(isAtRest);

/** The statuses in which a declaration waits for a person. */
export const actionStatuses: readonly string[] = Object.keys(declarationStatuses).filter(
  (status) => statusMeaning(status).stage === "action",
);

/**
 * The statuses in which a declaration carries errors.
 * Source: seeds/002, Errors, for the first two; the others, which tell of a refusal, are assumed.
 */
export const errorStatuses = [
  "Invalid",
  "CustomsError",
  "ConfigurationError",
  "AmendmentError",
  "InvalidationError",
  "Rejected",
] as const satisfies readonly (keyof typeof declarationStatuses)[];
