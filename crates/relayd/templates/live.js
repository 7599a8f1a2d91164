// Fetches the page again when something changed, and puts its outlets in the place of those that are shown. Without this the page is as it was when it was opened.
"use strict";
const stale = document.getElementById("stale");
let asked = false;
async function again() {
  if (asked) return;
  asked = true;
  await new Promise((done) => setTimeout(done, 100));
  asked = false;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) { location.reload(); return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const own of document.querySelectorAll("[data-outlet]")) {
    const next = fresh.querySelector(`[data-outlet="${CSS.escape(own.dataset.outlet)}"]`);
    if (!next) { location.reload(); return; }
    for (const part of ["p.power", "dl"]) {
      const [was, is] = [own.querySelector(part), next.querySelector(part)];
      if (was.outerHTML !== is.outerHTML) was.replaceWith(is);
    }
  }
  const [was, is] = [document.querySelector("tbody"), fresh.querySelector("tbody")];
  if (was && is) was.replaceWith(is);
}
const events = new EventSource("/api/v1/events");
for (const kind of ["outlet", "operation", "missed", "reloaded"]) events.addEventListener(kind, () => again().catch(() => {}));
events.onopen = () => { stale.hidden = true; again().catch(() => {}); };
events.onerror = () => { stale.hidden = false; };
