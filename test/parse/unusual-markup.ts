// Markup of rows and cells for tests: what every writer writes, mixed with what the standard allows
// and hardly anybody writes, and with what is wrong.
import fc from "fast-check";

const usualText = fc.stringMatching(/^[A-Za-z0-9 .,_-]{0,24}$/);
const anyText = fc.oneof(
  { weight: 20, arbitrary: usualText },
  fc.constantFrom("Überführung", "東京", "a&amp;b", "&#x20AC;&#10;", "_x000D_", "_x005F_x", "\r\n"),
  fc.constantFrom(
    '<![CDATA[</row><row r="9"><c r="A9"><v>9</v></c></row>]]>',
    "a<!-- </c></row> -->b",
    "<?pi </row>?>",
    "😀",
  ),
);
const number = fc.oneof(
  fc.integer({ min: -5_000, max: 5_000 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: 0, max: 90_000 }).map((day) => String(day + 0.5)),
  fc.constantFrom(
    "007",
    "1.50",
    "-0",
    "0",
    "-0.0",
    ".5",
    "5.",
    "1E3",
    "0.30000000000000004",
    " 7 ",
  ),
  fc.constantFrom("123456789012345", "1234567890123456", "0.00000000000001", "&#49;", ""),
);
/** Mostly the first of these. */
function rarely(usual: string, ...others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

const style = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("", ' s="0"', ' s="1"', ' s="2"') },
  fc.constantFrom(' s="99"', ' s=""', " s='1'"),
);
const preserve = rarely("", ' xml:space="preserve"');
const formula = rarely(
  "",
  "<f>A1+1</f>",
  '<f t="shared" ref="A1:B2" si="0">A1&amp;"&gt;"</f>',
  '<f t="shared" si="0"/>',
  "<f><![CDATA[A1<2]]></f>",
);

/** What cannot be read; both ways must refuse it with the same words. */
const WRONG = [
  "<c><v>12,5</v></c>",
  '<c t="s"><v>7</v></c>',
  '<c t="str"><v>&boom;</v></c>',
  '<c r="7"><v>1</v></c>',
  '<c r="XFE1"><v>1</v></c>',
  "<c><v>1</c>",
  '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>',
  '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
  '<c r="A41"><v>1</v></c>',
  "<c><v>1</v><v>2</v></c>",
  "<c><f>A1&nbsp;</f><v>1</v></c>",
  '<c t="str"><v>Bolts & nuts</v></c>',
  '<c t="s"><v>0</v><is><t>x</t></is></c>',
] as const;

/** The content and type of a cell, without its address. */
const content: fc.Arbitrary<{ readonly type: string; readonly inside: string }> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom("", ' t="n"'), inside: value(number) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant(' t="s"'),
      inside: value(fc.constantFrom("0", "1", "2", "3", "4", " 1 ", "")),
    }),
  },
  fc.record({ type: fc.constant(' t="str"'), inside: value(anyText) }),
  fc.record({
    type: fc.constant(' t="inlineStr"'),
    inside: fc.oneof(
      anyText.map((text) => `<v>other</v><is><t>${text}</t></is>`),
      fc.tuple(preserve, anyText).map(([space, text]) => `<is><t${space}>${text}</t></is>`),
      fc
        .tuple(anyText, anyText)
        .map(([one, two]) => `<is><r><t>${one}</t></r><r><t>${two}</t></r></is>`),
      anyText.map((text) => `<is><t>${text}</t><rPh sb="0" eb="1"><t>x</t></rPh></is>`),
    ),
  }),
  fc.record({ type: fc.constant(' t="b"'), inside: value(fc.constantFrom("0", "1", "true")) }),
  fc.record({ type: fc.constant(' t="e"'), inside: value(fc.constantFrom("#N/A", "#REF!")) }),
  fc.record({
    type: fc.constant(' t="d"'),
    inside: value(fc.constantFrom("2026-03-01", "2026-03-01T12:34:56.789Z", "PT36H", "12:00")),
  }),
  fc.record({ type: fc.constant(""), inside: formula }),
);

function value(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(formula, preserve, text)
    .map(([before, space, inside]) => `${before}<v${space}>${inside}</v>`);
}

const LETTERS = ["A", "B", "C", "Z", "AA", "XFD"] as const;

/** By their columns, and each column once; those without an address stay behind. */
function inOrder(cells: readonly string[]): readonly string[] {
  const columnOf = (markup: string): number => {
    const letters = /^<c[^>]*? r=["']([A-Za-z]+)/.exec(markup)?.[1]?.toUpperCase();
    const column = LETTERS_IN_ORDER.indexOf(letters ?? "");
    return column < 0 ? LETTERS_IN_ORDER.length : column;
  };
  const byColumn = cells.toSorted((left, right) => columnOf(left) - columnOf(right));
  return byColumn.filter(
    (markup, at) =>
      columnOf(markup) === LETTERS_IN_ORDER.length ||
      columnOf(markup) !== columnOf(byColumn[at - 1] ?? ""),
  );
}

const LETTERS_IN_ORDER: readonly string[] = ["A", "B", "C", "D", "Z", "AA", "XFD"];

function cell(rowNumber: number): fc.Arbitrary<string> {
  const address = fc.oneof(
    {
      weight: 60,
      arbitrary: fc.constantFrom(...LETTERS).map((column) => ` r="${column}${rowNumber}"`),
    },
    fc.constantFrom("", ` r="b${rowNumber}"`, ` r='C${rowNumber}'`, ' r="D"'),
  );
  return fc
    .record({
      address,
      style,
      content,
      more: rarely("", ' cm="1"', ' ph="1"'),
      order: fc.boolean(),
      form: rarely("usual", "spaced", "blank"),
    })
    .map(({ address, style, content: { type, inside }, more, order, form }) => {
      const attributes = order ? address + style + type + more : more + type + style + address;
      if (form === "blank") return `<c${address}${style}/>`;
      return form === "spaced"
        ? `<c${attributes} >\n  ${inside}\n</c >\n`
        : `<c${attributes}>${inside}</c>`;
    });
}

function row(rowNumber: number): fc.Arbitrary<string> {
  const attributes = fc.constantFrom(
    ` r="${rowNumber}"`,
    ` r="${rowNumber}"`,
    ` r="${rowNumber}" spans="1:9" ht="15" customHeight="1" x14ac:dyDescent="0.25"`,
    ` spans="1:9" r="${rowNumber}" hidden="1"`,
    ` r="${rowNumber}" hidden="true" outlineLevel="1"`,
    ` hidden='0' r='${rowNumber}'`,
    "",
  );
  const usual = fc
    .tuple(attributes, fc.array(cell(rowNumber), { maxLength: 6 }).map(inOrder))
    .map(([text, cells]) => `<row${text}>${cells.join("")}</row>`);
  return fc.oneof(
    { weight: 60, arbitrary: usual },
    { weight: 8, arbitrary: attributes.map((text) => `<row${text}/>`) },
    { weight: 8, arbitrary: usual.map((text) => `${text}\n  `) },
    usual.map((text) => `<!-- <row r="1"><c><v>9</v></c></row> -->${text}`),
    usual.map((text) => text.replace("</row>", "</row >")),
    fc.constantFrom(...WRONG).map((text) => `<row r="${rowNumber}">${text}</row>`),
  );
}

/** The markup of some rows, mostly in their order. */
export const someRows: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
    fc.boolean().chain((isSure) => (isSure ? fc.constant(true) : fc.boolean())),
  )
  .map(([rows, isInOrder]) =>
    isInOrder ? [...new Set(rows)].sort((left, right) => left - right) : rows,
  )
  .chain((rows) => fc.tuple(...rows.map(row)))
  .map((rows) => rows.join(""));

/** The markup of rows of one number each, so that an odd one keeps no other from the fast way. */
export const rowsOfNumbers: fc.Arbitrary<string> = fc
  .array(fc.tuple(number, fc.integer({ min: 0, max: 2 })), { minLength: 200, maxLength: 400 })
  .map((cells) =>
    cells.map(([text, index]) => `<row><c s="${index}"><v>${text}</v></c></row>`).join(""),
  );

/** The markup of shared texts, six of them when all is well. */
export const someSharedTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: anyText.map((text) => `<si><t>${text}</t></si>`) },
      anyText.map((text) => `<si><t xml:space="preserve">${text}</t></si>`),
      fc.constantFrom(
        "<si/>",
        "<si><t/></si>",
        "<si>\n<t>x</t></si>\n",
        "<!-- </si> --><si><t/></si>",
      ),
      fc
        .tuple(anyText, anyText)
        .map(
          ([one, two]) =>
            `<si><r><rPr><b/></rPr><t>${one}</t></r><r><t>${two}</t></r><rPh sb="0" eb="1"><t>y</t></rPh></si>`,
        ),
    ),
    { minLength: 5, maxLength: 6 },
  )
  .map((texts) => texts.join(""));
