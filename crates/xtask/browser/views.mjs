// The same pages elsewhere: on paper, in the dark, and from the archive without a network.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { inflateRawSync } from "node:zlib";

/// Paper in inches, with the margin that a browser leaves at each side.
const PAPERS = { A4: [8.27, 11.69], Letter: [8.5, 11] };
const MARGIN = 0.4;
const PIXELS = 96;

/// Files of an archive by their path. Only what an archive of ours holds: no extra lengths, no encryption.
export function unpacked(bytes) {
  const files = new Map();
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  assert.ok(end >= 0, "the archive has no directory");
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [method, packed, name, extra, note, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + packed);
    files.set(bytes.subarray(at + 46, at + 46 + name).toString("utf8"), method === 0 ? body : inflateRawSync(body));
    at += 46 + name + extra + note;
  }
  return files;
}

/// Scenes for a page of `browser`; `site` is the guide's folder, `folder` one to write to, `steps` the paths of the steps.
export function scenes(page, site, folder, steps) {
  const address = path => pathToFileURL(join(site, path)).href;
  const boards = readdirSync(join(site, "boards")).sort().map(name => `boards/${name}`);
  const drawn = ["wiring.html", "states.html", "power.html", "control.html", "chassis.html", boards[0], steps.at(-1), steps[Math.floor(steps.length / 2)]];
  return {
    "on A4 and Letter no drawing is cut, and no sheet is wasted": async () => {
      for (const [name, [width, height]] of Object.entries(PAPERS)) {
        const [wide, high] = [width, height].map(inches => Math.floor((inches - 2 * MARGIN) * PIXELS));
        for (const path of [...drawn, "tests.html", "all.html"]) {
          await page.send("Emulation.setEmulatedMedia", { media: "print" });
          await page.send("Emulation.setDeviceMetricsOverride", { width: wide, height: high, deviceScaleFactor: 1, mobile: false });
          await page.visit(address(path));
          const [cut, whole] = await page.value(`[
            [...document.querySelectorAll("main svg")].filter(it => it.checkVisibility()).map(it => [it, it.getBoundingClientRect()])
              .filter(([, box]) => box.left < -0.5 || box.right > ${wide} + 0.5 || box.height > ${high})
              .map(([it, box]) => (it.getAttribute("aria-label") ?? it.querySelector("title")?.textContent ?? "a drawing") + " " + Math.round(box.right) + " × " + Math.round(box.height)),
            document.documentElement.scrollHeight]`);
          assert.deepEqual(cut, [], `${name}, ${path}`);
          await page.send("Emulation.clearDeviceMetricsOverride");
          await page.send("Emulation.setEmulatedMedia", { media: "" });
          const margins = { marginTop: MARGIN, marginBottom: MARGIN, marginLeft: MARGIN, marginRight: MARGIN };
          const { data } = await page.send("Page.printToPDF", { paperWidth: width, paperHeight: height, ...margins });
          const sheets = Buffer.from(data, "base64").toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;
          const least = Math.ceil(whole / high);
          // A browser sets a wide table smaller, and keeps rows and drawings whole.
          assert.ok(sheets >= least / 2 && sheets <= 1.5 * least + 2, `${name}, ${path}: ${sheets} sheets for ${least}`);
        }
      }
    },
    "in the dark every text stands out from its ground": async () => {
      await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
      for (const path of ["index.html", "tests.html", "findings.html", "search.html", ...drawn]) {
        await page.visit(address(path));
        const [ground, worst] = await page.value(`(() => {
          const numbers = text => text.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = it => { for (let up = it; up; up = up.parentElement) { const c = numbers(getComputedStyle(up).backgroundColor); if (c.length < 4 || c[3] > 0.99) { return c; } } return [255, 255, 255]; };
          const ratio = it => { const [a, b] = [numbers(getComputedStyle(it).color), behind(it)].map(light).sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
          const texts = [...document.querySelectorAll("body *:not(svg *, script, .hidden, .skip)")].filter(it => it.checkVisibility() && [...it.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
          const worst = texts.map(it => [ratio(it), it.outerHTML.slice(0, 80)]).sort((a, b) => a[0] - b[0])[0];
          return [light(behind(document.body)), worst];
        })()`);
        assert.ok(ground < 0.05, `${path}: a dark ground, not ${ground}`);
        assert.ok(worst[0] >= 4.5, `${path}: ${worst}`);
      }
      await page.send("Emulation.setEmulatedMedia", { features: [] });
    },
    "the archive holds the whole guide, and works from a disk without a network": async () => {
      const files = unpacked(readFileSync(join(site, "guide.zip")));
      const own = readdirSync(site, { recursive: true, withFileTypes: true }).filter(it => it.isFile() && it.name !== "guide.zip" && !it.name.startsWith("."));
      assert.equal(files.size, own.length);
      const at = join(folder, "unpacked");
      rmSync(at, { recursive: true, force: true });
      for (const [path, body] of files) {
        mkdirSync(dirname(join(at, path)), { recursive: true });
        writeFileSync(join(at, path), body);
      }
      const [top] = readdirSync(at);
      await page.send("Network.enable");
      await page.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 });
      const there = path => pathToFileURL(join(at, top, path)).href;
      for (const path of ["index.html", steps[0], "tests.html", "wiring.html", boards[0], "rules/P005.html"]) {
        await page.visit(there(path));
        assert.equal(await page.value(`getComputedStyle(document.querySelector(".skip")).position`), "absolute", `${path} has its style sheet`);
      }
      await page.visit(there("steps/index.html"));
      await page.until(`document.querySelector(".progress span")`);
      await page.visit(`${there("search.html")}#q=gpio18`);
      await page.until(`document.querySelector(".found a")`);
      await page.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    },
  };
}
