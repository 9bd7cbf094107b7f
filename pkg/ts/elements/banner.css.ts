/** The banner's style sheet. A page may set the `--vitrine-*` properties; everything else is its own. */

export const css = `
:host{display:none;position:fixed;inset:auto 0 0;z-index:2147483000;padding:1rem;box-sizing:border-box;pointer-events:none;
font:400 1rem/1.5 var(--vitrine-font,system-ui,-apple-system,"Segoe UI","Noto Sans","Liberation Sans",Arial,sans-serif);
color:var(--vitrine-ink,#1d2422);text-align:start}
:host([open]){display:block}
*{box-sizing:border-box;margin:0}
.card{pointer-events:auto;display:grid;gap:1rem;max-width:32rem;max-height:calc(100vh - 2rem);max-height:calc(100dvh - 2rem);overflow:auto;
padding:1.375rem 1.5rem 1.25rem;background:var(--vitrine-paper,#fff);border:1px solid var(--vitrine-line,#d9ddda);border-radius:1rem;
box-shadow:0 1.25rem 3rem -1rem rgb(20 30 26/.35),0 .125rem .5rem rgb(20 30 26/.08)}
.card:focus{outline:none}
h2{font:inherit;font-size:1.25rem;font-weight:600;line-height:1.25;letter-spacing:-.01em}
.head{display:grid;gap:.375rem}
p{color:var(--vitrine-soft,#4c5652);font-size:.9375rem;text-wrap:pretty}
ul{list-style:none;padding:0;border-top:1px solid var(--vitrine-line,#d9ddda)}
li{border-bottom:1px solid var(--vitrine-line,#d9ddda)}
label{display:grid;grid-template-columns:1fr auto;gap:.125rem 1rem;align-items:center;padding:.75rem 0;cursor:pointer}
label b{font-weight:600}
label span{grid-column:1;color:var(--vitrine-soft,#4c5652);font-size:.875rem;line-height:1.4}
input{grid-area:1/2/3/3;appearance:none;width:2.75rem;height:1.5rem;border-radius:1rem;background:#7a8480;cursor:pointer;position:relative;transition:background-color .15s}
input::after{content:"";position:absolute;inset:.1875rem auto auto .1875rem;width:1.125rem;height:1.125rem;border-radius:50%;background:#fff;transition:translate .15s}
input:checked{background:var(--vitrine-accent,#1f4437)}
input:checked::after{translate:1.25rem 0}
.acts{display:grid;grid-template-columns:1fr 1fr;gap:.625rem}
button{min-height:2.875rem;padding:.5rem .625rem;font:inherit;font-weight:600;line-height:1.2;color:var(--vitrine-on-accent,#fff);background:var(--vitrine-accent,#1f4437);
border:1px solid var(--vitrine-accent,#1f4437);border-radius:.75rem;cursor:pointer;transition:filter .15s}
button:hover{filter:brightness(1.2)}
.quiet{grid-column:1/-1;min-height:2.5rem;background:none;border-color:transparent;color:inherit;font-weight:500;font-size:.9375rem;text-decoration:underline;text-underline-offset:.2em}
.quiet:hover{filter:none;text-decoration-thickness:.12em}
.save{grid-column:1/-1;background:var(--vitrine-paper,#fff);color:inherit;border-color:currentColor}
.save:hover{filter:none;box-shadow:inset 0 0 0 1px currentColor}
:focus-visible{outline:3px solid var(--vitrine-focus,#9c4125);outline-offset:2px}
[hidden]{display:none!important}
@media (max-width:40rem){:host{padding:.625rem}.card{max-width:none;max-height:calc(100vh - 1.25rem);max-height:calc(100dvh - 1.25rem);padding:1.125rem 1.125rem 1rem}}
@media (max-width:22rem){.acts{grid-template-columns:1fr}}
@media (prefers-reduced-motion:reduce){*,*::after{transition:none!important}}
@media (forced-colors:active){input{forced-color-adjust:none}.card{border-width:2px}}
`;
