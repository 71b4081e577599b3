// The shipments and declarations as they stand, made from journal entries and from nothing else:
// applying the same entries gives the same book, live or after a restart.
import type { Direction } from "../../core/shipment.ts";
import type {
  AcceptedEntry,
  ChangedEntry,
  ChangeEntry,
  ProcessedEntry,
  TransitionEntry,
} from "../journal/journal-entry.ts";
import type { Attachment, Declaration, PendingTransition, Shipment } from "./declaration.ts";
import { messageOf, resultOfChange, verdictOn } from "./declaration-change.ts";
import { ownDocument } from "./declaration-document.ts";
import { isLive, nextStatus } from "./lifecycle.ts";
import { parseContent } from "./message-content.ts";
import { updatedContent, type FlowSwitches } from "./message-effect.ts";
import { judge, splitIntoDeclarations, type Verdict } from "./outcome-rules.ts";
import { shipmentFacts } from "./shipment-facts.ts";

export interface ShipmentBook {
  readonly shipment: (direction: Direction, externalReference: string) => Shipment | null;
  readonly declaration: (declarationId: string) => Declaration | null;
  /** The shipments of either direction under a reference. */
  readonly shipmentsUnder: (externalReference: string) => readonly Shipment[];
  /** Oldest first. Shape: every declaration that has a status, each once. */
  readonly inCreationOrder: () => readonly Declaration[];
  /** Longest untouched first. Shape: as in creation order. */
  readonly inUpdateOrder: () => readonly Declaration[];
  /** Grows with every change. */
  readonly revision: () => number;
  /** How many declarations there have ever been. */
  readonly declarationsMade: () => number;
  readonly applyProcessed: (
    entry: ProcessedEntry,
    message: AcceptedEntry,
  ) => readonly PendingTransition[];
  readonly applyTransition: (entry: TransitionEntry) => PendingTransition | null;
  readonly applyChanged: (entry: ChangedEntry, change: ChangeEntry) => PendingTransition | null;
}

const CALM: Verdict = {
  validationErrors: [],
  customsErrors: [],
  customsIsSilent: false,
  documentsAreWanted: false,
  goodsAreAwaited: false,
};

/** How many outdated places the order of updates may hold before it is tidied unasked. */
const OUTDATED_PLACES_MAX = 4096;

export function createShipmentBook({
  automaticSubmission,
}: Pick<FlowSwitches, "automaticSubmission">): ShipmentBook {
  const waitsFromTheStart = automaticSubmission === "never";
  const shipments = new Map<string, Shipment[]>();
  const declarations = new Map<string, Declaration>();
  const created: Declaration[] = [];
  let updates: { readonly declaration: Declaration; readonly order: number }[] = [];
  let revision = 0;

  const shipment = (direction: Direction, externalReference: string): Shipment | null =>
    shipments.get(externalReference)?.find((known) => known.direction === direction) ?? null;

  const dropOutdatedPlaces = (): void => {
    updates = updates.filter(({ declaration, order }) => declaration.updateOrder === order);
  };

  const touch = (declaration: Declaration, atMs: number): void => {
    revision += 1;
    declaration.lastUpdatedMs = atMs;
    declaration.updateOrder = revision;
    updates.push({ declaration, order: revision });
    if (updates.length > 2 * created.length + OUTDATED_PLACES_MAX) dropOutdatedPlaces();
  };

  const addShipment = (message: AcceptedEntry): Shipment => {
    const { direction, externalReference } = message;
    const added: Shipment = {
      direction,
      externalReference,
      content: message.body,
      stepDelayMs: message.stepDelayMs,
      declarations: [],
    };
    const sameReference = shipments.get(externalReference);
    if (sameReference === undefined) shipments.set(externalReference, [added]);
    else sameReference.push(added);
    return added;
  };

  const addDeclaration = (owner: Shipment, declarationId: string): Declaration => {
    const added: Declaration = {
      declarationId,
      shipment: owner,
      instanceSeq: 1,
      instanceCount: 1,
      items: { start: 0, end: 0 },
      step: null,
      facts: shipmentFacts({}, owner.direction),
      verdict: CALM,
      own: null,
      waitsForSubmit: waitsFromTheStart,
      attachments: [],
      status: null,
      mrn: null,
      createdAtMs: 0,
      lastUpdatedMs: 0,
      submittedAtMs: null,
      acceptedAtMs: null,
      pending: null,
      updateOrder: 0,
    };
    owner.declarations.push(added);
    declarations.set(declarationId, added);
    return added;
  };

  const applyProcessed = (
    entry: ProcessedEntry,
    message: AcceptedEntry,
  ): readonly PendingTransition[] => {
    if (entry.result === "unsuccessful") return [];
    const atMs = Date.parse(entry.at);
    const owner = shipment(entry.direction, entry.externalReference) ?? addShipment(message);
    for (const declaration of owner.declarations) {
      if (isLive(declaration.status)) touch(declaration, atMs);
    }
    if (entry.result === "unchanged") return [];
    owner.content =
      entry.result === "updated" ? updatedContent(owner.content, message.body) : message.body;
    owner.stepDelayMs = message.stepDelayMs;
    const content = parseContent(owner.content);
    const parts = splitIntoDeclarations(content);
    return entry.starts.map(({ declarationId, instanceSeq, instanceCount, to, step = null }) => {
      const declaration = declarations.get(declarationId) ?? addDeclaration(owner, declarationId);
      declaration.instanceSeq = instanceSeq;
      declaration.instanceCount = instanceCount;
      const part = parts[instanceSeq - 1];
      declaration.items = part ?? { start: 0, end: 0 };
      declaration.step = step;
      declaration.facts = shipmentFacts(content, owner.direction, step);
      // Source: seeds/004, Replace: all manual edits are lost. That an update loses them too is assumed.
      declaration.own = null;
      declaration.waitsForSubmit = waitsFromTheStart;
      declaration.verdict = part === undefined ? CALM : judge(content, part);
      declaration.pending = { declaration, to, dueAtMs: atMs };
      return declaration.pending;
    });
  };

  const applyTransition = (entry: TransitionEntry): PendingTransition | null => {
    const declaration = declarations.get(entry.declarationId);
    if (declaration === undefined) {
      throw new Error(
        `The journal moves declaration ${entry.declarationId}, which it never started`,
      );
    }
    const atMs = Date.parse(entry.at);
    if (declaration.status === null) {
      declaration.createdAtMs = atMs;
      created.push(declaration);
    }
    declaration.status = entry.to;
    declaration.mrn = entry.mrn;
    if (entry.to === "Submitted") declaration.submittedAtMs = atMs;
    if (entry.to === "Accepted") declaration.acceptedAtMs ??= atMs;
    if (entry.to === "Released") attach(declaration, "EAD", atMs);
    touch(declaration, atMs);
    const to = nextStatus(entry.to, declaration.verdict, declaration.waitsForSubmit);
    declaration.pending =
      to === null ? null : { declaration, to, dueAtMs: atMs + declaration.shipment.stepDelayMs };
    return declaration.pending;
  };

  const applyChanged = (entry: ChangedEntry, change: ChangeEntry): PendingTransition | null => {
    const declaration = declarations.get(entry.declarationId);
    if (declaration === undefined) {
      throw new Error(
        `The journal changes declaration ${entry.declarationId}, which it never started`,
      );
    }
    if (entry.result === "refused") return null;
    const atMs = Date.parse(entry.at);
    const result = resultOfChange(declaration, change, automaticSubmission);
    if (result.kind === "refused")
      throw new Error(`The journal makes a change that is refused: ${entry.referenceId}`);
    const { document, waitsForSubmit } = result;
    if (document !== null) {
      declaration.own = ownDocument(declaration, document);
      declaration.verdict = verdictOn(declaration, document);
      declaration.facts = shipmentFacts(
        messageOf(declaration, document),
        declaration.shipment.direction,
        declaration.step,
      );
    }
    if (waitsForSubmit !== null) declaration.waitsForSubmit = waitsForSubmit;
    if (change.action === "generate-sad") attach(declaration, "SAD", atMs);
    touch(declaration, atMs);
    if (entry.to === null) return null;
    declaration.pending = { declaration, to: entry.to, dueAtMs: atMs };
    return declaration.pending;
  };

  return {
    shipment,
    declaration: (declarationId) => {
      const found = declarations.get(declarationId);
      return found === undefined || found.status === null ? null : found;
    },
    shipmentsUnder: (externalReference) => shipments.get(externalReference) ?? [],
    inCreationOrder: () => created,
    inUpdateOrder: () => {
      if (updates.length > created.length) dropOutdatedPlaces();
      return updates.map(({ declaration }) => declaration);
    },
    revision: () => revision,
    declarationsMade: () => declarations.size,
    applyProcessed,
    applyTransition,
    applyChanged,
  };
}

function attach(
  declaration: Declaration,
  documentType: Attachment["documentType"],
  createdAtMs: number,
): void {
  const number = declaration.attachments.length + 1;
  declaration.attachments.push({ declaration, number, documentType, createdAtMs });
}
