/** The preference centre's style sheet. A page may set the `--vitrine-*` properties; everything else is its own. */

export const css = `
:host{display:block;color:var(--vitrine-ink,#1d2422);text-align:start;
font:400 1rem/1.5 var(--vitrine-font,system-ui,-apple-system,"Segoe UI","Noto Sans","Liberation Sans",Arial,sans-serif)}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
.sections{display:grid;gap:1.25rem;max-width:46rem;margin-inline:auto}
section{display:grid;gap:1rem;padding:1.5rem;background:var(--vitrine-paper,#fff);border:1px solid var(--vitrine-line,#d9ddda);border-radius:1rem;min-width:0}
h2{font:inherit;font-size:1.3125rem;font-weight:600;line-height:1.25;letter-spacing:-.01em}
h3{font:inherit;font-weight:600;line-height:1.3;margin-top:.25rem}
p{color:var(--vitrine-soft,#4c5652);font-size:.9375rem;text-wrap:pretty;max-width:38rem}
small{display:block;color:var(--vitrine-soft,#4c5652);font-size:.8125rem;line-height:1.4}
.none{padding:.75rem 1rem;border:1px dashed var(--vitrine-line,#d9ddda);border-radius:.75rem;max-width:none}
ul{list-style:none;padding:0}
.rows{border-top:1px solid var(--vitrine-line,#d9ddda)}
.rows>li{padding:.875rem 0;border-bottom:1px solid var(--vitrine-line,#d9ddda)}
label{display:grid;grid-template-columns:1fr auto;gap:.125rem 1rem;align-items:center;cursor:pointer}
label b,.groups b{font-weight:600}
label span{grid-column:1;color:var(--vitrine-soft,#4c5652);font-size:.9375rem;line-height:1.4}
label+small{margin-top:.375rem}
[role=switch]{grid-area:1/2/3/3;appearance:none;width:2.75rem;height:1.5rem;border-radius:1rem;background:#6b7571;cursor:pointer;position:relative;transition:background-color .15s}
[role=switch]::after{content:"";position:absolute;inset-block-start:.1875rem;inset-inline-start:.1875rem;width:1.125rem;height:1.125rem;border-radius:50%;background:#fff;transition:inset-inline-start .15s}
[role=switch]:checked{background:var(--vitrine-accent,#1f4437)}
[role=switch]:checked::after{inset-inline-start:1.4375rem}
.groups>li{display:grid;grid-template-columns:1fr auto;gap:.375rem 1rem;align-items:center}
.groups>li>details,.groups>li>small{grid-column:1/-1}
dl{display:grid;border-top:1px solid var(--vitrine-line,#d9ddda)}
dl>div{display:grid;grid-template-columns:minmax(9rem,2fr) 3fr;gap:.125rem 1rem;padding:.625rem 0;border-bottom:1px solid var(--vitrine-line,#d9ddda)}
dt{color:var(--vitrine-soft,#4c5652);font-size:.9375rem}
dd{display:grid;grid-template-columns:1fr auto;gap:.125rem .75rem;align-items:center;overflow-wrap:anywhere}
dd small{grid-column:1}
dd .small{grid-area:1/2/3/3}
.edit{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.edit .small{grid-area:auto}
.edit input,.edit select{flex:1 1 8rem;min-width:0}
summary{cursor:pointer;font-size:.9375rem;font-weight:500;padding:.25rem 0;text-decoration:underline;text-underline-offset:.2em;width:fit-content}
.why,.past{display:grid;gap:.375rem;padding:.5rem 0 .25rem;font-size:.9375rem}
.why li{padding-inline-start:1rem;border-inline-start:3px solid var(--vitrine-line,#d9ddda)}
.past li{display:grid;grid-template-columns:1fr auto;gap:0 1rem}
.past time{color:var(--vitrine-soft,#4c5652);font-size:.8125rem}
.past small{grid-column:1/-1}
.past b{font-weight:500}
.channel{display:grid;gap:.75rem;padding-block-start:1.25rem;border-top:1px solid var(--vitrine-line,#d9ddda);min-width:0}
.channel h3,.stop h3{font-size:1.0625rem;margin:0}
.channel>small{max-width:38rem}
.pick b{font-weight:500;font-size:.9375rem}
.pick select{width:15.5rem;max-width:100%}
select,.edit input{min-height:2.75rem;padding:.25rem .75rem;font:inherit;font-size:.9375rem;color:inherit;background:var(--vitrine-paper,#fff);border:1px solid #7a8480;border-radius:.625rem}
.topics>li{padding-block:.5rem}
.topics>li:last-child{border-bottom:0;padding-block-end:0}
.fixed{display:grid;grid-template-columns:1fr auto;gap:0 1rem;align-items:center;min-height:2.75rem;max-width:none}
.fixed b{color:var(--vitrine-ink,#1d2422);font-weight:500}
.fixed span{padding-inline:.75rem}
.give .edit input{flex:1 1 12rem}
.give{display:grid;gap:.375rem;max-width:38rem}
.give label{font-size:.9375rem;font-weight:500;display:block}
.give [aria-invalid]{border:2px solid var(--vitrine-danger,#9b2c1f)}
.wrong{color:var(--vitrine-danger,#9b2c1f);font-weight:500}
.address{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.address p{flex:1 1 14rem;overflow-wrap:anywhere}
.address b{color:var(--vitrine-ink,#1d2422);font-weight:600}
.address em{font-style:normal;font-size:.8125rem;white-space:nowrap;padding:.125rem .5rem;border:1px solid currentColor;border-radius:1rem;color:var(--vitrine-wait,#7a4a00)}
.address small{flex-basis:100%}
fieldset{border:0;border-top:1px solid var(--vitrine-line,#d9ddda);padding:1.25rem 0 0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;min-width:0}
legend{float:inline-start;width:100%;padding:0;margin-block-end:.375rem;font-size:1.0625rem;font-weight:600;line-height:1.3}
.radio{display:flex;align-items:center;gap:.5rem;min-height:2.75rem}
.radio input{width:1.25rem;height:1.25rem;margin:0;accent-color:var(--vitrine-accent,#1f4437)}
.stop{display:grid;gap:.75rem;padding-block-start:1.25rem;border-top:1px solid var(--vitrine-line,#d9ddda)}
.stop .danger{justify-self:start}
.acts{display:grid;grid-template-columns:1fr 1fr;gap:.625rem}
button{min-height:2.875rem;padding:.5rem 1rem;font:inherit;font-weight:600;line-height:1.2;color:var(--vitrine-on-accent,#fff);background:var(--vitrine-accent,#1f4437);
border:1px solid var(--vitrine-accent,#1f4437);border-radius:.75rem;cursor:pointer;transition:filter .15s}
button:hover{filter:brightness(1.2)}
.quiet,.small{background:none;color:inherit;border-color:currentColor}
.small{min-height:2.25rem;padding:.25rem .75rem;font-size:.875rem;font-weight:500;border-color:#7a8480;border-radius:.625rem}
.quiet:hover,.small:hover{filter:none;box-shadow:inset 0 0 0 1px currentColor}
.danger{background:none;color:var(--vitrine-danger,#9b2c1f);border-color:currentColor}
.danger:hover{filter:none;box-shadow:inset 0 0 0 1px currentColor}
.sure{display:grid;gap:.75rem;padding:1.25rem;border:2px solid var(--vitrine-danger,#9b2c1f);border-radius:.75rem}
.sure:focus{outline:none}
.sure .danger{background:var(--vitrine-danger,#9b2c1f);border-color:var(--vitrine-danger,#9b2c1f);color:#fff}
.status:not(:empty){position:sticky;inset-block-end:1rem;width:fit-content;max-width:calc(100% - 2rem);margin:1rem auto 0;padding:.625rem 1rem;border-radius:.75rem;
background:var(--vitrine-ink,#1d2422);color:var(--vitrine-paper,#fff);box-shadow:0 .5rem 1.5rem -.5rem rgb(20 30 26/.5)}
:focus-visible{outline:3px solid var(--vitrine-focus,#9c4125);outline-offset:2px}
@media (max-width:40rem){section{padding:1.125rem 1rem}.pick{grid-template-columns:1fr;gap:.25rem}.pick select{width:100%}.address p{flex-basis:100%}.stop .danger{justify-self:stretch}dl>div{grid-template-columns:1fr}.past li{grid-template-columns:1fr}}
@media (max-width:24rem){.acts{grid-template-columns:1fr}.groups>li{grid-template-columns:1fr}}
@media (prefers-reduced-motion:reduce){*,*::after{transition:none!important}}
@media (forced-colors:active){[role=switch]{forced-color-adjust:none}}
`;
