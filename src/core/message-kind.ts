// What CAS takes in, one entry per kind of message: how a message is identified, what a repeat of it does, and
// how it is found out what became of it. Sending, settling, holding and the words for people go by this table
// and never by a name; a further kind is one entry here, its path among the endpoints, and, where its fields are
// public, its columns (`map/kinds/kind-columns.ts`).

interface MessageKindEntry {
  /** In sentences. */
  readonly noun: string;
  readonly nouns: string;
  /** The member that identifies a message, as a path. A profile's `key` or `--key` names another one. */
  readonly key: string;
  /** Whether IN and OUT are part of the key, and messages have a `messageType`. */
  readonly isDirected: boolean;
  /**
   * What the same message does a second time. `harmless`: it says what CAS has already, so it may be sent again.
   * `doubles`: it may make a second one, so it is never sent again by itself. `by-type`: a New doubles, the
   * other message types do not.
   */
  readonly repeat: "harmless" | "doubles" | "by-type";
  /**
   * How an unknown outcome is settled, and how the end of a message is learned. `declarations`: by the
   * declarations that CAS makes of it. `read-back`: by reading it at CAS. `none`: CAS cannot be asked; what is
   * harmless is sent again, the rest is for a person, and the receipt is the last that is known.
   */
  readonly asked: "declarations" | "read-back" | "none";
}

/** Source: seeds/003, Ingestion API endpoints. */
export const messageKinds = {
  /** Source of `repeat`: seeds/003, "Create or update articles". Of `key`: assumed, from an old public sample. */
  ArticleDataItem: {
    noun: "article",
    nouns: "articles",
    key: "itemId",
    isDirected: false,
    repeat: "harmless",
    asked: "none",
  },
  /** Source of `repeat`: seeds/003, "Create or update business partners". Of `key`: assumed, as above. */
  BusinessPartners: {
    noun: "business partner",
    nouns: "business partners",
    key: "code",
    isDirected: false,
    repeat: "harmless",
    asked: "none",
  },
  /** Source of `repeat`: seeds/003, "Request a certificate of origin". Of `key`: assumed. */
  CertificateOfOrigin: {
    noun: "certificate of origin",
    nouns: "certificates of origin",
    key: "externalReference",
    isDirected: false,
    repeat: "doubles",
    asked: "none",
  },
  /** Source of `repeat`: seeds/004, Message types. Of `key`: seeds/000 and the page Generic data models. */
  CustomsShipment: {
    noun: "shipment",
    nouns: "shipments",
    key: "externalReference",
    isDirected: true,
    repeat: "by-type",
    asked: "declarations",
  },
  /** Source of `repeat`: seeds/003, "Create a formula". Of `key`: assumed. */
  Formula: {
    noun: "formula",
    nouns: "formulas",
    key: "externalReference",
    isDirected: false,
    repeat: "doubles",
    asked: "none",
  },
  /** Source of `repeat`: seeds/003, "Create a material list". Of `key`: assumed. */
  MaterialList: {
    noun: "material list",
    nouns: "material lists",
    key: "externalReference",
    isDirected: false,
    repeat: "doubles",
    asked: "none",
  },
  /** Source of `repeat`: seeds/003, a request that nothing calls repeatable. Of `key`: assumed. */
  MaterialListInvalidationRequest: {
    noun: "invalidation of a material list",
    nouns: "invalidations of material lists",
    key: "externalReference",
    isDirected: false,
    repeat: "doubles",
    asked: "none",
  },
  /**
   * Source of `repeat`: seeds/003, "create a movement order". Of `key`: page Movement orders. That it is read
   * by its external reference is assumed.
   */
  MovementOrder: {
    noun: "movement order",
    nouns: "movement orders",
    key: "externalReference",
    isDirected: false,
    repeat: "doubles",
    asked: "read-back",
  },
} as const satisfies Readonly<Record<string, MessageKindEntry>>;

/** Which resource of CAS a message is for. */
export type MessageKind = keyof typeof messageKinds;

/** Of every message that names no other. */
export const DEFAULT_KIND = "CustomsShipment" satisfies MessageKind;

/** In the order of the table. */
export const kindNames = Object.keys(messageKinds) as readonly MessageKind[];

export function kindOf(kind: MessageKind | undefined): MessageKindEntry {
  return messageKinds[kind ?? DEFAULT_KIND];
}

/** The kind that a person has typed: capitals, hyphens, blanks and underscores make no difference. */
export function kindNamed(text: string): MessageKind | null {
  const typed = folded(text);
  return kindNames.find((name) => folded(name) === typed) ?? null;
}

/** `KIND:REFERENCE` as a person types it; null where no kind stands before the colon. */
export function kindAndReference(
  text: string,
): { readonly kind: MessageKind; readonly reference: string } | null {
  const colon = text.indexOf(":");
  const kind = kindNamed(text.slice(0, Math.max(0, colon)));
  return kind === null ? null : { kind, reference: text.slice(colon + 1) };
}

/** What messages of these kinds are called together: by their noun where there is one kind. */
export function nounsOf(kinds: Iterable<MessageKind>): {
  readonly noun: string;
  readonly nouns: string;
} {
  const [kind, second] = new Set(kinds);
  return second === undefined ? kindOf(kind) : { noun: "message", nouns: "messages" };
}

function folded(text: string): string {
  return text.replace(/[-_\s]/g, "").toLowerCase();
}

/**
 * The message type under which a kind that has none is kept: `Upsert` may be repeated, `New` never is by
 * itself. Null for a kind whose messages say their own.
 */
export function standingType(kind: MessageKind): "New" | "Upsert" | null {
  const { repeat } = kindOf(kind);
  if (repeat === "by-type") return null;
  return repeat === "harmless" ? "Upsert" : "New";
}
