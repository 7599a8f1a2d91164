// A page in a headless Chromium, by the DevTools protocol over two pipes: no port, no library.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 30000;

export class Browser {
  /// `flags` are further ones of the program's; hosts in `reach` are found, and no others.
  constructor(program, { flags = [], reach = [], patienceMs = PATIENCE_MS } = {}) {
    this.patienceMs = patienceMs;
    this.profile = mkdtempSync(join(tmpdir(), "guide-browser-"));
    this.child = spawn(program, [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
      // No photograph of the guide is asked for, wherever it lies.
      `--host-resolver-rules=${["MAP * ~NOTFOUND", ...reach.map(host => `EXCLUDE ${host}`)].join(", ")}`, ...flags,
      `--user-data-dir=${this.profile}`, "--remote-debugging-pipe", "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.asked = new Map();
    this.heard = [];
    this.last = 0;
    this.answers = [];
    this.errors = [];
    let rest = Buffer.alloc(0);
    this.child.stdio[4].on("data", piece => {
      rest = Buffer.concat([rest, piece]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.hear(JSON.parse(rest.subarray(0, end).toString("utf8")));
        rest = rest.subarray(end + 1);
      }
    });
    this.child.on("exit", code => this.asked.forEach(([, fail]) => fail(new Error(`the browser ended (${code})`))));
  }

  hear(message) {
    if (message.id) {
      const [done, fail] = this.asked.get(message.id);
      this.asked.delete(message.id);
      if (message.error) { fail(new Error(message.error.message)); } else { done(message.result); }
      return;
    }
    if (message.method === "Runtime.exceptionThrown") { this.errors.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text); }
    // What a page may not load or run by its own policy is told here; a status that is no 200 is no error of the page.
    if (message.method === "Log.entryAdded" && message.params.entry.level === "error" && message.params.entry.source !== "network") { this.errors.push(message.params.entry.text); }
    if (message.method === "Page.javascriptDialogOpening") {
      const answer = this.answers.shift() ?? { accept: false };
      this.asks = message.params.message;
      this.send("Page.handleJavaScriptDialog", answer);
    }
    this.heard = this.heard.filter(([wanted, done]) => !wanted(message) || (done(message), false));
  }

  send(method, params = {}) {
    const id = this.last += 1;
    const session = method.startsWith("Target.") || method.startsWith("Browser.") ? {} : { sessionId: this.session };
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return this.patient(new Promise((done, fail) => this.asked.set(id, [done, fail])), method);
  }

  /// The next event that is wanted; call it before what brings the event about.
  event(what, wanted) {
    return this.patient(new Promise(done => this.heard.push([wanted, done])), what);
  }

  patient(promise, what) {
    let bell;
    const late = new Promise((_, fail) => { bell = setTimeout(() => fail(new Error(`nothing came of: ${what}`)), this.patienceMs); });
    return Promise.race([promise, late]).finally(() => clearTimeout(bell));
  }

  async open() {
    const { targetInfos } = await this.send("Target.getTargets");
    const { targetId } = targetInfos.find(target => target.type === "page");
    ({ sessionId: this.session } = await this.send("Target.attachToTarget", { targetId, flatten: true }));
    for (const domain of ["Page", "Runtime", "DOM"]) { await this.send(`${domain}.enable`); }
  }

  /// Does what leads to another page, and waits until that is loaded.
  async leads(act) {
    const loaded = this.event("a page that loads", message => message.method === "Page.loadEventFired");
    await act();
    await loaded;
  }

  visit(url) { return this.leads(() => this.send("Page.navigate", { url })); }

  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) { throw new Error(`${expression}: ${exceptionDetails.exception?.description}`); }
    return result.value;
  }

  /// Waits until an expression holds, looking once a drawn frame.
  until(expression) {
    return this.value(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 10); look(); })`);
  }

  /// A tap in the middle of what a selector finds, if a finger can reach it and once no picture can move it any more.
  async tap(selector) {
    await this.value(`Promise.all([...document.images].map(it => { it.loading = "eager"; return it.decode().catch(() => {}); })).then(() => true)`);
    const place = await this.value(`(() => {
      const it = document.querySelector(${JSON.stringify(selector)});
      if (!it) { return null; }
      it.scrollIntoView({ block: "center", behavior: "instant" });
      const box = it.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
      const top = document.elementFromPoint(x, y);
      return top && (it.contains(top) || top.contains(it)) ? { x, y } : null;
    })()`);
    if (!place) { throw new Error(`a finger cannot reach ${selector}`); }
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, ...place, button: "left", clickCount: 1 });
    }
  }

  async key(key, text) {
    const codes = key === "Tab" ? { code: key, windowsVirtualKeyCode: 9 } : {};
    await this.send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", key, text, ...codes });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, ...codes });
  }

  /// Plays scenes one after the other and closes; the process fails with the first that does, or whose page threw. `begin` runs once before them.
  async play(scenes, of, begin = async () => {}) {
    try {
      await this.open();
      await begin();
      for (const [title, scene] of Object.entries(scenes)) {
        await scene();
        assert.deepEqual(this.errors, [], "the page threw, or broke its own policy");
        console.log(`${title} ... ok`);
      }
      console.log(`${Object.keys(scenes).length} scenes of ${of} played`);
    } catch (error) {
      process.exitCode = 1;
      console.error(error, this.errors);
    } finally {
      await this.close();
    }
  }

  async close() {
    const gone = new Promise(done => this.child.on("exit", done));
    this.send("Browser.close").catch(() => this.child.kill());
    await this.patient(gone, "closing the browser").catch(() => this.child.kill("SIGKILL"));
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
