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

/** The namespaces that a tag declares and those around it. Source: Namespaces in XML 1.0, section 6. */
function namespacesOf(
  text: string,
  around: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (!text.includes(NAMESPACE)) return around;
  const namespaces = new Map(around);
  eachAttribute(text, (name, value) => {
    if (name === NAMESPACE) namespaces.set("", decodeEntities(value));
    else if (name.startsWith(`${NAMESPACE}:`)) {
      namespaces.set(name.slice(NAMESPACE.length + 1), decodeEntities(value));
    }
  });
  return namespaces;
}

const NO_NAMESPACES: ReadonlyMap<string, string> = new Map();

/** A scanner that gives `handler` what it finds. */
export function createXmlScanner(handler: XmlHandler, tokenCharsMax: number): XmlScanner {
  let rest = "";
  let rootSeen = false;
  const openNames: string[] = [];
  // In step with the names: what is declared inside each of them.
  const openNamespaces: ReadonlyMap<string, string>[] = [];

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
      openNamespaces.pop();
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
    const namespaces = namespacesOf(attributes, openNamespaces.at(-1) ?? NO_NAMESPACES);
    const prefix = name.slice(0, Math.max(name.indexOf(":"), 0));
    handler.open(localName(name), attributes, namespaces.get(prefix) ?? prefix);
    if (selfClosing) handler.close(localName(name));
    else {
      openNames.push(name);
      openNamespaces.push(namespaces);
    }
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
