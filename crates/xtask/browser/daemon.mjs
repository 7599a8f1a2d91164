// Drives the pages of a relay daemon that simulates its machines, in a real browser: node daemon.mjs CHROMIUM ADDRESS PASSWORD CERTIFICATE
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Browser } from "./page.mjs";

const [program, site, password, certificate] = process.argv.slice(2);
const key = new X509Certificate(readFileSync(certificate, "utf8")).publicKey.export({ type: "spki", format: "der" });
const page = new Browser(program, {
  // The daemon's certificate signs itself; it is known by its key, as a person knows it by its fingerprint.
  flags: [`--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`],
  reach: ["127.0.0.1"],
  // A simulated machine boots for twenty-five seconds.
  patienceMs: 120000,
});
const SIZES = [[390, 844], [1440, 900]];
const REASON = "it <b>hangs</b> at 3 a.m.";

const size = ([width, height]) => page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 800 });
const path = () => page.value("location.pathname");
const words = (selector, within = "document") => page.value(`(${within}).querySelector(${JSON.stringify(selector)})?.textContent.trim()`);
const power = id => words(`[data-live="${id}-power"]`);
const all = () => page.value(`[...document.querySelectorAll("[data-live$='-power']")].map(it => it.textContent).join()`);
const type = async (selector, text) => {
  await page.value(`(() => { const it = document.querySelector(${JSON.stringify(selector)}); it.focus(); it.value = ""; })()`);
  await page.send("Input.insertText", { text });
};
const logIn = async (name, given = password) => {
  await page.visit(`${site}/login`);
  await type("#name", name);
  await type("#password", given);
  await page.leads(() => page.tap("main button"));
};
const logOut = async () => {
  await page.leads(() => page.tap("header button"));
  assert.equal(await path(), "/login");
};
const plan = async (id, action) => {
  await page.visit(`${site}/`);
  await page.tap(`input[value="${id}"]`);
  await page.leads(() => page.tap(`button[value="${action}"]`));
  assert.equal(await path(), "/plan");
};
const doIt = async reason => {
  await type("#reason", reason);
  await page.leads(() => page.tap("main button"));
  assert.equal(await path(), "/", await words(".wrong"));
};
// It is gone after a reload.
const mark = () => page.value("window.sameOne = true");
const isSame = () => page.value("window.sameOne === true");
const fits = async where => {
  const wide = await page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
};
/// What somebody else does, with the session's own secret: the page is not told by a form of its own.
const elsewhere = (verb, address, body) => page.value(`fetch(${JSON.stringify(address)}, { method: ${JSON.stringify(verb)}, headers: {
  "content-type": "application/json", "x-form-secret": document.querySelector("[name=form-secret]").value }, body: ${JSON.stringify(JSON.stringify(body))} }).then(answer => answer.status)`);
/// The least and the most opacity of lines that are lit with power everywhere, and not with the second outlet off.
const lines = () => page.value(`(() => { const all = [...document.querySelectorAll(".picture .vs.v0:not(.v2) path")].map(it => Number(getComputedStyle(it).opacity)); return all.length ? [Math.min(...all), Math.max(...all)] : []; })()`);

const scenes = {
  "nobody sees anything before a log-in, and a wrong password is told": async () => {
    for (const place of ["/", "/wiring", "/plan?outlet=pi-3&action=cycle", "/watchdog", "/audit", "/failures"]) {
      await page.visit(`${site}${place}`);
      assert.equal(await path(), "/login", place);
    }
    await logIn("operator", "wrong password");
    assert.match(await words("[role=alert]"), /name or password is wrong/);
  },
  "on a phone and at a desk: log in, look at a plan, leave it, log out": async () => {
    for (const own of SIZES) {
      await size(own);
      await logIn("operator");
      assert.equal(await path(), "/");
      assert.deepEqual(await all(), "on,on,on");
      await fits("outlets");
      await plan("pi-3", "cycle");
      assert.match(await words("main"), /Nothing has happened yet/);
      assert.ok(await page.value(`document.querySelectorAll("main tbody tr").length >= 2`), "off, and on again");
      await fits("plan");
      await page.leads(() => page.tap("main a.quiet"));
      assert.deepEqual(await all(), "on,on,on", "a plan does nothing");
      await logOut();
      await page.visit(`${site}/`);
      assert.equal(await path(), "/login", "what the browser keeps is worth nothing");
    }
  },
  "a machine that is cycled dies and returns while the page stays": async () => {
    await size(SIZES[0]);
    await logIn("operator");
    await page.until(`document.querySelector('[data-live="pi-3"] .alive')`);
    await plan("pi-3", "cycle");
    await doIt(REASON);
    await mark();
    await page.until(`document.querySelector('[data-live="pi-3-power"]').textContent === "off"`);
    assert.equal(await words(`[data-live="pi-3"] .alive`), undefined, "without power it is not alive");
    await page.until(`document.querySelector('[data-live="operations"]').textContent.includes("running")`);
    await page.until(`document.querySelector('[data-live="pi-3-power"]').textContent === "on"`);
    assert.equal(await words("#news"), "pi[3] on", "a screen reader is told");
    await page.until(`document.querySelector('[data-live="pi-3"] .alive')`);
    await page.until(`document.querySelector('[data-live="operations"]').textContent.includes("done")`);
    assert.ok(await isSame(), "no reload");
    assert.equal(await all(), "on,on,on");
  },
  "the log has who, what and why, as text": async () => {
    await page.leads(() => page.tap(`nav a[href="/audit"]`));
    const rows = await page.value(`[...document.querySelectorAll("tbody tr")].map(it => it.textContent).filter(it => it.includes(${JSON.stringify(REASON)}))`);
    assert.ok(rows.some(row => row.includes("account operator") && row.includes("pi[3]")), rows.join("\n"));
    await fits("audit");
  },
  "the drawing follows what somebody else does, and the server draws it so": async () => {
    await size(SIZES[1]);
    await page.visit(`${site}/wiring`);
    assert.deepEqual(await lines(), [1, 1], "everything is lit");
    await mark();
    assert.equal(await elsewhere("POST", "/api/v1/outlets/pi-3/off", { reason: "drawn", off_seconds: 300 }), 202);
    await page.until(`document.querySelector(".picture").classList.contains("off-2")`);
    const [least, most] = await lines();
    assert.ok(0 < least && most < 0.5, `faint: ${least} to ${most}`);
    assert.match(await words(`[data-live="rows"] tr:nth-child(2)`), /pi\[3\]\s*off\s*energised/);
    assert.ok(await isSame(), "no reload");
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.visit(`${site}/wiring`);
    assert.deepEqual(await lines(), [least, most], "without scripts it is drawn as it is");
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
    await page.visit(`${site}/wiring`);
    assert.equal(await elsewhere("POST", "/api/v1/outlets/pi-3/on", { reason: "drawn" }), 202);
    await page.until(`!document.querySelector(".picture").classList.contains("off-2")`);
    assert.deepEqual(await lines(), [1, 1]);
    await logOut();
  },
  "whoever may only look is offered nothing, and can do nothing": async () => {
    await logIn("reader");
    assert.equal(await page.value(`document.querySelectorAll("main button, main input:not([disabled])").length`), 0);
    const before = await all();
    await page.visit(`${site}/plan?outlet=pi-4&action=off`);
    assert.equal(await page.value(`document.querySelectorAll("main button, main form").length`), 0, "a plan to look at");
    await page.visit(`${site}/watchdog`);
    assert.equal(await page.value(`document.querySelectorAll("main button").length`), 0);
    assert.equal(await elsewhere("POST", "/api/v1/outlets/pi-4/off", { reason: "no" }), 403);
    await page.visit(`${site}/`);
    assert.equal(await all(), before);
    await logOut();
  },
  "without scripts: log in, plan, cycle, see it, see it in the log, log out": async () => {
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    for (const own of SIZES) {
      await size(own);
      await logIn("operator");
      await plan("pi-4", "cycle");
      if (own === SIZES[0]) {
        await page.leads(() => page.tap("main a.quiet"));
      } else {
        await doIt("without scripts");
        assert.match(await words(`[data-live="operations"]`), /cycle pi\[4\].*without scripts/s);
        await page.leads(() => page.tap(`nav a[href="/audit"]`));
        assert.match(await words("tbody"), /without scripts/);
      }
      await logOut();
    }
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
  },
};

await page.play(scenes, "the daemon", async () => {
  await page.send("Log.enable");
  // What fades is looked at when it has faded.
  await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-reduced-motion", value: "reduce" }] });
});
