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
