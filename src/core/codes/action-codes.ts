// Every kind of row on the sheet Action needed: what is the matter, how urgent it is, what to do as a rule.
// A discrepancy between our books and CAS is an action like any other. One table: `docs/errors.md` is
// generated from it, and the report, its JSON twin and `--json` show its codes.

/** 1 is the worst; 1 to 3 need a person and change the exit code, 4 is only to know. */
export type Priority = 1 | 2 | 3 | 4;

interface ActionCodeEntry {
  readonly priority: Priority;
  /** What happened, where the row has nothing more exact. */
  readonly title: string;
  readonly meaning: string;
  /** As a rule; the row names what is certain of its own case. */
  readonly nextStep: string;
}

type Texts = Omit<ActionCodeEntry, "priority">;

const urgent = (texts: Texts): ActionCodeEntry => ({ priority: 1, ...texts });
const toCorrect = (texts: Texts): ActionCodeEntry => ({ priority: 2, ...texts });
const toDecide = (texts: Texts): ActionCodeEntry => ({ priority: 3, ...texts });
const toKnow = (texts: Texts): ActionCodeEntry => ({ priority: 4, ...texts });

export const actionCodes = {
  "outcome-unknown": urgent({
    title: "Outcome unknown",
    meaning: "A message was sent and no answer came: it is not known whether CAS has it.",
    nextStep: "Run `cas-batch resume`: it asks CAS before anything is sent again",
  }),
  "not-sent": urgent({
    title: "Not sent",
    meaning: "Shipments of a file are ready and were not sent, because the run stopped before.",
    nextStep: "Run `cas-batch resume`",
  }),
  "declaration-waits": urgent({
    title: "Declaration waits for a person",
    meaning: "A declaration is in a status that does not move before a person has acted.",
    nextStep: "Do what the status asks for; `cas-batch explain REFERENCE` shows the shipment",
  }),
  "earlier-open": toCorrect({
    title: "Open from earlier files",
    meaning:
      "Shipments that stand in no file of this run need a person: refused, held, with mistakes, or with a declaration that waits. Their files were archived, or are gone.",
    nextStep: "Run `cas-batch report --only open`: it lists each with what to do",
  }),
  "file-rejected": toCorrect({
    title: "Not sent: the file was rejected",
    meaning: "Nothing of a file was sent, because it was rejected as a whole.",
    nextStep: "Correct the errors of this file and run it again",
  }),
  "errors-in-file": toCorrect({
    title: "Not sent: errors in the file",
    meaning: "A shipment has errors in the file and was not sent.",
    nextStep: "Correct the cells named and run the file again",
  }),
  "row-not-sent": toCorrect({
    title: "Row not sent",
    meaning: "A row of a file belongs to no shipment, so nothing of it was sent.",
    nextStep: "Correct it and run the file again",
  }),
  "file-not-read": toCorrect({
    title: "File or sheet not read",
    meaning: "A file or one of its sheets could not be read, so nothing of it was sent.",
    nextStep: "Correct it and run the file again",
  }),
  refused: toCorrect({
    title: "Refused by CAS",
    meaning: "CAS refused a message; nothing of it was processed.",
    nextStep: "Correct the values named and run the file again",
  }),
  "errors-in-cas": toCorrect({
    title: "Mistakes in CAS",
    meaning: "CAS took a message and says, when it is read there, that it has mistakes.",
    nextStep: "Correct it in CAS, or send it corrected under a reference of its own",
  }),
  "no-declaration": toCorrect({
    title: "No declaration found",
    meaning:
      "CAS took a shipment, and no declaration of it can be found after the time of `reconcile.declarationAfter`.",
    nextStep: "Look the shipment up in CAS, or ask Customs4trade about its reference id",
  }),
  "status-backwards": toCorrect({
    title: "Status moved backwards",
    meaning:
      "A declaration is in an earlier status than it was before, and no amendment or withdrawal was seen in between.",
    nextStep: "Look the declaration up in CAS, and do not rely on its earlier status",
  }),
  "siblings-missing": toDecide({
    title: "Declarations missing",
    meaning:
      "CAS says how many declarations it has made of a shipment, and not all of them have been seen.",
    nextStep: "Run `cas-batch declarations search --external-reference REFERENCE`",
  }),
  held: toDecide({
    title: "Held back",
    meaning: "A shipment is not sent before a person has decided; the reason says about what.",
    nextStep: "Decide, then run the same command again",
  }),
  "status-unknown": toDecide({
    title: "Status not known",
    meaning: "A declaration is in a status that this version does not know.",
    nextStep: "Look the declaration up in CAS",
  }),
  "notification-differs": toDecide({
    title: "Notification and search differ",
    meaning:
      "A notification told a status of a declaration, and the search showed another one afterwards.",
    nextStep: "Look the declaration up in CAS; the next `cas-batch reconcile` asks again",
  }),
  "sent-by-others": toDecide({
    title: "Declared, but not sent from here",
    meaning:
      "CAS has a declaration under the reference of a shipment that was not sent from here: another sender, or a person, may have declared it.",
    nextStep: "Look the declaration up in CAS before the shipment is corrected and sent",
  }),
  "learned-by-polling": toDecide({
    title: "Notifications do not arrive",
    meaning:
      "Notifications are in use, but statuses of the last days were seen first by the search: the receiver is down, or its subscription is gone.",
    nextStep: "Run `cas-batch listen`, and check `cas-batch subscriptions list`",
  }),
  "listener-ended": toKnow({
    title: "Statuses by polling only",
    meaning:
      "Notifications were in use until the receiver was stopped in the ordinary way; since then statuses are learned by the search alone.",
    nextStep:
      "Run `cas-batch listen` again; where it was stopped for good, delete its subscription with `cas-batch subscriptions delete`",
  }),
  "not-in-files": toKnow({
    title: "In no file of ours",
    meaning: "CAS has declarations that no file explains. They may be those of another sender.",
    nextStep: 'Open the sheet "Not in files"',
  }),
  "notifications-contradict": toKnow({
    title: "Notifications contradict each other",
    meaning:
      "Two notifications with one id say different things, or a notification names another LRN or MRN than the search does.",
    nextStep: "Ask Customs4trade about them; `cas-batch notifications list` shows them",
  }),
  "documents-not-fetched": toKnow({
    title: "Documents not fetched",
    meaning:
      "CAS has documents of our declarations of a kind that was fetched before, and they have not been fetched for more than a day.",
    nextStep: "Run `cas-batch reconcile --attachments DIR`",
  }),
} as const satisfies Record<string, ActionCodeEntry>;

export type ActionCode = keyof typeof actionCodes;
