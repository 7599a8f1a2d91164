// Fetches the page again when something changed, and puts what is live in it in the place of what is shown. Without this the page is as it was when it was opened.
"use strict";
const stale = document.getElementById("stale"), news = document.getElementById("news");
const fresh = document.querySelector("main").dataset.fresh;
let asked = false;
function put(own, next) {
  // What is around a drawing changes its classes alone.
  if ("liveClass" in own.dataset) { if (own.className !== next.className) own.className = next.className; return; }
  if (own.outerHTML === next.outerHTML) return;
  if (own.dataset.says && own.textContent !== next.textContent) news.textContent = `${own.dataset.says} ${next.textContent}`;
  own.replaceWith(next);
}
async function again() {
  if (asked) return;
  asked = true;
  await new Promise((done) => setTimeout(done, 100));
  asked = false;
  const answer = await fetch(fresh, { headers: { accept: "text/html" } });
  if (answer.redirected) { location.assign("/login"); return; }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [was, are] = [document, page].map((own) => new Map([...own.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part])));
  if ([...was.keys()].join() !== [...are.keys()].join()) { location.assign(fresh.split("?")[0]); return; }
  for (const [name, own] of was) put(own, are.get(name));
}
const events = new EventSource("/api/v1/events");
for (const kind of ["outlet", "operation", "watch", "missed", "reloaded"]) events.addEventListener(kind, () => again().catch(() => {}));
events.onopen = () => { stale.hidden = true; again().catch(() => {}); };
events.onerror = () => { stale.hidden = false; };
