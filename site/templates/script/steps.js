// Ticks, readings, and how far the build at hand is. STEPS holds id, mark and page of each step, in order.
function progress(build) {
  var all = { done: 0, of: STEPS.length, changed: [], gone: [], open: [] }, known = new Set();
  STEPS.forEach((step, n) => {
    var name = "step:" + step[0], mark = text(build.ticks, name);
    known.add(name);
    if (!mark) { all.open.push(n); return; }
    all.done += 1;
    if (mark !== step[1]) { all.changed.push(n); }
  });
  all.gone = Object.keys(build.ticks).filter(name => name.startsWith("step:") && !known.has(name)).map(name => name.slice(5));
  return all;
}
function here() {
  var box = one("input[data-mark]");
  return STEPS.findIndex(step => box && of(box, "tick") === "step:" + step[0]);
}
// The next open step after the one on the page, else the first open one.
function nextOpen(all) {
  var at = here(), open = all.open.filter(n => n !== at);
  return open.filter(n => n > at).concat(open)[0];
}
function link(n, words) {
  var a = document.createElement("a");
  a.href = root + STEPS[n][2];
  a.textContent = words;
  return a;
}
function judge(box) {
  var says = box.nextElementSibling;
  var low = parseFloat(of(box, "low")), high = parseFloat(of(box, "high"));
  var words = box.value.trim().toLowerCase();
  var number = words === "ol" || words === "open" ? Infinity : Number(words.replace(",", "."));
  // What went dark may be named instead of measured.
  var name = of(box, "name"), named = name && /^[a-z]/.test(words) && isNaN(number);
  var is = words === "" ? "" : named ? words === name.toLowerCase() ? "good" : "bad" : isNaN(number) ? "?" : (!isNaN(low) && number < low) || (!isNaN(high) && number > high) ? "bad" : "good";
  var word = is === "bad" ? "wrong" : is === "good" ? "good" : is === "?" ? "a number, or OL" : "";
  if (says.textContent !== word) { says.textContent = word; }
  says.className = "says " + is;
}
function paint() {
  var state = load(), build = hand(state), all = progress(build), open = nextOpen(all);
  each("input[data-tick]", box => { box.checked = text(build.ticks, of(box, "tick")) !== ""; });
  each("input[data-reading]", box => {
    var kept = text(build.readings, of(box, "reading"));
    if (box.value !== kept) { box.value = kept; }
    judge(box);
  });
  each("[data-show]", badge => {
    var kept = text(build.ticks, of(badge, "show")), changed = kept && kept !== of(badge, "mark");
    badge.hidden = !kept;
    badge.textContent = changed ? "done, changed since" : "done";
    badge.classList.toggle("stale", Boolean(changed));
  });
  each("[data-progress]", plate => {
    plate.hidden = !all.of;
    plate.querySelector("b").textContent = build.name;
    plate.querySelector("span").textContent = all.done + " of " + all.of + " steps done";
    var bar = plate.querySelector("progress");
    if (bar) { bar.max = all.of; bar.value = all.done; }
  });
  each("[data-open]", a => {
    a.hidden = open === undefined || of(a, "open") === "begun" && !all.done;
    if (open !== undefined) { a.href = root + STEPS[open][2]; a.textContent = "Next open: step " + (open + 1); }
  });
  each("[data-changed]", line => {
    line.hidden = !all.changed.length && !all.gone.length;
    line.textContent = "";
    all.changed.forEach((n, k) => line.append(k ? ", " : "Changed since you ticked: ", link(n, "step " + (n + 1))));
    if (all.changed.length) { line.append(". "); }
    if (all.gone.length) { line.append("Ticked, and no longer in the guide: " + all.gone.join(", ") + "."); }
  });
  each("[data-stale]", note => { note.hidden = all.changed.indexOf(here()) < 0; });
  each("[data-hand]", line => {
    line.hidden = state.builds.length < 2;
    line.querySelector("b").textContent = build.name;
  });
  paintBuilds(state, build);
}
function tick(box) {
  change((state, build) => {
    var name = of(box, "tick");
    if (box.checked) { build.ticks[name] = of(box, "mark") || "1"; } else { delete build.ticks[name]; }
  });
}
each("input[data-tick]", box => box.addEventListener("change", () => {
  tick(box);
  var next = nextOpen(progress(hand(load())));
  // What was not kept would be lost by going on; and a slip of the finger can be taken back before.
  if (of(box, "mark") && next !== undefined && !forgets) {
    setTimeout(() => { if (box.checked) { location.href = root + STEPS[next][2]; } }, 400);
  }
}));
each("input[data-reading]", box => {
  box.insertAdjacentHTML("afterend", "<b class=says role=status></b>");
  box.addEventListener("input", () => change((state, build) => {
    var name = of(box, "reading");
    if (box.value) { build.readings[name] = box.value.slice(0, 200); } else { delete build.readings[name]; }
  }));
});
each("[data-agree]", button => button.addEventListener("click", () => {
  var box = one("input[data-mark]");
  tick(box);
  box.focus();
}));
