// At the bench: keys, and a screen that stays on.
// What a key presses; a search is gone to.
var KEYS = {
  j: "a[rel=next]", ArrowRight: "a[rel=next]", k: "a[rel=prev]", ArrowLeft: "a[rel=prev]",
  o: "[data-open]:not([hidden])", d: "input[data-mark]", "?": "[data-keys]", "/": ".top .find"
};
document.addEventListener("keydown", event => {
  var at = event.target, key = event.key, it = key === "/" && one("input[type=search]") || KEYS[key] && one(KEYS[key]);
  if (!it || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || load().mute) { return; }
  if (at.closest("dialog, textarea, select, [contenteditable], input:not([type=checkbox])") || key.startsWith("Arrow") && at.closest(".scroll")) { return; }
  event.preventDefault();
  if (it.type === "search") { it.focus(); } else { it.click(); }
});
each("[data-keys]", button => {
  button.hidden = false;
  button.addEventListener("click", () => one("dialog.keys").showModal());
});
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
