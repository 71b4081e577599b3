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

export const declarationStatuses = {
  New: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Created by CAS, nothing done with it yet",
    nextStep: null,
    source: "assumed",
  },
  Validated: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Passed the checks of CAS",
    nextStep: null,
    source: "assumed",
  },
  Queued: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Waits in CAS for being sent to customs",
    nextStep: null,
    source: "assumed",
  },
  Invalid: {
    stage: "action",
    acceptedAndBeyond: false,
    meaning: "CAS checked the declaration and found faults; it was not sent to customs",
    nextStep: "Correct the cells named with its errors and run the file again",
    source: "seeds/002, Errors",
  },
  ConfigurationError: {
    stage: "action",
    acceptedAndBeyond: false,
    meaning: "A setting is missing in CAS, so CAS does not know how to send it",
    nextStep: "Have the customs flow set up in CAS, then submit the declaration again",
    source: "Declaration statuses",
  },
  Submitted: {
    stage: "at-customs",
    acceptedAndBeyond: false,
    meaning: "Sent to customs, no decision yet",
    nextStep: null,
    source: "Notification event ReplaceUnsuccessful",
  },
  Acknowledged: {
    stage: "at-customs",
    acceptedAndBeyond: false,
    meaning: "Customs confirmed that it arrived, no decision yet",
    nextStep: null,
    source: "Declaration statuses",
  },
  CustomsError: {
    stage: "action",
    acceptedAndBeyond: false,
    meaning: "Customs sent it back with errors",
    nextStep: "Correct the cells named with its errors and run the file again",
    source: "seeds/002, Errors",
  },
  Rejected: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Rejected",
    nextStep: "Look up the reason in CAS and correct the shipment",
    source: "assumed",
  },
  Accepted: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "Legally accepted by customs",
    nextStep: null,
    source: "seeds/004, Replace customs shipment",
  },
  AcceptedForExport: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "Accepted for export",
    nextStep: null,
    source: "Declaration statuses",
  },
  GoodsArrived: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "Cargo information came in and completed the declaration",
    nextStep: null,
    source: "Declaration statuses",
  },
  GoodsNotArrived: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "The goods have not arrived",
    nextStep: "Find out where the goods are and report their arrival in CAS",
    source: "Declaration statuses",
  },
  InProgress: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "CAS discharges goods and processes the declaration further",
    nextStep: null,
    source: "Declaration statuses",
  },
  CreditPending: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "The deferred payment account holds too little for the duties",
    nextStep: "Fill up the account, or the goods are not released",
    source: "Declaration statuses",
  },
  DocumentControl: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Customs wants to see documents",
    nextStep: "Present the documents to customs",
    source: "Declaration statuses",
  },
  ControlRequest: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Customs asks for the data to be checked",
    nextStep: "Check the declaration in CAS and answer customs",
    source: "Declaration statuses",
  },
  CustomsInformationRequest: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Customs wants more information",
    nextStep: "Answer the question of customs in CAS",
    source: "Declaration statuses",
  },
  CustomsRequestsAmendment: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Customs asks for an amendment",
    nextStep: "Amend the declaration in CAS",
    source: "Declaration statuses",
  },
  CustomsRequestsInvalidation: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Customs asks for the declaration to be withdrawn",
    nextStep: "Invalidate the declaration in CAS",
    source: "Declaration statuses",
  },
  Amendable: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "Opened for an amendment and can be edited",
    nextStep: "Make the change in CAS and send the amendment",
    source: "Declaration statuses",
  },
  Amending: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "An amendment was sent, no decision yet",
    nextStep: null,
    source: "Declaration statuses",
  },
  AmendmentError: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "The amendment was refused",
    nextStep: "Correct the amendment in CAS and send it again",
    source: "Declaration statuses",
  },
  Invalidating: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "A withdrawal was sent, no decision yet",
    nextStep: null,
    source: "assumed",
  },
  InvalidationError: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "The withdrawal was refused",
    nextStep: "Look up the reason in CAS and repeat the withdrawal",
    source: "assumed",
  },
  Invalidated: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "Withdrawn",
    nextStep: null,
    source: "assumed",
  },
  Cancelled: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "Cancelled",
    nextStep: null,
    source: "Declaration statuses",
  },
  Released: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "Released by customs",
    nextStep: null,
    source: "seeds/000, Step 5",
  },
  Departed: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "The goods have departed, their exit is not confirmed yet",
    nextStep: null,
    source: "Declaration statuses",
  },
  ExitConfirmationNotYetReceived: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "No confirmation that the goods left the customs union",
    nextStep: "Check whether another proof of exit must be handed in",
    source: "Declaration statuses",
  },
  ExitConfirmed: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "The goods have left the customs union",
    nextStep: null,
    source: "Declaration statuses",
  },
  Alerted: {
    stage: "action",
    acceptedAndBeyond: true,
    meaning: "An alert was raised",
    nextStep: "Look up the alert in CAS",
    source: "Declaration statuses",
  },
  ChangingDestination: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "A change of destination is being handled",
    nextStep: null,
    source: "Declaration statuses",
  },
  Diverted: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "The goods were diverted",
    nextStep: null,
    source: "Declaration statuses",
  },
  Delivered: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "The goods were delivered",
    nextStep: null,
    source: "Declaration statuses",
  },
  Discharged: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "May be written off, counts as discharged",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpNew: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Business continuity: created, nothing done with it yet",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpValidated: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Business continuity: passed the checks of CAS",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpQueued: {
    stage: "before-customs",
    acceptedAndBeyond: false,
    meaning: "Business continuity: waits for being sent",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpSubmitted: {
    stage: "at-customs",
    acceptedAndBeyond: false,
    meaning: "Business continuity: sent, no decision yet",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpAccepted: {
    stage: "at-customs",
    acceptedAndBeyond: true,
    meaning: "Business continuity: accepted",
    nextStep: null,
    source: "Declaration statuses",
  },
  BcpReleased: {
    stage: "done",
    acceptedAndBeyond: true,
    meaning: "Business continuity: released",
    nextStep: null,
    source: "Declaration statuses",
  },
} as const satisfies Record<string, StatusEntry>;

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

/** Whether nothing moves by itself any more: it is done, or a person must act. */
export function isAtRest(status: string): boolean {
  const { stage } = statusMeaning(status);
  return stage === "done" || stage === "action";
}

/** The statuses that are at rest, spelled as CAS spells them. */
export const restingStatuses: readonly string[] = Object.keys(declarationStatuses).filter(isAtRest);

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
