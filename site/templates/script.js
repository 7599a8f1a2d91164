// Ticks that stay, wires that answer to a tap. Everything on the pages works without this file.
(function () {
  "use strict";
  var build = document.body.getAttribute("data-build") || "build";
  function key(name) { return "wireloom:" + build + ":" + name; }
  function read(name) { try { return localStorage.getItem(key(name)) === "1"; } catch (e) { return false; } }
  function keep(name, on) { try { if (on) { localStorage.setItem(key(name), "1"); } else { localStorage.removeItem(key(name)); } } catch (e) { /* private window */ } }
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  each("input[data-tick]", function (box) {
    var name = box.getAttribute("data-tick");
    box.checked = read(name);
    box.addEventListener("change", function () {
      keep(name, box.checked);
      var next = box.getAttribute("data-next");
      if (box.checked && next) { window.setTimeout(function () { window.location.href = next; }, 250); }
    });
  });
  // A reading turns good or bad against the limits of its line, in words as well as in colour.
  function text(name) { try { return localStorage.getItem(key("reading:" + name)) || ""; } catch (e) { return ""; } }
  each("input[data-reading]", function (box) {
    var name = box.getAttribute("data-reading");
    var low = parseFloat(box.getAttribute("data-low")), high = parseFloat(box.getAttribute("data-high"));
    var says = document.createElement("b");
    says.className = "says";
    says.setAttribute("role", "status");
    box.parentNode.appendChild(says);
    function judge() {
      var words = box.value.trim().toLowerCase();
      var open = words === "ol" || words === "open";
      var number = open ? Infinity : Number(words.replace(",", "."));
      var is = words === "" ? "" : isNaN(number) ? "?" : (!isNaN(low) && number < low) || (!isNaN(high) && number > high) ? "bad" : "good";
      says.textContent = is === "bad" ? "wrong" : is === "good" ? "good" : is === "?" ? "a number, or OL" : "";
      says.className = "says " + is;
    }
    box.value = text(name);
    box.addEventListener("input", function () {
      try { if (box.value) { localStorage.setItem(key("reading:" + name), box.value); } else { localStorage.removeItem(key("reading:" + name)); } } catch (e) { /* private window */ }
      judge();
    });
    judge();
  });
  each("[data-show]", function (mark) { mark.hidden = !read(mark.getAttribute("data-show")); });
  each(".reset", function (line) { line.hidden = false; });
  each("[data-reset]", function (button) {
    button.addEventListener("click", function () {
      if (!window.confirm("Take all ticks of this build away?")) { return; }
      var start = key("");
      try {
        Object.keys(localStorage).forEach(function (name) { if (name.indexOf(start) === 0) { localStorage.removeItem(name); } });
      } catch (e) { /* private window */ }
      window.location.reload();
    });
  });

  // On a narrow screen the way around is a strip: the page that we are on comes into sight.
  each("header [aria-current]", function (here) {
    var strip = here.parentNode.parentNode;
    strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 48;
  });

  // A large drawing begins where its lines begin: at the box furthest to the left.
  each(".whole", function (plate) {
    var left = null;
    Array.prototype.forEach.call(plate.querySelectorAll("g > rect[stroke-width]"), function (box) {
      if (!left || Number(box.getAttribute("x")) < Number(left.getAttribute("x"))) { left = box; }
    });
    if (left) { plate.scrollTop = Number(left.getAttribute("y")) - plate.clientHeight / 2; }
  });

  function light(wire, net) {
    each("g.line", function (line) {
      var on = net ? line.getAttribute("data-net") === net : line.getAttribute("data-wire") === wire;
      line.classList.toggle("lit", Boolean(wire || net) && on);
      line.classList.toggle("dim", Boolean(wire || net) && !on);
    });
    each("tr[data-row]", function (row) {
      var on = net ? row.getAttribute("data-net") === net : row.getAttribute("data-row") === "#" + wire;
      row.classList.toggle("lit", Boolean(wire || net) && on);
    });
  }
  var shown = null;
  function tap(wire, net) {
    var what = net || wire;
    shown = shown === what ? null : what;
    light(shown ? wire : null, shown ? net : null);
  }
  each("g.line", function (line) {
    line.addEventListener("click", function () { tap(line.getAttribute("data-wire"), line.getAttribute("data-net")); });
  });
  each("tr[data-row]", function (row) {
    row.addEventListener("click", function (event) {
      if (event.target.closest("a")) { return; }
      tap(row.getAttribute("data-row").slice(1), row.getAttribute("data-net"));
    });
  });
  function follow() {
    var id = window.location.hash.slice(1);
    if (id.indexOf("net-") === 0) { shown = id; light(null, id); }
  }
  window.addEventListener("hashchange", follow);
  follow();
}());
