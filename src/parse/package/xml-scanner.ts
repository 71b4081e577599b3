// A streaming XML scanner for the parts of a workbook: takes text piece by piece, gives tags and texts in
// order. Drops namespace prefixes, because writers choose them freely (`x:row` is `row`). Refuses what it
// does not understand: a wrong value is worse than none.
// Source: XML 1.0, Fifth Edition, sections 2 and 3.
import {
  decodeEntities,
  eachAttribute,
  localName,
  markupAt,
  nameEnd,
  tagEnd,
  XmlBrokenError,
} from "./xml-markup.ts";
import type { ReadLimits } from "../text/read-limits.ts";

export interface XmlHandler {
  /**
   * `attributes` is the text between the name and the end of the tag, for `xmlAttributes`;
   * `namespace` that of the element, its prefix when that is declared nowhere.
   */
  readonly open: (name: string, attributes: string, namespace: string) => void;
  readonly text: (text: string) => void;
  readonly close: (name: string) => void;
  /** The place of what was read last, for the error message. Shape: completes "in …". */
  readonly where?: () => string;
}

export interface XmlScanner {
  readonly write: (chunk: string) => void;
  /** Whether all that was written is understood: no tag, text or section is cut off. */
  readonly isBetweenTokens: () => boolean;
  /** @throws XmlBrokenError when elements are still open */
  readonly end: () => void;
}

const NAMESPACE = "xmlns";

/**
 * What prefixes stand for at the place that is read. Source: Namespaces in XML 1.0, section 6.
 * One list for each prefix, which grows and shrinks with the elements: a copy for each element would take
 * the square of their number.
 */
function createNamespaces() {
  const meanings = new Map<string, string[]>();
  const declare = (prefix: string, namespace: string): void => {
    const known = meanings.get(prefix);
    if (known === undefined) meanings.set(prefix, [namespace]);
    else known.push(namespace);
  };
  return {
    /** Adds what a tag declares; gives the prefixes, for `leave`. */
    enter: (attributes: string): readonly string[] => {
      if (!attributes.includes(NAMESPACE)) return NONE;
      const declared: string[] = [];
      eachAttribute(attributes, (name, value) => {
        const isDefault = name === NAMESPACE;
        if (!isDefault && !name.startsWith(`${NAMESPACE}:`)) return;
        const prefix = isDefault ? "" : name.slice(NAMESPACE.length + 1);
        declare(prefix, decodeEntities(value));
        declared.push(prefix);
      });
      return declared;
    },
    leave: (declared: readonly string[]): void => {
      for (const prefix of declared) meanings.get(prefix)?.pop();
    },
    meaning: (prefix: string): string => meanings.get(prefix)?.at(-1) ?? prefix,
  };
}

const NONE: readonly string[] = [];

type XmlLimits = Pick<ReadLimits, "xmlTokenCharsMax" | "nestingMax">;

/** A scanner that gives `handler` what it finds. */
export function createXmlScanner(
  handler: XmlHandler,
  { xmlTokenCharsMax: tokenCharsMax, nestingMax }: XmlLimits,
): XmlScanner {
  let rest = "";
  let rootSeen = false;
  const openNames: string[] = [];
  // In step with the names: the prefixes that each of them declares.
  const openDeclared: (readonly string[])[] = [];
  const namespaces = createNamespaces();

  const emitText = (text: string): void => {
    if (text === "") return;
    if (openNames.length > 0) handler.text(text);
    else if (text.trim() !== "" && text !== "\uFEFF") {
      throw new XmlBrokenError("There is text outside the root element");
    }
  };

  const emitTag = (tag: string): void => {
    if (tag.startsWith("/")) {
      const name = tag.slice(1).trimEnd();
      if (openNames.pop() !== name) throw new XmlBrokenError(`</${name}> closes nothing`);
      namespaces.leave(openDeclared.pop() ?? NONE);
      handler.close(localName(name));
      return;
    }
    const selfClosing = tag.endsWith("/");
    const body = selfClosing ? tag.slice(0, -1) : tag;
    const end = nameEnd(body);
    const name = body.slice(0, end);
    if (name === "") throw new XmlBrokenError("A tag has no name");
    if (openNames.length === 0 && rootSeen) throw new XmlBrokenError("There are two root elements");
    rootSeen = true;
    const attributes = body.slice(end);
    // Most attributes are never read, so their faults would go unseen.
    decodeEntities(attributes);
    const declared = namespaces.enter(attributes);
    const prefix = name.slice(0, Math.max(name.indexOf(":"), 0));
    handler.open(localName(name), attributes, namespaces.meaning(prefix));
    if (selfClosing) {
      handler.close(localName(name));
      namespaces.leave(declared);
      return;
    }
    if (openNames.push(name) > nestingMax) {
      throw new XmlBrokenError(`Elements stand in each other more than ${nestingMax} deep`);
    }
    openDeclared.push(declared);
  };

  /** Handles one section or tag at `at`; gives where the next token starts, or -1 when cut off. */
  const markup = (text: string, at: number): number => {
    const what = markupAt(text, at);
    if (what === "cut off") return -1;
    if (what === "tag") {
      const end = tagEnd(text, at + 1);
      if (end < 0) return -1;
      emitTag(text.slice(at + 1, end));
      return end + 1;
    }
    const from = at + what.start.length;
    const end = text.indexOf(what.end, from);
    if (end < 0) return -1;
    if (what.isText) emitText(text.slice(from, end));
    return end + what.end.length;
  };

  return {
    write: (chunk) => {
      const text = rest === "" ? chunk : rest + chunk;
      let at = 0;
      while (at < text.length) {
        if (text.charCodeAt(at) !== 60 /* < */) {
          const next = text.indexOf("<", at);
          if (next < 0) break;
          const run = text.slice(at, next);
          emitText(decodeEntities(run.includes("\r") ? run.replace(/\r\n?/g, "\n") : run));
          at = next;
        }
        const next = markup(text, at);
        if (next < 0) break;
        at = next;
      }
      rest = text.slice(at);
      if (rest.length > tokenCharsMax) {
        throw new XmlBrokenError(`A tag or text is longer than ${tokenCharsMax} characters`);
      }
    },
    isBetweenTokens: () => rest === "",
    end: () => {
      if (rest.trim() !== "" || openNames.length > 0 || !rootSeen) {
        throw new XmlBrokenError("The part ends too early");
      }
    },
  };
}
