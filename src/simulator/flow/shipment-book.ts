// The shipments and declarations as they stand, made from journal entries and from nothing else:
// applying the same entries gives the same book, live or after a restart.
import type { Direction } from "../../core/shipment.ts";
import type { AcceptedEntry, ProcessedEntry, TransitionEntry } from "../journal/journal-entry.ts";
import { nextStatus } from "./lifecycle.ts";
import { asContent, type Content } from "./message-content.ts";
import { updatedContent } from "./message-effect.ts";
import { judge, splitIntoDeclarations, type ItemRange, type Verdict } from "./outcome-rules.ts";
import { shipmentFacts, type ShipmentFacts } from "./shipment-facts.ts";

export interface Shipment {
  readonly direction: Direction;
  readonly externalReference: string;
  /** The message as CAS holds it now, exact JSON text. */
  content: string;
  facts: ShipmentFacts;
  stepDelayMs: number;
  readonly declarations: Declaration[];
}

export interface Declaration {
  readonly declarationId: string;
  readonly shipment: Shipment;
  instanceSeq: number;
  instanceCount: number;
  items: ItemRange;
  verdict: Verdict;
  /** Null until its first transition; until then no search finds it. */
  status: string | null;
  mrn: string | null;
  createdAtMs: number;
  lastUpdatedMs: number;
  submittedAtMs: number | null;
  acceptedAtMs: number | null;
  /** The transition that comes next by itself; a new one makes the former void. */
  pending: PendingTransition | null;
  /** Its latest place in the order of updates. */
  updateOrder: number;
}

export interface PendingTransition {
  readonly declaration: Declaration;
  readonly to: string;
  readonly dueAtMs: number;
}

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
}

const CALM: Verdict = {
  validationErrors: [],
  customsErrors: [],
  customsIsSilent: false,
  documentsAreWanted: false,
};

/** How many outdated places the order of updates may hold before it is tidied unasked. */
const OUTDATED_PLACES_MAX = 4096;

export function createShipmentBook(): ShipmentBook {
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
      facts: shipmentFacts({}, direction),
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
      verdict: CALM,
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
      if (declaration.status !== "Cancelled") touch(declaration, atMs);
    }
    if (entry.result === "unchanged") return [];
    owner.content =
      entry.result === "updated" ? updatedContent(owner.content, message.body) : message.body;
    owner.stepDelayMs = message.stepDelayMs;
    const content = parseContent(owner.content);
    owner.facts = shipmentFacts(content, owner.direction);
    const parts = splitIntoDeclarations(content);
    return entry.starts.map(({ declarationId, instanceSeq, instanceCount, to }) => {
      const declaration = declarations.get(declarationId) ?? addDeclaration(owner, declarationId);
      declaration.instanceSeq = instanceSeq;
      declaration.instanceCount = instanceCount;
      const part = parts[instanceSeq - 1];
      declaration.items = part ?? { start: 0, end: 0 };
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
    touch(declaration, atMs);
    const to = nextStatus(entry.to, declaration.verdict);
    declaration.pending =
      to === null ? null : { declaration, to, dueAtMs: atMs + declaration.shipment.stepDelayMs };
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
  };
}

export function parseContent(text: string): Content {
  return asContent(JSON.parse(text)) ?? {};
}
