// At the bench: keys, and a screen that stays on.
function go(selector) {
  var a = one(selector);
  if (a) { location.href = a.href; }
}
function listKeys() {
  var list = one("dialog.keys");
  if (list) { list.showModal(); }
}
document.addEventListener("keydown", event => {
  var at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || one("dialog[open]") || load().mute) { return; }
  if (at.closest("textarea, select, [contenteditable], input:not([type=checkbox])")) { return; }
  if (event.key.indexOf("Arrow") === 0 && at.closest(".scroll, [role=radiogroup]")) { return; }
  var search = one("input[type=search]"), done = one("input[data-mark]");
  if (event.key === "j" || event.key === "ArrowRight") { go("a[rel=next]"); }
  else if (event.key === "k" || event.key === "ArrowLeft") { go("a[rel=prev]"); }
  else if (event.key === "o") { go("[data-open]:not([hidden])"); }
  else if (event.key === "d" && done && !event.repeat) { done.click(); }
  else if (event.key === "/" && search) { search.focus(); }
  else if (event.key === "?") { listKeys(); }
  else { return; }
  event.preventDefault();
});
each("[data-keys]", button => { button.hidden = false; button.addEventListener("click", listKeys); });

each("[data-mute]", box => {
  box.checked = !load().mute;
  box.addEventListener("change", () => change(state => { state.mute = !box.checked; }));
});

each("[data-wake]", box => {
  if (!("wakeLock" in navigator)) { return; }
  var lock = null;
  box.closest("label").hidden = false;
  box.checked = load().wake === true;
  function hold() {
    if (!box.checked || lock || document.hidden) { return; }
    navigator.wakeLock.request("screen").then(got => {
      if (!box.checked) { got.release(); return; }
      lock = got;
      lock.addEventListener("release", () => { lock = null; });
    }, () => { box.checked = false; });
  }
  box.addEventListener("change", () => {
    change(state => { state.wake = box.checked; });
    if (box.checked) { hold(); } else if (lock) { lock.release(); }
  });
  document.addEventListener("visibilitychange", hold);
  hold();
});

addEventListener("storage", event => { if (event.key === KEY) { paint(); } });
addEventListener("pageshow", event => { if (event.persisted) { paint(); } });
paint();
