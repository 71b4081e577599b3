// Tables of shared texts for tests, as hardly anybody writes them, each with what it says: the texts by
// number, or that it must be refused, because nobody can tell which number a text has.
import fc from "fast-check";

/** Some markup and the texts that it adds to what it stands in; null: the part must be refused. */
interface Said<Text> {
  readonly markup: string;
  readonly says: Text | null;
}

export interface OddTable {
  /** The whole part. */
  readonly part: string;
  readonly texts: readonly string[] | null;
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const FOREIGN = 'xmlns="urn:somebody"';

const word = fc.stringMatching(/^[A-Za-z ]{0,12}$/);

/** What stands in a `t`. */
const letters: fc.Arbitrary<Said<string>> = fc.oneof(
  { weight: 6, arbitrary: word.map((text) => ({ markup: text, says: text })) },
  fc.constantFrom<Said<string>>(
    { markup: "&lt;b&gt;&amp;&#x20AC;", says: "<b>&€" },
    { markup: "a_x000D_b_x005F_", says: "a\rb_" },
    { markup: "Ü東京😀", says: "Ü東京😀" },
    { markup: "a<!-- </t></si><si><t>b -->c", says: "ac" },
    { markup: "<![CDATA[</t></si><si><t>]]>", says: "</t></si><si><t>" },
    { markup: "a<?p </t></si><si><t> ?>b", says: "ab" },
    { markup: `a<e:t xmlns:e="urn:somebody">no</e:t>b`, says: "ab" },
    { markup: `a<t ${FOREIGN}>no<t>no</t></t>b`, says: "ab" },
    { markup: "one\r\ntwo", says: "one\ntwo" },
  ),
);

const text: fc.Arbitrary<Said<string>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom("", ' xml:space="preserve"', " xml:space='default'", ' a="b>"'),
        letters,
      )
      .map(([space, { markup, says }]) => ({ markup: `<t${space}>${markup}</t>`, says })),
  },
  fc.constantFrom<Said<string>>(
    { markup: "<t/>", says: "" },
    { markup: "<t />", says: "" },
    { markup: "<t></t >", says: "" },
  ),
);

/** What stands in an `si` or `r` and says nothing. */
const silent: fc.Arbitrary<Said<string>> = fc
  .constantFrom(
    '<rPh sb="0" eb="1"><t>no</t></rPh>',
    '<rPh sb="0" eb="1"><si><t>no</t></si></rPh>',
    '<phoneticPr fontId="1"/>',
    "<!-- <t>no</t> -->",
    "<?p <t>no</t> ?>",
    `<t ${FOREIGN}>no</t>`,
    `<e:si xmlns:e="urn:somebody"><e:t>no</e:t></e:si>`,
    `<e:more xmlns:e="urn:somebody"><t>no</t></e:more>`,
    "<extLst><ext><t>no</t></ext></extLst>",
    "\n  ",
  )
  .map((markup) => ({ markup, says: "" }));

function joined(parts: fc.Arbitrary<Said<string>>, maxLength: number): fc.Arbitrary<Said<string>> {
  return fc.array(parts, { maxLength }).map((all) => ({
    markup: all.map(({ markup }) => markup).join(""),
    says: all.some(({ says }) => says === null) ? null : all.map(({ says }) => says).join(""),
  }));
}

function alternate<Text>(content: fc.Arbitrary<Said<Text>>): fc.Arbitrary<Said<Text>> {
  return content.map(({ markup, says }) => ({
    markup: `<mc:AlternateContent><mc:Choice Requires="e"><si><t>no</t></si></mc:Choice><mc:Fallback>${markup}</mc:Fallback></mc:AlternateContent>`,
    says,
  }));
}

const run: fc.Arbitrary<Said<string>> = joined(
  fc.oneof({ weight: 3, arbitrary: text }, silent, alternate(text)),
  3,
).map(({ markup, says }) => ({ markup: `<r><rPr><b/></rPr>${markup}</r>`, says }));

/** Where no text may stand. */
const misplaced: fc.Arbitrary<Said<string>> = fc
  .constantFrom(
    "<si><t>a</t></si>",
    "<r><r><t>a</t></r></r>",
    "<r><si><t>a</t></si></r>",
    "<t>a<t>b</t></t>",
    "<t>a<b>b</b></t>",
    "<b><t>a</t></b>",
    "<sst><si><t>a</t></si></sst>",
    "<mc:AlternateContent><t>a</t></mc:AlternateContent>",
  )
  .map((markup) => ({ markup, says: null }));

function items(isSound: boolean): fc.Arbitrary<Said<readonly string[]>> {
  const part = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 4, arbitrary: run },
    { weight: 4, arbitrary: silent },
    { weight: 2, arbitrary: alternate(text) },
    { weight: isSound ? 0 : 2, arbitrary: misplaced },
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: word.map((plain) => itemOf({ markup: `<t>${plain}</t>`, says: plain })),
    },
    { weight: 6, arbitrary: joined(part, 4).map(itemOf) },
    fc.constant({ markup: "<si/>", says: [""] }),
  );
}

function itemOf({ markup, says }: Said<string>): Said<readonly string[]> {
  return { markup: `<si>${markup}</si>`, says: says === null ? null : [says] };
}

/** What stands between two texts and is none. */
const between: fc.Arbitrary<Said<readonly string[]>> = fc
  .constantFrom(
    "<!-- <si><t>no</t></si> -->",
    "<?p <si><t>no</t></si> ?>",
    `<si ${FOREIGN}><t>no</t></si>`,
    `<e:si xmlns:e="urn:somebody"><t>no</t></e:si>`,
    "<extLst><ext><si><t>no</t></si></ext></extLst>",
    "\r\n  ",
  )
  .map((markup) => ({ markup, says: [] }));

/** @param isSound Without anything that must be refused. */
export function oddSharedTexts(isSound: boolean): fc.Arbitrary<OddTable> {
  const one = items(isSound);
  return fc
    .record({
      parts: fc.array(
        fc.oneof({ weight: 8, arbitrary: one }, { weight: 2, arbitrary: between }, alternate(one)),
        { minLength: 1, maxLength: 12 },
      ),
      count: fc.constantFrom(
        "",
        ' count="1" uniqueCount="1"',
        ' count="-7" uniqueCount="99999999"',
      ),
      wrapper: fc.constantFrom("", "", "", "book"),
      isStrange: fc.boolean(),
    })
    .map(({ parts, count, wrapper, isStrange }) => {
      const inside = parts.map(({ markup }) => markup).join("");
      const stray = isStrange && !isSound ? "<group><si><t>a</t></si></group>" : "";
      const table = `<sst xmlns="${MAIN}" xmlns:mc="urn:mc"${count}>${inside}${stray}</sst>`;
      const isRefused = stray !== "" || parts.some(({ says }) => says === null);
      return {
        part: wrapper === "" ? table : `<${wrapper}>${table}<si><t>no</t></si></${wrapper}>`,
        texts: isRefused ? null : parts.flatMap(({ says }) => says ?? []),
      };
    });
}
