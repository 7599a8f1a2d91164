// What the browser keeps: builds of this guide by name, each with its ticks and readings. Everything on the pages can be read without this file.
// A tick of a step keeps the mark of what the step said; any other tick keeps "1".
function of(element, name) { return element.getAttribute("data-" + name); }
var slug = of(document.body, "build") || "build";
var KEY = "wireloom:" + slug;
var root = document.currentScript ? document.currentScript.getAttribute("src").replace("script.js", "") : "";
var memory = null, forgets = false;
function each(selector, act) { document.querySelectorAll(selector).forEach(act); }
function one(selector) { return document.querySelector(selector); }
function text(from, name) { return typeof from[name] === "string" ? from[name] : ""; }
function isObject(it) { return Boolean(it) && typeof it === "object" && !Array.isArray(it); }
function areTexts(it) { return isObject(it) && Object.keys(it).every(name => name.length <= 200 && typeof it[name] === "string" && it[name].length <= 200); }
function areBuilds(list) {
  return Array.isArray(list) && 0 < list.length && list.length <= 200 && list.every(it => isObject(it) &&
    text(it, "name").trim() && it.name.length <= 60 && text(it, "began") && it.began.length <= 40 && areTexts(it.ticks) && areTexts(it.readings));
}
function fresh(name, ticks, readings, began) {
  return { id: Math.random().toString(36).slice(2), name: name, began: began || new Date().toISOString(), ticks: ticks || {}, readings: readings || {} };
}
function load() {
  if (memory) { return memory; }
  var kept = null, state = null;
  try { kept = localStorage.getItem(KEY); } catch (e) { forgets = true; }
  try { state = JSON.parse(kept); } catch (e) { /* set aside below */ }
  if (isObject(state) && state.version === 1 && areBuilds(state.builds)) { return state; }
  // What cannot be read is set aside, not written over.
  if (kept) { try { localStorage.setItem(KEY + ":unread:" + Date.now(), kept); } catch (e) { /* full */ } }
  state = { version: 1, builds: [fresh("Build 1")] };
  save(state);
  return state;
}
function save(state) {
  try { localStorage.setItem(KEY, JSON.stringify(state)); memory = null; forgets = false; } catch (e) { memory = state; forgets = true; }
}
function hand(state) {
  return state.builds.filter(build => build.id === state.at)[0] || state.builds[0];
}
// Read, change, write in one go, so that two open pages do not undo each other.
function change(act) {
  var state = load();
  act(state, hand(state));
  save(state);
  paint();
}
