// Wires that answer to a tap, and what comes into sight by itself.
// On a narrow screen the way around is a strip: the page that we are on comes into sight.
each("header [aria-current]", here => {
  var strip = here.parentNode.parentNode;
  strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 48;
});

// A large drawing begins where its lines begin: at the box furthest to the left.
each(".whole", plate => {
  var left = null;
  plate.querySelectorAll("g > rect[stroke-width]").forEach(box => {
    if (!left || Number(box.getAttribute("x")) < Number(left.getAttribute("x"))) { left = box; }
  });
  if (left) { plate.scrollTop = Number(left.getAttribute("y")) - plate.clientHeight / 2; }
});

function light(wire, net) {
  each("g.line", line => {
    var on = net ? of(line, "net") === net : of(line, "wire") === wire;
    line.classList.toggle("lit", Boolean(wire || net) && on);
    line.classList.toggle("dim", Boolean(wire || net) && !on);
  });
  each("tr[data-row]", row => {
    var on = net ? of(row, "net") === net : of(row, "row") === "#" + wire;
    row.classList.toggle("lit", Boolean(wire || net) && on);
  });
}
var shown = null;
function tap(wire, net) {
  var what = net || wire;
  shown = shown === what ? null : what;
  light(shown ? wire : null, shown ? net : null);
  history.replaceState(null, "", shown && net ? "#" + net : location.pathname);
}
each("g.line", line => {
  line.addEventListener("click", () => { tap(of(line, "wire"), of(line, "net")); });
});
each("tr[data-row]", row => {
  row.addEventListener("click", event => {
    if (event.target.closest("a")) { return; }
    tap(of(row, "row").slice(1), of(row, "net"));
  });
});
function follow() {
  var id = location.hash.slice(1);
  if (id.indexOf("net-") !== 0) { return; }
  shown = id;
  light(null, id);
  // What is lit comes into sight within its plate.
  var line = document.querySelector(".lit path"), plate = line && line.closest(".whole");
  if (!plate) { return; }
  var box = line.getBoundingClientRect(), frame = plate.getBoundingClientRect();
  plate.scrollBy(box.x - frame.x - 160, box.y - frame.y - 200);
}
addEventListener("hashchange", follow);
follow();
