// Waits for the next event of `wireloom serve`: a page that changed is loaded again, a bar that changed is put in place.
(function () {
  "use strict";
  var own = document.currentScript, told = Number(own.getAttribute("data-told"));
  var folder = own.getAttribute("src").replace(/live\.js$/, "");
  var open = "wireloom-live:open", source = null;
  function bar() { return document.getElementById("wireloom-live"); }
  function keep() {
    var details = bar().querySelector("details");
    try { details.open = sessionStorage.getItem(open) === "1"; } catch (e) { /* private window */ }
    details.addEventListener("toggle", function () {
      try { sessionStorage.setItem(open, details.open ? "1" : "0"); } catch (e) { /* private window */ }
    });
  }
  function renew(number) {
    fetch(folder + "bar", { cache: "no-store" }).then(function (answer) { return answer.text(); }).then(function (text) {
      if (number < told) { return; }
      bar().outerHTML = text;
      keep();
    });
  }
  // A browser opens six connections to one address: a page that nobody sees holds none of them.
  function listen() {
    if (source || document.hidden) { return; }
    source = new EventSource(folder + "events?after=" + told);
    source.addEventListener("open", function () { bar().classList.remove("away"); });
    source.addEventListener("error", function () { bar().classList.add("away"); });
    source.addEventListener("pages", function () { window.location.reload(); });
    source.addEventListener("findings", function (event) { told = Number(event.lastEventId); renew(told); });
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && source) { source.close(); source = null; }
    listen();
  });
  keep();
  listen();
}());
