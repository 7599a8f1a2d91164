// Measures built sites in a browser: `measure.mjs --tools DIR --report FILE|- [--one-of-each] [--lighthouse RUNS] NAME=FOLDER…`.
// Ends with 1 if a figure misses its aim, 2 if it could not measure.
import { stat, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as inside from "./inside.mjs";
import { broken, files } from "./links.mjs";
import { failures, markdown } from "./report.mjs";
import { serve } from "./serve.mjs";
import { installed, LEAST_TEXT, LOOKS, SIZES } from "./tools.mjs";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: "string" }, report: { type: "string" }, chromium: { type: "string" },
    "one-of-each": { type: "boolean", default: false }, lighthouse: { type: "string", default: "0" },
  },
});
const { accessible, checked, launch, lighthouse, versions } = await installed(asked.tools, asked.chromium);

/** Pages of one template are one kind. */
function kind(path) {
  const [folder, rest] = path.includes("/") ? path.split(/\/(.*)/) : ["", path];
  if (folder && rest !== "index.html") return `${folder}/*`;
  return path.replace(/^(gpio|header|relayd|board)-.*\.html$/, "$1-*.html");
}

/** The largest page of each kind. */
async function largest(folder, pages) {
  const sized = await Promise.all(pages.map(async (path) => [path, (await stat(join(folder, path))).size]));
  return sized.filter(([path, size]) => !sized.some(([other, more]) => kind(other) === kind(path) && (more > size || (more === size && other < path)))).map(([path]) => path);
}

/** Three tabs that serve every page in turn: from the server, from the disk, and from the disk without scripts. */
async function tabs(browser, address) {
  const [served, loose, bare] = [await browser.newPage(), await browser.newPage(), await browser.newPage()];
  const told = { requests: 0, bytes: 0, external: [], photographs: 0, wrong: [] };
  await served.setCacheEnabled(false);
  const wires = await served.createCDPSession();
  await wires.send("Network.enable");
  const own = new Set();
  wires.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
    if (/^(data|blob):/.test(request.url)) return;
    if (request.url.startsWith(address)) {
      told.requests += 1;
      own.add(requestId);
    } else if (type === "Image") told.photographs += 1;
    else told.external.push(request.url);
  });
  wires.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (own.has(requestId)) told.bytes += encodedDataLength;
  });
  loose.on("pageerror", (error) => told.wrong.push(String(error.message)));
  loose.on("console", (message) => { if (message.type() === "error" && !/https?:\/\//.test(message.location().url ?? "")) told.wrong.push(message.text()); });
  loose.on("requestfailed", (request) => { if (!/^https?:/.test(request.url())) told.wrong.push(`${request.url().replace(/.*\//, "")} does not load`); });
  await bare.setJavaScriptEnabled(false);
  return { served, loose, bare, told };
}

/** Everything but Lighthouse and the checker of HTML, for one page. */
async function measure({ served, loose, bare, told }, site, path) {
  Object.assign(told, { requests: 0, bytes: 0, external: [], photographs: 0, wrong: [] });
  await served.bringToFront();
  await served.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await served.setViewport(SIZES[0]);
  await served.goto(`${site.address}/${path}`, { waitUntil: "load" });
  await served.waitForNetworkIdle({ idleTime: 20, timeout: 5000 }).catch(() => {});
  const { wrong: _, ...wire } = told;
  const smallText = await served.evaluate(inside.smallText, LEAST_TEXT);
  const smallTicks = await served.evaluate(inside.smallTicks);
  await served.setViewport({ width: 320, height: 640, deviceScaleFactor: 1 });
  const overflow = await served.evaluate(inside.overflow);
  await served.keyboard.press("Tab");
  const focus = await served.evaluate(inside.hiddenFocus);
  await served.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  const violations = await accessible(served);
  const shown = [];
  for (const tab of [loose, bare]) {
    await tab.goto(pathToFileURL(join(site.folder, path)).href, { waitUntil: "load" });
    shown.push(await tab.evaluate(inside.shown));
  }
  const [full, plain] = shown;
  return {
    site: site.name, path, kind: kind(path), ...wire, overflow, smallText, smallTicks, hiddenFocus: focus,
    axe: violations, links: site.links.get(path) ?? [],
    disk: [...told.wrong, ...(full.styled ? [] : ["no style sheet"])],
    scriptless: plain.words >= 0.98 * full.words && plain.styled ? [] : [`${plain.words} of ${full.words} characters without scripts`],
  };
}

async function main() {
  // Two, since what a page shows of its focus needs a window that has it.
  const browsers = [await launch(), await launch()];
  const named = await versions(browsers[0]);
  const figures = [];
  const leftOut = [];
  const loads = [loadavg()[0]];
  const known = new Set();
  const sites = [];
  for (const word of positionals) {
    const [name, folder] = word.split(/=(.*)/);
    const site = { name, folder: resolve(folder), links: await broken(folder), ...(await serve(resolve(folder))) };
    let pages = (await files(folder)).filter((path) => path.endsWith(".html"));
    const sum = async (wanted) => (await Promise.all((await files(folder)).filter(wanted).map((path) => stat(join(folder, path))))).reduce((sum, { size }) => sum + size, 0);
    const read = (path) => /\.(html|css|js)$/.test(path);
    sites.push({ name, pages: pages.length, read: await sum(read), files: await sum((path) => !read(path) && path !== "guide.zip"), zip: await sum((path) => path === "guide.zip") });
    const shown = await largest(folder, pages);
    if (asked["one-of-each"]) pages = shown;
    const told = await checked(site.folder).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      leftOut.push("the Nu HTML checker, since Java is not on this machine");
      return null;
    });
    // A rule's page reads the same in every build.
    const once = (path) => (asked["one-of-each"] ? kind(path) : path.startsWith("rules/") ? path : `${name}/${path}`);
    const queue = pages.filter((path) => !known.has(once(path)));
    queue.forEach((path) => known.add(once(path)));
    const measured = new Map();
    const waiting = [...queue];
    await Promise.all(browsers.map(async (browser) => {
      const open = await tabs(browser, site.address);
      for (let path = waiting.shift(); path; path = waiting.shift()) measured.set(path, await measure(open, site, path));
      await Promise.all([open.served, open.loose, open.bare].map((tab) => tab.close()));
    }));
    for (const path of queue) {
      const figure = measured.get(path);
      const said = told?.get(path) ?? [];
      figure.vnu = told && { error: said.filter((s) => s.level === "error"), warning: said.filter((s) => s.level === "warning") };
      const lit = Number(asked.lighthouse) && shown.includes(path) && !figures.some((f) => f.lighthouse && f.kind === figure.kind);
      if (lit) {
        figure.lighthouse = [];
        for (const look of LOOKS) figure.lighthouse.push(await lighthouse(browsers[0], `${site.address}/${path}`, Number(asked.lighthouse), figure.photographs > 0, look));
      }
      loads.push(loadavg()[0]);
      figures.push(figure);
      const wrong = failures(figure);
      process.stdout.write(`${name} ${path}: ${wrong.length ? wrong.join("; ") : "good"}\n`);
    }
    // Files that are no page, but that a browser reads.
    for (const [path, said] of told ?? []) {
      if (!path.endsWith(".html")) figures.push({ site: name, path, kind: path, vnu: { error: said.filter((s) => s.level === "error"), warning: said.filter((s) => s.level === "warning") } });
    }
    site.close();
  }
  await Promise.all(browsers.map((browser) => browser.close()));
  if (!Number(asked.lighthouse)) leftOut.push("Lighthouse, which only the whole command runs");
  for (const what of new Set(leftOut)) process.stdout.write(`LEFT OUT: ${what}\n`);
  if (asked.report !== "-") await writeFile(asked.report, markdown(figures, named, [...new Set(leftOut)], sites, { processors: cpus().length, least: Math.min(...loads), most: Math.max(...loads) }));
  const wrong = figures.filter((figure) => failures(figure).length);
  process.stdout.write(`${figures.length} pages and files measured, ${wrong.length} miss an aim\n`);
  return wrong.length ? 1 : 0;
}

process.exitCode = await main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  return 2;
});
