// How the page looks: on a screen, on a phone, on paper. Colours can be told apart by the colour-blind, and their
// contrast is enough to be read.
export const PAGE_STYLE = `
:root{--ink:#1f2937;--quiet:#4b5563;--paper:#fff;--card:#f6f7f9;--rule:#d1d7e0;--navy:#1f3a5f;--on-navy:#fff;--link:#0b4f9e;
--bad-fill:#fbe3e0;--bad-ink:#8e1b10;--wait-fill:#fdf3d6;--wait-ink:#6b4c00;--good-fill:#dff0f5;--good-ink:#0b4a5e;--quiet-fill:#eef0f3;--quiet-ink:#4b5563}
@media (prefers-color-scheme:dark){:root{--ink:#e5e7eb;--quiet:#b6bdc8;--paper:#14181f;--card:#1d232c;--rule:#3a4350;--navy:#274b78;--link:#9cc7ff;
--bad-fill:#4a1d19;--bad-ink:#ffc9c2;--wait-fill:#463708;--wait-ink:#ffe3a0;--good-fill:#0f3a48;--good-ink:#b5e6f5;--quiet-fill:#2a313b;--quiet-ink:#c3cad4}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;color:var(--ink);background:var(--paper)}
a{color:var(--link)}
header,main{padding:0 20px;max-width:1700px;margin:0 auto}
h1{margin:16px 0 8px;padding:14px 16px;border-radius:6px;font-size:1.35em;line-height:1.3}
h2{margin:34px 0 8px;font-size:1.25em;color:var(--ink);border-bottom:2px solid var(--navy);padding-bottom:4px}
h3{margin:20px 0 6px;font-size:1.05em}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0 14px;padding:0}
nav a{display:inline-block;padding:4px 0}
.bad{background:var(--bad-fill);color:var(--bad-ink)}
.wait{background:var(--wait-fill);color:var(--wait-ink)}
.good{background:var(--good-fill);color:var(--good-ink)}
.quiet{background:var(--quiet-fill);color:var(--quiet-ink)}
td.bad,td.wait,td.good,td.quiet,th.bad,th.wait,th.good,th.quiet,.strong,.fact{font-weight:600}
.indented{padding-left:24px}
.note{color:var(--quiet)}
p.note{margin:2px 0 8px}
p.line a{color:inherit}
p.line{margin:4px 0;padding:6px 10px;border-radius:4px;font-weight:600}
.f-bad{fill:#c0392b}.f-wait{fill:#d99a00}.f-good{fill:#2f7fb0}.f-quiet{fill:#8a94a3}
#charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:14px;margin:8px 0}
figure{margin:0;padding:12px 14px;background:var(--card);border:1px solid var(--rule);border-radius:6px;min-width:0}
figcaption{font-weight:600}
.chart{width:100%;border-collapse:collapse}
.chart th{font-weight:400;text-align:left;padding:2px 8px 2px 0;overflow-wrap:anywhere}
.chart td{padding:2px 0}.chart td.r{padding-left:8px}
td.bar{width:45%;min-width:60px}
td.bar svg,.page td.bar svg{display:block;width:100%;height:12px}
.page td.bar{width:180px}
svg.columns{display:block;width:100%;height:110px;border-bottom:1px solid var(--rule)}
.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.scroll{overflow-x:auto;border:1px solid var(--rule);border-radius:6px}
.scroll:focus-visible{outline:3px solid var(--link)}
.page,.rows{border-collapse:collapse}
.page td,.page th{text-align:left;font-weight:400;padding:4px 12px 4px 6px;vertical-align:top;border-bottom:1px solid var(--rule);white-space:pre-line;overflow-wrap:break-word}
.page thead th,.page thead td{background:var(--navy);color:var(--on-navy);font-weight:600}
.page .strong,.page .fact{font-weight:600}
.page .r{text-align:right}
.rows{min-width:100%;font-size:.9em}
.rows td,.rows th{padding:5px 8px;vertical-align:top;text-align:left;border-bottom:1px solid var(--rule);white-space:pre-line;overflow-wrap:break-word;max-width:30em;min-width:var(--room,0)}
.rows thead th{background:var(--navy);color:var(--on-navy);white-space:normal;position:sticky;top:0}
.rows tbody tr:target td{outline:2px solid var(--link)}
.parts{columns:2 560px;column-gap:28px}
.part{break-inside:avoid;overflow-x:auto}
.part.whole{column-span:all}
.part .page{width:100%}
.sheet{display:flex;flex-direction:column}
.cut{order:-1;margin:0 0 8px;font-weight:600}
.sheet h2{order:-3}
.filters{order:-2;display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin:0 0 8px}
.filters[hidden]{display:none}
.filters input[type=search],.filters select{font:inherit;padding:5px 8px;border:1px solid var(--quiet);border-radius:4px;background:var(--paper);color:var(--ink);max-width:100%}
tr[hidden]{display:none}
footer{margin:40px 20px 20px;color:var(--quiet)}
@media (max-width:700px){
body{font-size:16px}
header,main{padding:0 12px}
.scroll{border:0;overflow:visible}
.rows,.rows tbody,.rows tr,.rows td{display:block;max-width:none;min-width:0}
.rows thead{display:none}
.rows tr{border:1px solid var(--rule);border-radius:6px;margin:0 0 10px;padding:4px 0;overflow:hidden}
.rows tr[hidden]{display:none}
.rows td{border:0;padding:3px 10px;text-align:left!important;white-space:pre-line;overflow-wrap:anywhere}
.rows td:empty{display:none}
.rows td::before{content:var(--of);display:block;font-size:.8em;color:var(--quiet);font-weight:400}
.rows td.bad::before,.rows td.wait::before,.rows td.good::before,.rows td.quiet::before{color:inherit}
.page,.page tbody{display:block}
.page thead{display:none}
.page tr{display:flex;flex-wrap:wrap;border-bottom:1px solid var(--rule)}
.page td,.page th{border:0;padding:3px 8px 3px 0;flex:0 1 auto}
.page th[scope=row]{flex:1 0 100%;color:var(--quiet);font-size:.9em}
.page td.bad,.page td.wait,.page td.good,.page td.quiet,.page th.bad,.page th.wait,.page th.good,.page th.quiet{padding-left:8px;border-radius:4px}
.page th.bad{color:var(--bad-ink)}.page th.wait{color:var(--wait-ink)}.page th.good{color:var(--good-ink)}.page th.quiet{color:var(--quiet-ink)}
.page td:empty{display:none}.page td,.page th{overflow-wrap:anywhere}
.page td.bar{flex:1 0 40%;align-self:center}
}
@media print{
.parts{columns:2}
.page td.bar{width:70px;min-width:40px}
@page{size:A4 landscape;margin:10mm}
:root{--ink:#000;--quiet:#333;--paper:#fff;--card:#fff;--rule:#bbb}
body{font-size:9pt}
header,main{padding:0;max-width:none}
nav,.filters,details{display:none!important}
#charts{grid-template-columns:1fr 1fr}
#action-needed{break-before:page}
figure,tr{break-inside:avoid}
h2,h3,.cut{break-after:avoid}
.scroll{overflow:visible;border:0}
.rows{font-size:7pt;table-layout:fixed;width:100%}
.rows td,.rows th{padding:2px 3px;overflow-wrap:anywhere;max-width:none;min-width:0}
.rows thead th{position:static}
.bad,.wait,.good,.quiet,.page thead th,.page thead td,.rows thead th,rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
