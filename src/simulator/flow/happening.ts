// What happens in CAS that the outside could be told of, in the order in which it happens. It follows from the
// journal alone: a simulator started again sees the same happenings in the same order, and `isFresh` tells
// those that are new from those it has seen in a former life. Which of them become notifications, and of
// what shape, is not decided here.
import type { DeclarationAction, OtherMessageKind } from "../journal/journal-entry.ts";
import type { Attachment, Declaration } from "./declaration.ts";

export type Happening =
  | { readonly kind: "declaration-status-changed"; readonly declaration: Declaration }
  | {
      readonly kind: "declaration-pdf-created";
      readonly declaration: Declaration;
      readonly attachment: Attachment;
    }
  | {
      readonly kind: "declaration-action-finished";
      readonly declaration: Declaration;
      readonly action: DeclarationAction;
      /** Empty when it was done. Nothing documented tells the outside. */
      readonly errorDescriptions: readonly string[];
    }
  | {
      readonly kind: "creation-unsuccessful" | "replace-successful" | "replace-unsuccessful";
      readonly ingestionReferences: readonly string[];
      readonly direction: "IN" | "OUT";
      readonly externalReference: string;
      readonly errorDescriptions: readonly string[];
    }
  | {
      /** Of a message that is no customs shipment; its event is not documented. */
      readonly kind: "ingestion-unsuccessful";
      readonly messageKind: OtherMessageKind;
      readonly ingestionReferences: readonly string[];
      readonly key: string | null;
      readonly errorDescriptions: readonly string[];
    }
  | {
      readonly kind: "certificate-pdf-created";
      readonly certificate: Certificate;
    };

export interface Certificate {
  readonly certificateOfOriginId: string;
  /** Shape: 32 hexadecimal digits. Source: CoOPDFCreated (notification event), the example. */
  readonly attachmentId: string;
  readonly declaration: Declaration;
  readonly createdAtMs: number;
}

/**
 * @param at when it happened, ISO 8601 in UTC
 * @param isFresh false while a former life of the simulator is read back
 */
export type OnHappening = (happening: Happening, at: string, isFresh: boolean) => void;
