/// How the page looks: system fonts, one accent, light and dark, narrow and on paper.
enum Stylesheet {
  static let text: HTML = """
    :root {
      --paper: #fdfdfb; --ink: #1c2023; --quiet: #596068; --rule: #dcdfe1; --wash: #f2f4f3;
      --accent: #0b6670; --tint: #d3e6e7; --loss: #9a4a12; --insert: #d5ecdf; --delete: #f6dfd3;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15191b; --ink: #e4e6e5; --quiet: #a1a9ae; --rule: #343b3f; --wash: #1e2427;
        --accent: #62c4cd; --tint: #1f444a; --loss: #eda676; --insert: #1d4632; --delete: #56301f;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 47rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
        "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: anywhere;
    }
    h1, h2, h3 { line-height: 1.2; font-weight: 650; text-wrap: balance; }
    h1 { font-size: 1.75rem; margin: 0 0 1rem; }
    h2 { font-size: 1.25rem; margin: 0 0 .9rem; }
    h3 { font-size: 1rem; margin: 1.8rem 0 .5rem; }
    p { margin: .6rem 0; max-width: 40rem; }
    section { margin-top: 2.75rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
    a { color: var(--accent); text-underline-offset: .15em; }
    nav { display: flex; flex-wrap: wrap; gap: .35rem 1rem; margin-top: 1.5rem; font-size: .875rem; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
      font-size: .85em; }
    .note, figcaption, caption, .evidence { color: var(--quiet); font-size: .875rem; }
    .missing { color: var(--quiet); border-left: 3px solid var(--rule); padding-left: .75rem; }
    .answer { font-size: 1.125rem; }
    dl { margin: .6rem 0; }
    .facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; }
    .facts dt { color: var(--quiet); max-width: 9rem; }
    .facts dd, .glossary dd { margin: 0; }
    .glossary dt { font-weight: 600; margin-top: .6rem; }
    figure { margin: 1.25rem 0; }
    figcaption { margin-bottom: .75rem; max-width: 40rem; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.35;
      overflow-wrap: normal; }
    caption { text-align: left; padding-bottom: .4rem; }
    caption span, .group div { position: sticky; left: 0; display: block; width: max-content;
      max-width: min(45rem, calc(100vw - 2rem)); }
    th, td { padding: .35rem .9rem .35rem 0; vertical-align: top; border-bottom: 1px solid var(--rule);
      font-weight: 400; text-align: left; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { color: var(--quiet); vertical-align: bottom; border-bottom-color: var(--quiet); }
    th[scope=row] { position: sticky; left: 0; background: var(--paper); }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    thead .number { white-space: normal; min-width: 4.25rem; }
    .verdict { white-space: nowrap; }
    .verdict.better { color: var(--accent); font-weight: 600; }
    .verdict.worse { color: var(--loss); font-weight: 600; }
    .verdict.open { color: var(--quiet); }
    .name { min-width: 8.5rem; max-width: 14rem; overflow-wrap: break-word; }
    th.group { padding: 1rem 0 .35rem; overflow-wrap: anywhere; }
    .best { color: var(--accent); }
    .arms { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem; }
    .arms dt { font-weight: 650; }
    .arms dd { margin: 0; }
    .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr));
      gap: 1.25rem 1.5rem; }
    .panel { min-width: 0; }
    h4 { font-size: .9375rem; font-weight: 600; margin: 0 0 .3rem; }
    .places { margin: 0; padding: 0; list-style: none; min-width: 11rem; overflow-wrap: anywhere; }
    details { border-top: 1px solid var(--rule); padding: .45rem 0; }
    summary { cursor: pointer; font-size: .9375rem; }
    .document { margin: .75rem 0 1.25rem; }
    .document p { margin: .15rem 0; }
    .excerpt, .command { margin: .4rem 0; padding: .6rem .75rem; background: var(--wash);
      white-space: pre-wrap; overflow-wrap: anywhere; max-height: 16rem; overflow-y: auto;
      line-height: 1.45; }
    ins { background: var(--insert); text-decoration: underline; text-underline-offset: .15em; }
    del { background: var(--delete); text-decoration: line-through; }
    svg.chart { display: block; overflow: visible; margin-bottom: .5rem; }
    svg text { font-size: 13px; fill: var(--ink); font-variant-numeric: tabular-nums; }
    svg text.figure { font-size: 12.5px; }
    svg text.note, svg text.axis { font-size: 12px; fill: var(--quiet); }
    svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
    .bar.first { fill: var(--tint); stroke: var(--accent); stroke-width: 1; }
    .bar.second { fill: var(--accent); }
    .thin { fill: var(--quiet); }
    .grid { stroke: var(--rule); }
    .tick, .mark { stroke: var(--quiet); }
    .mark { stroke-dasharray: 2 3; }
    .interval { stroke: var(--accent); stroke-width: 2; }
    .dot.first { fill: var(--paper); stroke: var(--accent); stroke-width: 2; }
    .dot.second { fill: var(--accent); stroke: var(--paper); stroke-width: 1; }
    .dot.small.first { stroke-width: 1; }
    .dot.small.second { stroke: none; opacity: .75; }
    .raw, .line { fill: none; stroke: var(--accent); vector-effect: non-scaling-stroke; }
    .raw { stroke-width: 1; opacity: .35; }
    .line { stroke-width: 2; stroke-linejoin: round; }
    .line-1 { stroke: var(--loss); }
    .line-4 { stroke: var(--loss); }
    .line.line-1 { stroke-dasharray: 7 3; }
    .line.line-2 { stroke-dasharray: 2 3; }
    .line.line-3 { stroke-dasharray: 9 3 2 3; }
    .line.line-4 { stroke-dasharray: 16 4; }
    .band { fill: var(--accent); opacity: .12; stroke: none; }
    .band.line-1, .band.line-4 { fill: var(--loss); }
    .edge { fill: none; stroke: var(--accent); stroke-width: .75; opacity: .6;
      vector-effect: non-scaling-stroke; }
    .edge.line-1, .edge.line-4 { stroke: var(--loss); }
    .lead { stroke: var(--quiet); stroke-width: .75; }
    .front { fill: none; stroke: var(--accent); stroke-dasharray: 5 4;
      vector-effect: non-scaling-stroke; }
    #rate-chart-title ~ svg .line { stroke-width: 1; stroke-dasharray: none; }
    .failing { fill: var(--wash); }
    svg .moved { stroke: var(--loss); stroke-width: 2; }
    .bar.second.flips { fill: var(--loss); }
    .threshold { padding: .25rem 0 1rem; }
    .threshold figure { margin: 1rem 0 0; }
    .slider { margin: 0; max-width: none; }
    .slider label { display: block; padding-left: 9%; }
    .slider output { font-weight: 650; font-variant-numeric: tabular-nums; }
    .slider input { display: block; margin: .25rem 0; accent-color: var(--accent); }
    .said { font-variant-numeric: tabular-nums; min-height: 3.1em; }
    tr.chosen th[scope=row], tr.chosen td { background: var(--wash); }
    .flip { display: none; }
    .flips .flip { display: inline; color: var(--loss); font-weight: 600; }
    .document.flips { border-left: 3px solid var(--loss); padding-left: .75rem; }
    .narrow { display: none; }
    @media (max-width: 34rem) {
      .narrow { display: revert; }
      .wide { display: none; }
      th, td { padding-right: .6rem; }
      thead .number { min-width: 3.5rem; }
      section[id$=answer] thead .number { min-width: 0; }
      section[id$=answer] table, section[id$=answers] table { font-size: .8125rem; }
      td .narrow.note { font-size: .75rem; white-space: normal; display: block; }
      th span.narrow { display: block; }
      .name { min-width: 5rem; max-width: 8rem; }
    }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      nav { display: none; }
      .scroll { overflow: visible; }
      .excerpt { max-height: none; }
      figure, tr, .document { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      details::details-content { content-visibility: visible; block-size: auto; }
    }
    """
}
