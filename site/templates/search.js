// Looks into PAGES (path, title, description) and WORDS (see `site/search.rs`). Loaded by the search page when somebody types.
var form = document.querySelector("[data-search]"), box = form.querySelector("input");
var count = form.querySelector("[data-count]"), list = document.querySelector("[data-found]");
var words = WORDS.split(" ").map(entry => {
  var end = entry.search(/[;:!]/), page = 0, places = [];
  entry.slice(end).replace(/([;:!])([0-9a-z]+)/g, (_, sign, step) => {
    page += parseInt(step, 36);
    places.push([page, { ";": 1, ":": 4, "!": 12 }[sign]]);
  });
  return [entry.slice(0, end), places];
});
// Points by page of one word as typed; a word that only begins so counts less.
function points(word, points) {
  words.forEach(([known, places]) => {
    if (!known.startsWith(word)) { return; }
    var rare = Math.log(1 + PAGES.length / places.length);
    places.forEach(([page, weight]) => {
      var worth = weight * rare * (known === word ? 2 : 1) * (PAGES[page][0].startsWith("rules/") ? 0.5 : 1);
      points.set(page, Math.max(points.get(page) || 0, worth));
    });
  });
  return points;
}
// `pi 3` is `pi[3]` or `pi3`; a number by itself is a tag.
function asked(text) {
  var typed = text.toLowerCase().match(/#?[\p{L}\p{N}]+(\[\d+\])?/gu) || [], all = [];
  typed.forEach((word, n) => {
    if (!/^\d+$/.test(word)) { all.push([word]); return; }
    var before = n > 0 && all[all.length - 1];
    if (before && /^\p{L}+$/u.test(before[0])) { all[all.length - 1] = [before[0] + "[" + word + "]", before[0] + word, before[0] + "0" + word]; return; }
    all.push(["#" + word, "#0" + word]);
  });
  return all;
}
function find() {
  var all = asked(box.value), sums = null;
  all.forEach(choices => {
    var mine = new Map();
    choices.forEach(word => points(word, mine));
    if (!sums) { sums = mine; return; }
    sums.forEach((sum, page) => { if (mine.has(page)) { sums.set(page, sum + mine.get(page)); } else { sums.delete(page); } });
  });
  var hits = sums ? Array.from(sums).sort((a, b) => b[1] - a[1] || a[0] - b[0]) : [];
  list.textContent = "";
  hits.slice(0, 40).forEach(([page]) => {
    var item = document.createElement("li"), link = document.createElement("a"), about = document.createElement("p");
    link.href = PAGES[page][0];
    link.textContent = PAGES[page][1];
    about.textContent = PAGES[page][2];
    item.append(link, about);
    list.append(item);
  });
  list.hidden = !hits.length;
  count.textContent = !all.length ? "" : !hits.length ? "No page has that." : hits.length === 1 ? "1 page" : hits.length + " pages" + (hits.length > 40 ? ", the best 40 below" : "");
  try { history.replaceState(null, "", all.length ? "#q=" + encodeURIComponent(box.value) : "#find"); } catch (e) { /* some browsers refuse it for files */ }
}
box.addEventListener("input", find);
form.addEventListener("submit", event => {
  event.preventDefault();
  var first = list.querySelector("a");
  if (first) { first.focus(); }
});
find();
