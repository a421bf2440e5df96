/** The style sheet of the page: light, dark and print. */
export const style = `
:root { color-scheme: light dark;
  --page: light-dark(#fdfdfc, #15181d); --card: light-dark(#f5f5f2, #1d2128);
  --ink: light-dark(#1b1f24, #e7e9ec); --soft: light-dark(#59616b, #a3abb6);
  --line: light-dark(#dedfdc, #343a43); --bar: light-dark(#e3ebf5, #263a52);
  --good: light-dark(#0a6640, #7fd6a4); --bad: light-dark(#9d1f18, #ff9d94);
  --warn: light-dark(#7a4b00, #f0c36b);
  --c0: light-dark(#0072b2, #56b4e9); --c1: light-dark(#b34700, #f28e5b); --c2: light-dark(#00785a, #3cc9a0);
  --c3: light-dark(#a0437f, #e59ac9); --c4: light-dark(#806000, #e6c84f); --c5: light-dark(#4b4fa8, #a3a7f5);
  --c6: light-dark(#3f3f3f, #c9c9c9); --c7: light-dark(#8a1f2d, #ff8d97); }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 74rem; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--page);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem; font-weight: 650 }
h2 { font-size: 1.25rem; margin: 3rem 0 .6rem; font-weight: 650; border-top: 1px solid var(--line); padding-top: 1.2rem }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem } h4 { font-size: .9rem; margin: .6rem 0 .25rem; color: var(--soft) }
p { margin: .4rem 0; max-width: 68ch } ul, ol { margin: .4rem 0; padding-left: 1.3rem } a { color: inherit }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; list-style: none; font-size: .9rem }
bdi, td, th, dd, li { unicode-bidi: isolate }
.soft { color: var(--soft) } .bad { color: var(--bad) } .lead { font-size: 1.15rem; max-width: 60ch; margin-top: .9rem } main > section:first-child { margin-top: 1.8rem }
.warnings { list-style: none; padding: 0 } .warnings li { border-left: 3px solid var(--warn); background: var(--card);
  padding: .5rem .8rem; margin: .4rem 0; max-width: 75ch } .warnings b { color: var(--warn) }
.scroll { position: relative; overflow-x: auto; margin: .5rem 0 1.2rem } .scroll:focus-visible, button:focus-visible, summary:focus-visible,
  a:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px }
table { border-collapse: collapse; min-width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem }
caption { text-align: left; color: var(--soft); padding: .2rem 0 .4rem; font-size: .9rem }
th, td { padding: .4rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
td, thead th { white-space: nowrap } td.text { white-space: normal; text-align: left; min-width: 16rem }
th:first-child { text-align: left } tbody th { font-weight: 600; text-align: left; min-width: 5rem } .name { display: inline-block; width: max-content; max-width: 15rem; white-space: normal } td.text, th.text { text-align: left } thead th { color: var(--soft); font-weight: 600 }
th button { all: unset; cursor: pointer; color: inherit; font: inherit } th button::after { content: " ↕"; opacity: .45 }
th[aria-sort=ascending] button::after { content: " ↑"; opacity: 1 } th[aria-sort=descending] button::after { content: " ↓"; opacity: 1 }
td small { display: block; color: var(--soft); font-size: .8rem } td.best { color: var(--good); font-weight: 700 }
td.best small { font-weight: 400 } td.better { color: var(--good) } td.worse { color: var(--bad) }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.6rem 2rem; align-items: start }
figure { margin: 0; break-inside: avoid } figcaption { font-size: .93rem; font-weight: 600; margin-bottom: .4rem } figcaption small { display: block; font-size: .85rem; font-weight: 400; color: var(--soft) }
figure svg { display: block; width: 100%; max-width: 28rem; height: auto; overflow: visible; --plot-background: var(--page) }
figure svg text { white-space: pre } .legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; font-size: .88rem }
.legend svg { width: 2.2rem; height: .9rem; display: inline-block; vertical-align: -.12rem; margin-right: .35rem }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.2rem; margin: .4rem 0 } dt { color: var(--soft) } dd { margin: 0 }
.card { background: var(--card); border-radius: .5rem; padding: .8rem 1.1rem; margin: .8rem 0 }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: .4rem 1.6rem; font-size: .93rem }
.hit { font-weight: 650; color: var(--good) } details { margin: .5rem 0 } summary { cursor: pointer; color: var(--soft) }
pre { white-space: pre-wrap; padding: .9rem 1.1rem; background: var(--card); border-radius: .5rem; font-size: .82rem; line-height: 1.45 }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } th, td { padding: .35rem .5rem }
  .name { max-width: 34vw } }
@media screen { .scroll tr > :first-child { position: sticky; left: 0; background: var(--page); z-index: 1 } }
@media print { @page { margin: 16mm 14mm } :root { color-scheme: light } nav { display: none }
  body { max-width: none; padding: 0; font-size: 9.5pt } h2 { margin-top: 1.6rem } h2, h3, h4, .legend, summary { break-after: avoid }
  tr, li, figure, .warnings li, dl > *, .lists > div { break-inside: avoid } thead { display: table-header-group }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .8rem 1.5rem } .figures > div { display: contents }
  .figures details, .figures ul { grid-column: 1 / -1; order: 1; margin: 0 } td small { font-size: 7pt } .scroll { overflow: visible } table { font-size: 8pt }
  th, td { padding: .25rem .4rem } .matrix td { white-space: normal } th button { display: contents } th button::after { content: "" }
  details::details-content { content-visibility: visible; display: block } }
`;
