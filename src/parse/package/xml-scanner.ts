// A streaming XML scanner for the parts of a workbook: text in, as it comes; tags and texts out, in
// order. Namespace prefixes are dropped, because writers choose them freely (`x:row` is `row`).
// What it cannot understand it refuses: a wrong value is worse than none.
// Source: XML 1.0, Fifth Edition, sections 2 and 3.

export interface XmlHandler {
  /**
   * `attributes` is the text between the name and the end of the tag, for `xmlAttributes`;
   * `namespace` that of the element, its prefix when that is declared nowhere.
   */
  readonly open: (name: string, attributes: string, namespace: string) => void;
  readonly text: (text: string) => void;
  readonly close: (name: string) => void;
  /** What was read last, for people who look for a fault. Shape: completes "in …". */
  readonly where?: () => string;
}

/** The text is no well-formed XML, or holds what a workbook's part must not hold. */
export class XmlBrokenError extends Error {
  override readonly name = "XmlBrokenError";
}

/** A document type can define entities that expand without end, or that read other files. */
export class XmlDoctypeError extends Error {
  override readonly name = "XmlDoctypeError";
}

export interface XmlScanner {
  readonly write: (chunk: string) => void;
  /** Whether all that was written is understood: no tag, text or section is cut off. */
  readonly isBetweenTokens: () => boolean;
  /** @throws XmlBrokenError when elements are still open */
  readonly end: () => void;
}

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
const CODE_POINT_MAX = 0x10ffff;
/** Source: XML 1.0, production 2. */
const CHARACTER = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u;
/** So much of a reference without an end is shown. */
const SHOWN_CHARS = 12;

/** @throws XmlBrokenError when an ampersand begins no reference to a character that XML allows */
function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9A-Fa-f]+);|#(\d+);|([^\s&;]{1,32});)?/g,
    (
      whole,
      hex: string | undefined,
      decimal: string | undefined,
      name: string | undefined,
      at: number,
    ) => {
      if (name !== undefined) {
        const named = NAMED_ENTITIES.get(name);
        if (named === undefined) throw new XmlBrokenError(`The entity "${whole}" is not known`);
        return named;
      }
      if (hex === undefined && decimal === undefined) {
        const shown = text.slice(at, at + SHOWN_CHARS);
        throw new XmlBrokenError(`The "&" of "${shown}" begins no entity`);
      }
      const codePoint = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      const character = codePoint > CODE_POINT_MAX ? "" : String.fromCodePoint(codePoint);
      if (!CHARACTER.test(character)) throw new XmlBrokenError(`"${whole}" is no character`);
      return character;
    },
  );
}

/** Whether a text stands for characters that XML allows. */
export function hasSoundReferences(text: string): boolean {
  try {
    decodeEntities(text);
    return true;
  } catch (error) {
    if (error instanceof XmlBrokenError) return false;
    throw error;
  }
}

/**
 * The attributes of a tag by name; one of a namespace is found under `*:id`, however its writer calls
 * the namespace. It never stands in for one without: the `r` of `x14ac:r="9"` is no row number.
 * @throws XmlBrokenError when the text is no list of attributes
 */
export function xmlAttributes(text: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  eachAttribute(text, (name, value) => {
    if (name.startsWith(NAMESPACE)) return;
    attributes[name.includes(":") ? `*:${localName(name)}` : name] = decodeEntities(value);
  });
  return attributes;
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

/** @throws XmlBrokenError when the text is no list of attributes */
function eachAttribute(text: string, take: (name: string, value: string) => void): void {
  let at = 0;
  for (let equals = text.indexOf("="); equals >= 0; equals = text.indexOf("=", at)) {
    const name = text.slice(at, equals).trim();
    let start = equals + 1;
    while (isBlank(text.charCodeAt(start))) start += 1;
    const quote = text.charAt(start);
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, start + 1) : -1;
    if (end < 0) throw new XmlBrokenError(`The attribute "${name}" has no value`);
    take(name, text.slice(start + 1, end));
    at = end + 1;
  }
  if (text.slice(at).trim() !== "") throw new XmlBrokenError("A tag has a broken attribute");
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Where the tag that starts at `from` ends (the place of its `>`), or -1 when it is cut off. */
function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 62 /* > */) return at;
    if (code === 34 /* " */ || code === 39 /* ' */) {
      at = text.indexOf(text.charAt(at), at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

function nameEnd(tag: string): number {
  for (let at = 0; at < tag.length; at += 1) {
    if (isBlank(tag.charCodeAt(at))) return at;
  }
  return tag.length;
}

/** Sections that are skipped or taken as they stand, by how they begin. */
const SECTIONS = [
  { start: "<!--", end: "-->", isText: false },
  { start: "<![CDATA[", end: "]]>", isText: true },
  { start: "<?", end: "?>", isText: false },
] as const;
const SECTION_START_CHARS_MAX = 9;

const NO_NAMESPACES: ReadonlyMap<string, string> = new Map();

/** A scanner that tells `handler` what it finds. */
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
    // Whoever reads an attribute would find out; most are read by nobody.
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
    const second = text.charCodeAt(at + 1);
    if (second === 33 /* ! */ || second === 63 /* ? */) {
      for (const section of SECTIONS) {
        if (!text.startsWith(section.start, at)) continue;
        const end = text.indexOf(section.end, at + section.start.length);
        if (end < 0) return -1;
        if (section.isText) emitText(text.slice(at + section.start.length, end));
        return end + section.end.length;
      }
      if (text.length - at < SECTION_START_CHARS_MAX) return -1;
      throw new XmlDoctypeError("There is a document type declaration");
    }
    const end = tagEnd(text, at + 1);
    if (end < 0) return -1;
    emitTag(text.slice(at + 1, end));
    return end + 1;
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
