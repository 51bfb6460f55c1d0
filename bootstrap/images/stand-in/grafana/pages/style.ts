const widths = Array.from({ length: 24 }, (_, i) => `.w${i + 1}{grid-column:span ${i + 1}}`).join("\n");

const palette = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#b877d9", "#37872d", "#fade2a"];
const lines = palette
  .map((color, i) => `polyline.line${i}{stroke:${color}} .key.line${i}{background:${color}}`)
  .join("\n");

/** The one style sheet. */
export const style = `
:root{color-scheme:dark;--green:#73bf69;--yellow:#f2cc0c;--orange:#ff9830;--red:#f2495c;--blue:#8ab8ff;--purple:#b877d9}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:#111217;color:#d5d7dd;font:14px/1.45 system-ui,sans-serif}
header{display:flex;align-items:center;gap:1.25rem;padding:.7rem 1.25rem;background:#181b1f;border-bottom:1px solid #2c3036}
header h1{flex:1;margin:0;font-size:1.05rem;font-weight:600}
a{color:#8ab8ff;text-decoration:none} a:hover{text-decoration:underline}
main{flex:1;width:100%;padding:1rem 1.25rem}
footer{padding:.75rem 1.25rem;color:#9a9da5;border-top:1px solid #2c3036;font-size:.85rem}
.card{background:#181b1f;border:1px solid #2c3036;border-radius:4px;padding:.7rem .85rem}
.muted{color:#9a9da5} .problem{color:#ff8a94;margin:.2rem 0 .6rem;overflow-wrap:anywhere} .none{margin:1rem 0;text-align:center}
.list{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;max-width:60rem}
.tag{background:#263b5e;border-radius:3px;padding:0 .4rem;font-size:.8rem}
.login{display:grid;gap:.9rem;max-width:22rem;margin:10vh auto}
.login label{display:grid;gap:.25rem}
input,button{font:inherit;padding:.5rem .65rem;border-radius:3px;border:1px solid #464a52;background:#0b0c0f;color:inherit}
button{background:#3d71d9;border-color:#3d71d9;color:#fff;font-weight:600;cursor:pointer}
.grid{display:grid;grid-template-columns:repeat(24,minmax(0,1fr));gap:.6rem}
.grid h2{margin:.8rem 0 0;font-size:1rem;font-weight:600}
.panel h3{margin:0 0 .4rem;font-size:.9rem;font-weight:600}
.stats{display:flex;flex-wrap:wrap;gap:.75rem}
.stat{flex:1 1 8rem;min-width:0;display:grid;justify-items:center}
.stat strong{font-size:1.9rem;line-height:1.25;font-weight:600;white-space:nowrap}
.chart{display:block;width:100%;height:7.5rem;margin-bottom:.4rem}
.stat .chart{height:2.4rem;margin:.2rem 0 0;opacity:.8}
polyline{fill:none;stroke-width:1.5;vector-effect:non-scaling-stroke}
.stat polyline{stroke:currentColor}
.gauge{width:100%;max-width:9rem} .gauge path{fill:none;stroke-width:9;stroke:currentColor} .gauge .track{stroke:#2c3036}
table{width:100%;border-collapse:collapse;font-size:.85rem}
th{text-align:left;font-weight:400;overflow-wrap:anywhere} td{text-align:right;white-space:nowrap;padding-left:.75rem}
tr+tr>*{border-top:1px solid #22252b}
.key{display:inline-block;width:.7rem;height:.25rem;border-radius:2px;vertical-align:middle}
.green{color:var(--green)} .yellow{color:var(--yellow)} .orange{color:var(--orange)} .red{color:var(--red)}
.blue{color:var(--blue)} .purple{color:var(--purple)}
${lines}
${widths}
@media (max-width:60rem){.grid>*{grid-column:span 24} .grid>.is-stat{grid-column:span 12}}
`;
