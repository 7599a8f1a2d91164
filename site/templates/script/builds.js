// Builds by name: make, rename, switch, delete, write to a file and read from one.
function say(words) {
  var line = one("[data-says]");
  if (line) { line.textContent = words; }
}
function paintBuilds(state, build) {
  var panel = one("[data-builds]");
  if (!panel) { return; }
  panel.hidden = false;
  panel.querySelector("select").replaceChildren(...state.builds.map(it => new Option(it.name + " (" + progress(it).done + " of " + STEPS.length + ")", it.id, false, it === build)));
  if (forgets) { say("This browser keeps nothing: write the builds to a file before you close the page."); }
}
function free(state, name) {
  for (var n = 2, tried = name; state.builds.some(build => build.name === tried); n += 1) { tried = name.slice(0, 52) + " (" + n + ")"; }
  return tried;
}
function ask(question, name) { return (prompt(question, name) || "").trim().slice(0, 60); }
function add(state, build) {
  state.builds.push(build);
  state.at = build.id;
}
function facts(build) {
  var list = it => Object.keys(it).sort().map(name => [name, it[name]]);
  return JSON.stringify([build.name, build.began, list(build.ticks), list(build.readings)]);
}
// Why a file is refused, or nothing.
function refusal(file) {
  return !isObject(file) || file.format !== "wireloom-builds" ? "it holds no builds of a guide" :
    file.version !== 1 ? "it has version " + JSON.stringify(file.version) + ", and this guide reads version 1" :
    file.guide !== slug ? "it belongs to another guide, " + JSON.stringify(file.guide) :
    !areBuilds(file.builds) ? "a build in it is damaged" : "";
}
function takeIn(words) {
  var file, added = [], why = "it is no JSON, or cut short";
  try { file = JSON.parse(words); why = refusal(file); } catch (e) { /* said below */ }
  if (why) { say("The file was refused: " + why + ". Your builds are as they were."); return; }
  change(state => {
    file.builds.forEach(build => {
      if (state.builds.some(own => facts(own) === facts(build))) { return; }
      add(state, fresh(free(state, build.name.trim()), build.ticks, build.readings, build.began));
      added.push("“" + hand(state).name + "”");
    });
  });
  say(added.length ? "Read in: " + added.join(", ") + "." : "Every build of the file is here already.");
}
var acts = {
  make: () => {
    var name = ask("Name of the new build", free(load(), "Build " + (load().builds.length + 1)));
    if (!name) { return; }
    change(state => add(state, fresh(free(state, name))));
    say("“" + hand(load()).name + "” begins with nothing done.");
  },
  rename: () => {
    var old = hand(load()), name = ask("Name of this build", old.name);
    if (!name || name === old.name) { return; }
    change(state => { hand(state).name = free(state, name); });
    say("It is called “" + hand(load()).name + "”.");
  },
  drop: () => {
    var old = hand(load());
    if (!confirm("Delete “" + old.name + "” with its ticks and readings? This cannot be undone.")) { return; }
    change(state => {
      state.builds = state.builds.filter(build => build.id !== old.id);
      if (!state.builds.length) { add(state, fresh("Build 1")); }
      state.at = state.builds[0].id;
    });
    say("“" + old.name + "” is deleted; “" + hand(load()).name + "” is at hand.");
  },
  write: () => {
    var builds = load().builds.map(build => ({ name: build.name, began: build.began, ticks: build.ticks, readings: build.readings }));
    var file = { format: "wireloom-builds", version: 1, guide: slug, builds: builds }, a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1) + "\n"], { type: "application/json" }));
    a.download = slug + "-builds.json";
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 10000);
    say("All builds are in the file " + a.download + ".");
  },
  read: () => one("[data-file]").click()
};
each("[data-act]", button => button.addEventListener("click", acts[of(button, "act")]));
each("[data-builds] select", list => list.addEventListener("change", () => {
  change(state => { state.at = list.value; });
  say("“" + hand(load()).name + "” is at hand.");
}));
each("[data-file]", box => box.addEventListener("change", () => {
  var file = box.files[0];
  if (!file) { return; }
  var asked = file.size > 4e6 ? Promise.reject() : file.text();
  asked.then(takeIn, () => say("The file was refused: it is too large, or cannot be opened. Your builds are as they were."));
  box.value = "";
}));
