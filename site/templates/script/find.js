// Search: what it knows is loaded when somebody types.
each("[data-search]", form => {
  var box = form.querySelector("input"), asked = /^#q=(.*)/.exec(location.hash);
  function load() {
    var script = document.createElement("script");
    script.src = root + "search.js";
    document.head.append(script);
  }
  form.hidden = false;
  form.addEventListener("submit", event => event.preventDefault());
  if (asked) { try { box.value = decodeURIComponent(asked[1]); } catch (e) { /* not ours */ } }
  if (box.value) { load(); } else { box.addEventListener("input", load, { once: true }); }
  if (location.hash === "#find") { box.focus(); }
});
