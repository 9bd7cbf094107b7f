import { html } from "./html.mjs";

/** "Behind the counter": the panel that makes the demonstration visible. A real shop has nothing like it. */
export const counter = ({ text }) => html`<aside class="counter" aria-labelledby="counter-title" data-part="counter" data-vitrine-ignore>
<div class="counter__row">
<div class="counter__head">
<h2 id="counter-title">${text.demoTitle}</h2>
<p>${text.demoText}</p>
</div>
<section aria-labelledby="counter-knows">
<h3 id="counter-knows">${text.demoKnows}</h3>
<dl class="counter__facts">
<div><dt>${text.demoMode}</dt><dd data-test="demo-mode" data-part="demo-mode"></dd></div>
<div><dt>${text.demoSegments}</dt><dd><ul class="chips" data-test="demo-segments" data-part="demo-segments" data-none="${text.demoNoSegments}"><li class="chips__none">${text.demoNoSegments}</li></ul></dd></div>
<div><dt>${text.demoConsent}</dt><dd><ul class="chips" data-test="demo-consent" data-part="demo-consent"></ul></dd></div>
</dl>
</section>
<form data-part="sign-in" aria-labelledby="counter-sign-in">
<h3 id="counter-sign-in">${text.demoSignInTitle}</h3>
<p class="small">${text.demoSignInText}</p>
<label class="field">${text.demoCustomer}<input name="customer" value="c-1001" required maxlength="64" autocomplete="off" spellcheck="false" data-test="demo-customer"></label>
<p class="counter__acts"><button class="button button--quiet" data-test="demo-sign-in">${text.demoSignIn}</button> <button type="button" class="button button--bare" data-part="sign-out" data-test="demo-sign-out">${text.demoSignOut}</button></p>
</form>
<form data-part="till" aria-labelledby="counter-till">
<h3 id="counter-till">${text.demoTillTitle}</h3>
<p class="small">${text.demoTillText}</p>
<label class="field">${text.demoAmount}<input type="number" name="amount" value="620" min="1" max="99999" required inputmode="decimal" data-test="demo-amount"></label>
<p class="counter__acts"><button class="button button--quiet" data-test="demo-order">${text.demoOrder}</button></p>
</form>
<p class="counter__status" role="status" data-test="demo-status" data-part="demo-status" data-signed-in="${text.demoSignedIn}" data-signed-out="${text.demoSignedOut}" data-ordered="${text.demoOrdered}" data-needs-consent="${text.demoNeedsConsent}" data-failed="${text.demoFailed}"></p>
</div>
</aside>`;
