// Drives a build with the guide from its first tick to its last, in a real browser: node build.mjs CHROMIUM BEFORE AFTER FOLDER
// BEFORE and AFTER are the guide's folder before and after an edit of its second step: the same path is read, as a reader's browser would.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./page.mjs";
import { scenes as views } from "./views.mjs";

const [program, before, after, folder] = process.argv.slice(2);
const site = join(folder, "site"), downloads = join(folder, "downloads");
const address = page => pathToFileURL(join(site, page)).href;
const lay = from => { rmSync(site, { recursive: true, force: true }); cpSync(from, site, { recursive: true }); };
lay(before);
rmSync(downloads, { recursive: true, force: true });
mkdirSync(downloads, { recursive: true });
const steps = readdirSync(join(site, "steps")).filter(name => /^\d/.test(name)).sort().map(name => `steps/${name}`);
const done = "input[data-mark]";

const page = new Browser(program);
const words = selector => page.value(`document.querySelector(${JSON.stringify(selector)}).textContent.trim()`);
const shown = selector => page.value(`Boolean(document.querySelector(${JSON.stringify(selector)})?.checkVisibility())`);
const checked = selector => page.value(`document.querySelector(${JSON.stringify(selector)}).checked`);
const at = () => page.value("location.href");
// Whether the page takes a key for itself; nothing waits for what would come of it.
const taken = key => page.value(`!(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: ${JSON.stringify(key)}, bubbles: true, cancelable: true }))`);
const hand = () => page.value(`document.querySelector(".builds select").selectedOptions[0].textContent`);
const kept = () => page.value(`localStorage.getItem("wireloom:" + document.body.dataset.build)`);
const chooseFile = async text => {
  const path = join(folder, "chosen.json");
  writeFileSync(path, text);
  const { root } = await page.send("DOM.getDocument");
  const { nodeId } = await page.send("DOM.querySelector", { nodeId: root.nodeId, selector: "[data-file]" });
  await page.value(`document.querySelector("[data-says]").textContent = ""`);
  await page.send("DOM.setFileInputFiles", { files: [path], nodeId });
  await page.until(`document.querySelector("[data-says]").textContent !== ""`);
  return words("[data-says]");
};
const switchTo = name => page.value(`(() => {
  const list = document.querySelector(".builds select");
  list.value = [...list.options].find(one => one.text.startsWith(${JSON.stringify(name)})).value;
  list.dispatchEvent(new Event("change"));
})()`);

const scenes = {
  "a tick moves on, and survives a reload": async () => {
    await page.visit(address("steps/index.html"));
    assert.equal(await words(".progress span"), `0 of ${steps.length} steps done`);
    await page.leads(() => page.tap("[data-open]"));
    assert.equal(await at(), address(steps[0]));
    await page.leads(() => page.tap(".finish"));
    assert.equal(await at(), address(steps[1]), "a tick goes on to the next open step");
    await page.visit(address(steps[0]));
    assert.equal(await checked(done), true);
    await page.visit(address("index.html"));
    assert.equal(await words(".progress span"), `1 of ${steps.length} steps done`);
    assert.equal(await page.value(`document.querySelector("progress").value`), 1);
    assert.equal(await words("[data-open]"), "Next open: step 2");
    assert.equal(await page.value(`[...document.querySelectorAll(".done")].filter(it => it.checkVisibility()).length`), 1);
  },
  "on a phone Done is as wide as the page, and lies within the reach of a thumb": async () => {
    await page.send("Emulation.setDeviceMetricsOverride", { width: 390, height: 844, deviceScaleFactor: 2, mobile: true });
    await page.visit(address(steps[1]));
    const box = await page.value(`(() => { const { left, right, top, bottom } = document.querySelector(".finish").getBoundingClientRect(); return { left, right, top, bottom }; })()`);
    assert.ok(box.bottom - box.top >= 44 && box.right - box.left >= 340, JSON.stringify(box));
    assert.ok(box.bottom <= 844 && box.top > 600, `without scrolling: ${JSON.stringify(box)}`);
    const small = await page.value(`[...document.querySelectorAll(".bar a, .aids button, .aids label")].filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 44).map(it => it.outerHTML)`);
    assert.deepEqual(small, []);
    assert.ok(await page.value("document.documentElement.scrollWidth <= 390"));
    await page.send("Emulation.clearDeviceMetricsOverride");
  },
  "keys go forth and back, tick, and list themselves": async () => {
    await page.visit(address(steps[1]));
    await page.leads(() => page.key("j", "j"));
    assert.equal(await at(), address(steps[2]));
    await page.leads(() => page.key("ArrowLeft"));
    assert.equal(await at(), address(steps[1]));
    await page.key("?", "?");
    assert.ok(await shown("dialog.keys"));
    assert.ok(!await taken("j"), "keys rest while their list is open");
    await page.tap("dialog.keys label");
    await page.tap("dialog.keys button");
    await page.until(`document.activeElement.closest("dialog") === null`);
    assert.ok(!await taken("j"), "keys that are off do nothing");
    await page.tap("[data-keys]");
    await page.tap("dialog.keys label");
    await page.tap("dialog.keys button");
    assert.ok(!await shown("dialog.keys"));
    await page.until(`document.activeElement.closest("dialog") === null`);
    await page.leads(() => page.key("d", "d"));
    assert.equal(await at(), address(steps[2]), "d ticks step 2 and moves on");
  },
  "the screen is kept awake from a tap on the switch, and on the next step as well": async () => {
    // A headless browser has no screen: what is asked of it is counted.
    const { identifier } = await page.send("Page.addScriptToEvaluateOnNewDocument", {
      source: `window.wakes = 0; Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { wakes += 1; return Object.assign(new EventTarget(), { release() {} }); } } });`,
    });
    await page.visit(address(steps[2]));
    assert.equal(await page.value("wakes"), 0, "nothing is asked before the tap");
    await page.tap("label:has([data-wake])");
    assert.equal(await page.value("wakes"), 1);
    await page.visit(address(steps[3]));
    assert.equal(await page.value("wakes"), 1);
    await page.tap("label:has([data-wake])");
    await page.visit(address(steps[2]));
    assert.equal(await page.value("wakes"), 0, "and switched off it stays off");
    await page.send("Page.removeScriptToEvaluateOnNewDocument", { identifier });
  },
  "a reading turns good or wrong, and stays": async () => {
    await page.visit(address("tests.html"));
    await page.tap("[data-reading]");
    const [low, high] = await page.value(`(({ low, high }) => [low, high].map(parseFloat))(document.querySelector("[data-reading]").dataset)`);
    // A limit that is not there comes as null.
    const good = String(high ?? low * 2), wrong = String(low > 0 ? low / 2 : high * 2 + 1);
    await page.send("Input.insertText", { text: wrong });
    assert.equal(await words(".says"), "wrong");
    await page.value(`document.querySelector("[data-reading]").select()`);
    await page.send("Input.insertText", { text: good });
    assert.equal(await words(".says"), "good");
    await page.visit(address("tests.html"));
    assert.equal(await page.value(`document.querySelector("[data-reading]").value`), good);
    assert.equal(await words(".says"), "good");
  },
  "builds are made, renamed and switched, each with its own ticks and readings": async () => {
    await page.visit(address("steps/index.html"));
    page.answers.push({ accept: true, promptText: "box 1" });
    await page.tap("[data-act=rename]");
    await page.until(`document.querySelector(".progress b").textContent === "box 1"`);
    page.answers.push({ accept: true, promptText: "box 2" });
    await page.tap("[data-act=make]");
    await page.until(`document.querySelector(".progress b").textContent === "box 2"`);
    assert.equal(await words(".progress span"), `0 of ${steps.length} steps done`);
    await page.visit(address("tests.html"));
    assert.equal(await page.value(`document.querySelector("[data-reading]").value`), "");
    assert.equal(await words("[data-hand] b"), "box 2");
    await page.visit(address("steps/index.html"));
    await switchTo("box 1");
    assert.equal(await words(".progress span"), `2 of ${steps.length} steps done`);
  },
  "builds go out as one file, and come back from it after a delete": async () => {
    await page.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads, eventsEnabled: true });
    const written = page.event("a download", message => message.method === "Browser.downloadProgress" && message.params.state === "completed");
    await page.tap("[data-act=write]");
    await written;
    const [name] = readdirSync(downloads);
    assert.match(name, /-builds\.json$/);
    const file = readFileSync(join(downloads, name), "utf8");
    assert.deepEqual(JSON.parse(file).builds.map(build => build.name), ["box 1", "box 2"]);

    const whole = await kept();
    await page.tap("[data-act=drop]");
    assert.match(page.asks, /Delete “box 1”/);
    assert.equal(await kept(), whole, "a delete that is not confirmed deletes nothing");
    page.answers.push({ accept: true });
    await page.tap("[data-act=drop]");
    await page.until(`document.querySelector(".progress b").textContent === "box 2"`);
    assert.equal(JSON.parse(await kept()).builds.length, 1);

    assert.equal(await chooseFile(file), "Read in: “box 1”.");
    assert.equal(await hand(), `box 1 (2 of ${steps.length})`);
    assert.equal(await chooseFile(file), "Every build of the file is here already.");
    const changed = file.replace('"box 2"', '"box 1"');
    assert.match(await chooseFile(changed), /“box 1 \(2\)”/, "a build of the same name is not written over");
    page.answers.push({ accept: true });
    await page.tap("[data-act=drop]");

    const own = await kept(), of = change => { const it = JSON.parse(file); change(it); return JSON.stringify(it); };
    for (const [refused, why] of [
      [file.slice(0, 200), /cut short/],
      ["", /cut short/],
      ["null", /no builds/],
      ['{"format":"something-else"}', /no builds/],
      [of(it => { it.version = 2; }), /version 2/],
      [of(it => { it.guide = "another"; }), /another guide, "another"/],
      [of(it => { it.builds = []; }), /damaged/],
      [of(it => { it.builds[1].ticks = ["step:x"]; }), /damaged/],
      [of(it => { it.builds[1].readings = { a: 5 }; }), /damaged/],
      [of(it => { it.builds[0].name = " "; }), /damaged/],
    ]) {
      assert.match(await chooseFile(refused), why);
      assert.equal(await kept(), own, "what is refused changes nothing");
    }
    const hostile = of(it => { it.builds = [{ ...it.builds[0], name: "<img src=x onerror=document.title=1>" }]; });
    await chooseFile(hostile);
    assert.equal(await page.value(`document.querySelectorAll("img").length`), 0);
    page.answers.push({ accept: true });
    await page.tap("[data-act=drop]");
    await switchTo("box 1");
  },
  "what is kept and cannot be read is set aside, not written over": async () => {
    const own = await kept();
    await page.value(`localStorage.setItem("wireloom:" + document.body.dataset.build, "{broken")`);
    await page.visit(address("index.html"));
    assert.ok(await page.value(`Object.keys(localStorage).some(name => name.includes(":unread:") && localStorage[name] === "{broken")`));
    await page.value(`localStorage.setItem("wireloom:" + document.body.dataset.build, ${JSON.stringify(own)})`);
  },
  "a step that changed since its tick says so, until it is agreed to": async () => {
    await page.visit(address("steps/index.html"));
    assert.ok(!await shown("[data-changed]"));
    lay(after);
    await page.visit(address("steps/index.html"));
    assert.equal(await words("[data-changed]"), "Changed since you ticked: step 2.");
    assert.equal(await page.value(`[...document.querySelectorAll(".done.stale")].length`), 1);
    await page.visit(address(steps[0]));
    assert.ok(!await shown("[data-stale]"));
    await page.visit(address("steps/index.html"));
    await page.leads(() => page.tap("[data-changed] a"));
    assert.equal(await at(), address(steps[1]));
    assert.ok(await shown("[data-stale]"));
    await page.tap("[data-agree]");
    assert.ok(!await shown("[data-stale]"));
    await page.visit(address("steps/index.html"));
    assert.ok(!await shown("[data-changed]"));
  },
  "the build is done with its last step": async () => {
    await page.visit(address(steps[2]));
    for (let n = 2; n < steps.length - 1; n += 1) { await page.leads(() => page.tap(".finish")); }
    assert.equal(await at(), address(steps.at(-1)));
    await page.tap(".finish");
    assert.equal(await words("[data-progress] span"), `${steps.length} of ${steps.length} steps done`);
    assert.ok(!await shown("[data-open]"));
    await page.visit(address("steps/index.html"));
    assert.equal(await words(".progress span"), `${steps.length} of ${steps.length} steps done`);
  },
  "paper has no controls": async () => {
    await page.send("Emulation.setEmulatedMedia", { media: "print" });
    for (const [where, what] of [["steps/index.html", ".builds, .start, progress, button, select"], [steps[0], ".finish, .bar, .aids, button"]]) {
      await page.visit(address(where));
      assert.equal(await page.value(`[...document.querySelectorAll("${what}")].filter(it => it.checkVisibility()).length`), 0, where);
    }
    await page.send("Emulation.setEmulatedMedia", { media: "" });
  },
  "every control has a name, and focus can be seen on it": async () => {
    for (const where of ["steps/index.html", steps[1], "index.html"]) {
      await page.visit(address(where));
      const count = await page.value(`[...document.querySelectorAll("main a, main button, main select, main input")].filter(it => it.checkVisibility()).length`);
      const seen = new Set();
      await page.value(`document.querySelector("main").focus()`);
      for (let n = 0; n < count; n += 1) {
        await page.key("Tab");
        const [name, width, style, html] = await page.value(`(() => {
          const it = document.activeElement, { outlineWidth, outlineStyle } = getComputedStyle(it);
          return [(it.getAttribute("aria-label") || [...(it.labels ?? [])].map(one => one.textContent).join("") || it.textContent).trim(), parseFloat(outlineWidth), outlineStyle, it.outerHTML.slice(0, 120)];
        })()`);
        assert.ok(name !== "" || html.startsWith("<body"), `${where}: ${html} has no name`);
        assert.ok(html.startsWith("<body") || width >= 2 && style !== "none", `${where}: no focus to be seen on ${html}`);
        seen.add(html);
      }
      assert.ok(seen.size >= Math.min(count, 4), `${where}: Tab reaches ${seen.size} of ${count}`);
    }
  },
  "search is a key away, loads its words when somebody types, and finds tags, terminals and words": async () => {
    await page.visit(address(steps[0]));
    await page.leads(() => page.key("/", "/"));
    assert.equal(await at(), `${address("search.html")}#find`);
    assert.equal(await page.value("document.activeElement.id"), "find");
    assert.equal(await page.value(`document.querySelectorAll("script").length`), 1, "nothing more is loaded yet");
    const find = async text => {
      await page.value(`document.querySelector("#find").value = ""`);
      await page.send("Input.insertText", { text });
      await page.until(`document.querySelector("[data-count]").textContent !== "" && decodeURIComponent(location.hash) === ${JSON.stringify(`#q=${text}`)}`);
      return page.value(`[...document.querySelectorAll(".found a")].map(a => a.getAttribute("href"))`);
    };
    for (const [text, wanted] of [["gpio18", "gpio-pi-1.html"], ["#07", "wires.html"], ["7", "wires.html"], ["pi 3", "wires.html"], ["pi[3]", "wires.html"], ["P005", "rules/P005.html"], ["ferru", "parts.html"], ["fuse holders", steps.find(step => step.includes("fuse-holders"))]]) {
      const found = await find(text);
      assert.ok(found.includes(wanted), `${text}: ${found}`);
    }
    assert.deepEqual(await find("xyzzy"), []);
    assert.equal(await words("[data-count]"), "No page has that.");
    const [best] = await find("p005");
    assert.equal(best, "rules/P005.html");
    await page.key("Enter", "\r");
    assert.equal(await page.value(`document.activeElement.getAttribute("href")`), best, "Enter goes to the best");
    await page.visit(address("index.html"));
    await page.visit(`${address("search.html")}#q=gpio18`);
    await page.until(`document.querySelector(".found a")`);
    assert.equal(await page.value(`document.querySelector("#find").value`), "gpio18", "an address keeps what was asked");
  },
  "without scripts no control is shown that needs them": async () => {
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    for (const [where, what] of [["steps/index.html", ".builds, .needs-script, .progress"], [steps[0], ".finish, .aids > *, [data-stale]"], ["parts.html", ".tick"], ["search.html", "form, [data-found]"], ["downloads.html", "[data-keep]"]]) {
      await page.visit(address(where));
      assert.equal(await page.value(`[...document.querySelectorAll("${what}")].filter(it => it.checkVisibility()).map(it => it.outerHTML.slice(0, 90)).join()`), "", where);
    }
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
  },
  ...views(page, site, folder, steps),
};

await page.play(scenes, "a build");
