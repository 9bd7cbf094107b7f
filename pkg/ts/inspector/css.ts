/** The inspector's style sheet. It stands apart from the page: nothing of the page's styles comes in, nothing goes out. */

export const css = `
:host{all:initial;direction:ltr;position:fixed;z-index:2147483647;inset:0 0 0 auto;width:min(var(--size,500px),100vw);display:block;color-scheme:light dark;
--paper:#fbfaf6;--card:#fff;--ink:#1d2723;--soft:#55605a;--line:#dcd9cf;--field:#7b847e;--accent:#1f5142;--on:#fff;--yes:#1c6b45;--yes-back:#e0f0e6;--no:#5b625e;--no-back:#eceae3;--what:#8a3b12;--what-back:#fbeadd;--bad:#9b2c1f;--bad-back:#fbe7e3;--focus:#9c4125;--code:#f2f0e8}
@media (prefers-color-scheme:dark){:host{--paper:#161c1a;--card:#1f2725;--ink:#ecefea;--soft:#a9b4ae;--line:#35403c;--field:#84908a;--accent:#8fd0b4;--on:#10201a;--yes:#8fd9ae;--yes-back:#173527;--no:#b3bcb7;--no-back:#2b3431;--what:#f4b183;--what-back:#3b2718;--bad:#f3a297;--bad-back:#431f1a;--focus:#f4b183;--code:#28312e}}
:host([data-dock=bottom]){inset:auto 0 0 0;width:auto;height:min(var(--size,380px),100dvh)}
*{box-sizing:border-box;margin:0;padding:0}
[hidden]{display:none!important}
section{position:relative;display:flex;flex-direction:column;height:100%;min-height:0;background:var(--paper);color:var(--ink);border-inline-start:1px solid var(--line);box-shadow:0 0 2.5rem rgb(10 20 16/.22);
font:400 13px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Liberation Sans",Arial,sans-serif;text-align:start}
:host([data-dock=bottom]) section{border-inline-start:0;border-top:1px solid var(--line)}
.grip{position:absolute;z-index:1;inset:0 auto 0 -5px;width:10px;cursor:ew-resize;touch-action:none}
:host([data-dock=bottom]) .grip{inset:-5px 0 auto 0;width:auto;height:10px;cursor:ns-resize}
.grip::after{content:"";position:absolute;inset:0 auto 0 4px;width:2px;background:transparent}
:host([data-dock=bottom]) .grip::after{inset:4px 0 auto 0;width:auto;height:2px}
.grip:hover::after,.grip:focus-visible::after{background:var(--focus)}
header{display:flex;align-items:center;gap:8px;padding:9px 10px 5px 16px}
h2{font-size:15px;font-weight:650;letter-spacing:-.01em}
header small{flex:1;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
h3{font-size:13px;font-weight:650;line-height:1.4;overflow-wrap:anywhere}
h4{font-size:13px;font-weight:600;overflow-wrap:anywhere}
h5{font-size:12px;font-weight:600;color:var(--soft);margin-top:2px}
small:empty{display:none}
small,.quiet{color:var(--soft);font-size:12px}
p{text-wrap:pretty}
ul,ol{list-style:none}
s{color:var(--soft);text-decoration-thickness:1px}
code,pre{font:12px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Noto Sans Mono","Liberation Mono",monospace;overflow-wrap:anywhere}
code{background:var(--code);border-radius:4px;padding:1px 4px}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--field);border-radius:6px;min-height:30px;padding:3px 10px;min-width:0}
button{cursor:pointer;font-weight:550}
button:hover:not(:disabled){border-color:var(--ink)}
button:disabled{opacity:.45;cursor:default}
button[type=submit]{background:var(--accent);border-color:var(--accent);color:var(--on)}
.small,.toggle{min-height:26px;padding:1px 9px;font-size:12px}
.bare,.icon{background:none;border-color:transparent}
.icon{width:30px;padding:0;font-size:20px;line-height:1;align-self:center;display:grid;place-items:center}
.dock-bottom,.dock-right{width:15px;height:13px;border:1.5px solid;border-radius:3px;border-bottom-width:5px}
.dock-right{border-bottom-width:1.5px;border-right-width:6px}
button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--on)}
.toggle::after{content:"";display:inline-block;width:5px;height:5px;margin:0 1px 2px 7px;border:solid;border-width:0 1.5px 1.5px 0;transform:rotate(45deg)}
.toggle[aria-expanded=true]::after{transform:rotate(-135deg);margin-bottom:-1px}
.tabs{display:flex;flex-wrap:wrap;gap:0 2px;padding:0 10px;border-bottom:1px solid var(--line)}
[role=tab]{background:none;border:0;border-radius:6px 6px 0 0;padding:6px 7px 8px;color:var(--soft);position:relative;min-height:34px;font-weight:500}
[role=tab]:hover{color:var(--ink)}
[role=tab][aria-selected=true]{color:var(--ink)}
[role=tab][aria-selected=true]::after{content:"";position:absolute;inset:auto 6px -1px;height:3px;border-radius:3px 3px 0 0;background:var(--accent)}
.body{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:14px 16px 24px;display:flex;flex-direction:column;gap:10px;scrollbar-width:thin}
.body>*{flex:none}
.body>h3:not(:first-child){margin-top:10px}
.above{flex:none;max-height:45%;overflow:auto}
.strip{display:flex;gap:6px 10px;align-items:center;justify-content:space-between;padding:8px 16px;border-bottom:1px solid var(--line);background:var(--what-back);overflow-wrap:anywhere}
.strip button{flex:none}
.strip.if{display:grid;justify-content:stretch;background:var(--card)}
.strip.bad{background:var(--bad-back);color:var(--bad)}
.strip.bad small{color:inherit}
.strip .head>b{line-height:26px}
.chips{display:flex;flex-wrap:wrap;gap:4px;flex:1;min-width:0}
.chips .chip{display:inline-flex;align-items:center;gap:2px;padding-inline-end:2px;white-space:normal}
.drop{min-height:24px;width:24px;padding:0;border:0;background:none;color:inherit;font-size:15px;line-height:1}
.follows{display:grid;gap:2px}
.head{display:flex;gap:8px;align-items:start}
.head>button{flex:none}
.name{flex:1;display:flex;flex-wrap:wrap;gap:3px 8px;align-items:center;min-width:0;min-height:26px}
.chip{display:inline-block;font-size:12px;line-height:18px;padding:1px 8px;border-radius:10px;background:var(--no-back);color:var(--no);white-space:nowrap;max-width:100%}
.chip.yes{background:var(--yes-back);color:var(--yes)}
.chip.what,.chip.mark{background:var(--what-back);color:var(--what)}
.chip.warn{background:var(--bad-back);color:var(--bad);padding:1px 8px;border:0}
small.what{display:block;color:var(--what)}
.cards,.experiences,.facts,.past{display:grid;gap:8px;min-width:0}
.cards{grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));align-items:start}
.card,.facts>li{display:grid;gap:4px;padding:10px 12px;background:var(--card);border:1px solid var(--line);border-radius:10px;min-width:0}
[data-turned]{border-color:var(--what)!important}
.shows{overflow-wrap:anywhere}
.next .arrow{color:var(--what);padding-inline-end:6px}
.experiences{padding-top:6px}
.experiences>li{display:grid;gap:5px;border-top:1px solid var(--line);padding-top:9px;min-width:0}
.variants{display:flex;flex-wrap:wrap;gap:4px;align-items:center}
.tree,.tree ul{display:grid;gap:1px;min-width:0}
.tree ul{padding-inline-start:9px;margin-inline-start:8px;border-inline-start:1px solid var(--line)}
.leaf{display:flex;align-items:baseline;gap:6px;padding:2px 4px;border-radius:6px;overflow-wrap:anywhere}
.leaf>span:nth-child(2){flex:1;min-width:0}
.decides>.leaf{background:var(--what-back)}
.decides>.leaf .mark{background:none;padding:0;font-weight:600}
.sign{flex:none;width:14px;font-weight:700;text-align:center;color:var(--no)}
.sign.yes{color:var(--yes)}
.sign.no{color:var(--bad)}
.found{color:var(--soft)}
.found::before{content:"← "}
.turn{color:var(--soft);font-size:12px;margin-top:4px}
.change{display:grid;gap:4px}
.change li,.fact{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}
.change li{justify-content:space-between}
.fact{min-height:26px}
.value{flex:1;min-width:4rem;overflow-wrap:anywhere}
.value b,.value s{font:600 12px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Noto Sans Mono","Liberation Mono",monospace}
.acts{display:flex;gap:4px;margin-inline-start:auto}
.edit,.travel{display:flex;flex-wrap:wrap;gap:6px;align-items:center}
.edit input{flex:1 1 9rem}
.edit small{flex-basis:100%}
.event{display:grid;grid-template-columns:5rem 1fr;gap:8px;align-items:end}
.event label{display:grid;gap:2px;min-width:0}
.event label:first-child,.event .wide,.event .warn{grid-column:1/-1}
label span{font-size:12px;color:var(--soft)}
.event .wide input{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Noto Sans Mono","Liberation Mono",monospace;font-size:12px}
[aria-invalid]{border-color:var(--bad);outline:1px solid var(--bad)}
.travel input[type=range]{flex:1 1 8rem;padding:0;border:0;background:none;accent-color:var(--accent)}
.travel input[type=datetime-local]{flex:1 1 12rem}
.past{gap:0}
.past>li{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;padding:6px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:0}
.past time{color:var(--soft);font-size:12px;font-variant-numeric:tabular-nums;flex:none}
.past .said{flex:1 1 11rem;min-width:0}
.past .bare{margin:-3px 0 -3px auto;padding-inline:4px;text-decoration:underline;text-underline-offset:.2em}
.none,.warn{padding:8px 12px;border:1px dashed var(--field);border-radius:8px;color:var(--soft)}
.warn{border:0;background:var(--bad-back);color:var(--bad)}
summary{cursor:pointer;padding:4px 0;font-weight:550}
pre{max-height:24rem;overflow:auto;padding:10px;background:var(--code);border-radius:8px;white-space:pre-wrap}
.status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:2px solid var(--focus);outline-offset:1px}
.body:focus-visible{outline-offset:-2px}
@media (max-width:40rem){:host,:host([data-dock]){inset:auto 0 0 0;width:auto;height:82dvh}section{border-inline-start:0;border-top:1px solid var(--line);border-radius:14px 14px 0 0;font-size:14px}.grip,[data-key=dock]{display:none}
.tabs{flex-wrap:nowrap;overflow-x:auto;scrollbar-width:none}[role=tab]{flex:none;min-height:40px}button,select,input{min-height:36px;font-size:14px}.small,.toggle{min-height:32px;font-size:13px}.drop{min-height:28px;width:28px}}
@media print{:host{display:none}}
@media (forced-colors:active){.decides>.leaf,[data-turned]{outline:1px solid}[aria-selected=true]{text-decoration:underline}}
`;
