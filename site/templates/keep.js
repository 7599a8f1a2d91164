(function () {
"use strict";
var plate = document.querySelector("[data-keep]"), worker = navigator.serviceWorker;
var says = plate.querySelector("[role=status]"), take = plate.querySelector("[data-take]"), forget = plate.querySelector("[data-forget]");
var here = new URL("./", location.href).href;
if (!worker || location.protocol.indexOf("http") || document.getElementById("wireloom-live")) { return; }
function kept(is) {
  take.hidden = is;
  forget.hidden = !is;
  says.textContent = is ? "Kept: this address opens without a network, and takes in changes when there is one." : "";
}
plate.hidden = false;
worker.getRegistration(here).then(found => kept(Boolean(found && found.active)));
take.addEventListener("click", () => {
  says.textContent = "Being fetched …";
  worker.register("sw.js").then(() => worker.ready).then(() => kept(true), () => { says.textContent = "This browser refuses. The archive above does the same."; });
});
forget.addEventListener("click", () => {
  worker.getRegistration(here).then(found => found && found.unregister())
    .then(() => caches.keys())
    .then(names => Promise.all(names.filter(name => name.indexOf("wireloom " + here + " ") === 0).map(name => caches.delete(name))))
    .then(() => kept(false));
});
}());
