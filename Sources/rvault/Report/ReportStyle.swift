/// How the report's page looks: a sheet to read on a screen, by day and at night, and on paper. It names no font that
/// must be fetched and nothing outside the page.
enum ReportStyle {
    static let css: StaticString = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #1c232b; --soft: #5a6672; --rule: #dde2e7; --ground: #f5f7f9;
          --granted: #2f6f94; --refused: #c05a1c; --refused-ground: #f6e2d4; --over: #a3243b;
          --warn: #8a5a00; --warn-ground: #fdf6e7;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14181d; --ink: #e3e8ed; --soft: #9ba7b3; --rule: #2d353e; --ground: #1b2127;
            --granted: #6cb2d6; --refused: #ef9358; --refused-ground: #46301f; --over: #f2788d;
            --warn: #e6b45a; --warn-ground: #29231a;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI",
          "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        main { max-width: 1120px; margin: 0 auto; padding: 40px 28px 64px; }
        header { border-bottom: 2px solid var(--ink); padding-bottom: 18px; }
        h1 { font-size: 27px; line-height: 1.25; margin: 0 0 8px; font-weight: 650; }
        h2 { font-size: 18px; line-height: 1.3; margin: 44px 0 12px; font-weight: 650; }
        h3 { font-size: 14px; margin: 20px 0 2px; font-weight: 600; }
        p { margin: 4px 0; }
        header p, .note { color: var(--soft); }
        .note { font-size: 13px; max-width: 76ch; margin-top: 8px; }
        .tiles {
          display: grid; grid-template-columns: repeat(auto-fit, minmax(148px, 1fr)); gap: 12px;
          margin: 22px 0 0; padding: 0;
        }
        .tiles div { background: var(--ground); border-radius: 6px; padding: 12px 14px; }
        .tiles dt { color: var(--soft); font-size: 13px; }
        .tiles dd { margin: 0; font-size: 25px; line-height: 1.3; font-weight: 600; }
        .tiles .raised { background: var(--warn-ground); box-shadow: inset 3px 0 0 var(--warn); }
        .unusual { list-style: none; margin: 0; padding: 0; }
        .unusual li {
          background: var(--warn-ground); border-left: 3px solid var(--warn); padding: 8px 14px; margin: 6px 0;
          border-radius: 0 6px 6px 0;
        }
        .rules { color: var(--soft); font-size: 13px; padding-left: 18px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 13px; margin: 6px 0; }
        table.narrow { width: auto; min-width: 280px; }
        th, td { text-align: left; padding: 6px 7px; border-bottom: 1px solid var(--rule); vertical-align: top; }
        td { white-space: nowrap; }
        th, td { word-break: keep-all; }
        td:first-child { white-space: normal; overflow-wrap: break-word; min-width: 7em; max-width: 20em; }
        .dense th, .dense td { padding-top: 3px; padding-bottom: 3px; }
        .pair { display: flex; flex-wrap: wrap; gap: 0 48px; }
        th { color: var(--soft); font-weight: 600; border-bottom: 1.5px solid var(--soft); vertical-align: bottom; }
        th:first-child, td:first-child { padding-left: 2px; }
        .number { text-align: right; }
        .zero { color: var(--soft); opacity: .6; }
        tr.sum td { border-top: 1.5px solid var(--soft); border-bottom: 0; font-weight: 600; }
        figure { margin: 0; }
        .plot { display: block; width: 100%; min-width: 640px; height: auto; }
        .plot text { fill: var(--soft); font-size: 12px; }
        .legend { color: var(--soft); font-size: 13px; display: flex; flex-wrap: wrap; gap: 4px 20px; }
        .key { width: 13px; height: 13px; margin-right: 6px; vertical-align: -1.5px; }
        .granted { fill: var(--granted); }
        .refused { fill: url(#hatching); stroke: var(--refused); }
        .hatch-ground { fill: var(--refused-ground); }
        .hatch-line { fill: var(--refused); }
        .over { fill: var(--over); }
        .night { fill: var(--ground); }
        .grid { stroke: var(--rule); }
        .axis { stroke: var(--soft); }
        .limit { stroke: var(--over); stroke-dasharray: 5 4; }
        @page { size: A4; margin: 14mm 12mm; }
        @media print {
          :root {
            color-scheme: light;
            --paper: #fff; --ink: #000; --soft: #444; --rule: #ccc; --ground: #f1f3f5;
            --granted: #2f6f94; --refused: #c05a1c; --refused-ground: #fff; --over: #a3243b;
            --warn: #8a5a00; --warn-ground: #fff;
          }
          body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; }
          h2 { margin-top: 22pt; break-after: avoid; }
          h3, .legend { break-after: avoid; }
          .zero { opacity: 1; }
          .tiles { grid-template-columns: repeat(6, 1fr); gap: 6pt; }
          .tiles dd { font-size: 15pt; }
          .tiles dt { font-size: 8pt; }
          table { font-size: 7.5pt; }
          th, td { padding: 3pt 4pt; }
          thead { display: table-header-group; }
          tr, li, figure, .plot { break-inside: avoid; }
          .scroll { overflow: visible; }
          .plot { min-width: 0; }
        }
        """
}
