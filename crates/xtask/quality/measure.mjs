// Measures built sites in a browser: `measure.mjs --tools DIR --report FILE|- [--one-of-each] [--lighthouse RUNS] NAME=FOLDER…`.
// Ends with 1 if a figure misses its aim, 2 if it could not measure.
import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import * as inside from "./inside.mjs";
import { broken, files } from "./links.mjs";
import { failures, markdown } from "./report.mjs";
import { serve } from "./serve.mjs";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: "string" }, report: { type: "string" }, chromium: { type: "string" },
    "one-of-each": { type: "boolean", default: false }, lighthouse: { type: "string", default: "0" },
  },
});
const tools = createRequire(join(resolve(asked.tools), "package.json"));
const puppeteer = (await import(pathToFileURL(tools.resolve("puppeteer-core")))).default;
const axe = await readFile(tools.resolve("axe-core/axe.min.js"), "utf8");
const version = async (name) => JSON.parse(await readFile(join(asked.tools, "node_modules", name, "package.json"), "utf8")).version;

const SIZES = [{ width: 390, height: 844, deviceScaleFactor: 1 }, { width: 1440, height: 900, deviceScaleFactor: 1 }];
const SCHEMES = ["light", "dark"];
const LEAST_TEXT = 11;

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

/** Everything but Lighthouse and the checker of HTML, for one page. */
async function measure(browser, site, path) {
  const page = await browser.newPage();
  await page.setCacheEnabled(false);
  const address = `${site.address}/${path}`;
  const wire = { requests: 0, bytes: 0, external: [], photographs: 0 };
  const wires = await page.createCDPSession();
  await wires.send("Network.enable");
  const own = new Set();
  wires.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
    if (request.url.startsWith("data:") || request.url.startsWith("blob:")) return;
    if (request.url.startsWith(site.address)) {
      wire.requests += 1;
      own.add(requestId);
    } else if (type === "Image") wire.photographs += 1;
    else wire.external.push(request.url);
  });
  wires.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (own.has(requestId)) wire.bytes += encodedDataLength;
  });
  await page.setViewport(SIZES[0]);
  await page.goto(address, { waitUntil: "load" });
  await page.waitForNetworkIdle({ idleTime: 50, timeout: 5000 }).catch(() => {});
  // What the checks themselves fetch is not the page's.
  const seen = { ...wire, external: [...wire.external] };
  const smallText = await page.evaluate(inside.smallText, LEAST_TEXT);
  const smallTicks = await page.evaluate(inside.smallTicks);
  await page.setViewport({ width: 320, height: 640, deviceScaleFactor: 1 });
  const overflow = await page.evaluate(inside.overflow);
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await page.keyboard.press("Tab");
  const focus = await page.evaluate(inside.hiddenFocus);
  await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  await page.evaluate(axe);
  const violations = new Map();
  for (const size of SIZES) {
    await page.setViewport(size);
    for (const scheme of SCHEMES) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(" "))])));
      for (const [rule, nodes] of found) for (const node of nodes) violations.set(`${rule}: ${node}`, `${size.width} ${scheme}`);
    }
  }
  await page.close();
  const [loose, bare] = [await fromDisk(browser, site, path, true), await fromDisk(browser, site, path, false)];
  return {
    site: site.name, path, kind: kind(path), ...seen, overflow, smallText, smallTicks, stops: focus.stops, hiddenFocus: focus.found,
    axe: [...violations].map(([what, where]) => `${what} (${where})`), links: site.links.get(path) ?? [],
    disk: [...loose.wrong, ...(loose.styled ? [] : ["no style sheet"])],
    scriptless: bare.words >= 0.98 * loose.words && bare.styled ? [] : [`${bare.words} of ${loose.words} characters without scripts`],
  };
}

/** The page from `file://`, with scripts or without: what went wrong, and how much is there. */
async function fromDisk(browser, site, path, scripts) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(scripts);
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error.message)));
  page.on("console", (message) => { if (message.type() === "error" && !/https?:\/\//.test(message.location().url ?? "")) wrong.push(message.text()); });
  page.on("requestfailed", (request) => { if (!/^https?:/.test(request.url())) wrong.push(`${request.url().replace(/.*\//, "")} does not load`); });
  await page.goto(pathToFileURL(join(site.folder, path)).href, { waitUntil: "load" });
  const shown = await page.evaluate(inside.shown);
  await page.close();
  return { ...shown, wrong };
}

/** What the Nu checker says of every HTML, CSS and SVG file of a site, by path. */
async function checked(site) {
  const jar = tools.resolve("vnu-jar/build/dist/vnu.jar");
  const words = ["-Xss4m", "-jar", jar, "--format", "json", "--also-check-css", "--also-check-svg", "--skip-non-html", "--exit-zero-always", site.folder];
  const { stderr } = await promisify(execFile)("java", words, { maxBuffer: 1 << 28 });
  const told = new Map();
  for (const message of JSON.parse(stderr).messages) {
    const path = decodeURIComponent(message.url ?? "").split(`${pathToFileURL(site.folder).pathname}/`).pop();
    const level = message.type === "error" || message.type === "non-document-error" ? "error" : message.subType === "warning" ? "warning" : "";
    if (level) told.set(path, [...(told.get(path) ?? []), { level, words: `line ${message.lastLine}: ${message.message}` }]);
  }
  return told;
}

/** Lighthouse's four scores with its own idea of a telephone, the median of `runs`, and the audits that failed. */
async function lighthouse(browser, site, path, runs) {
  const { default: run } = await import(pathToFileURL(tools.resolve("lighthouse")));
  const categories = ["performance", "accessibility", "best-practices", "seo"];
  const scores = [];
  const missed = new Set();
  for (let i = 0; i < runs; i += 1) {
    const port = Number(new URL(browser.wsEndpoint()).port);
    const { lhr } = await run(`${site.address}/${path}`, { port, output: "json", onlyCategories: categories, logLevel: "error" });
    scores.push(categories.map((name) => Math.round(100 * (lhr.categories[name].score ?? 0))));
    for (const name of categories) {
      for (const { id, weight } of lhr.categories[name].auditRefs) {
        const score = lhr.audits[id].score;
        if (weight > 0 && score !== null && score < (name === "performance" ? 0.9 : 1)) missed.add(`${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
      }
    }
  }
  return { scores: categories.map((_, i) => scores.map((s) => s[i]).sort((a, b) => a - b)[Math.floor(runs / 2)]), missed: [...missed] };
}

async function main() {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await puppeteer.launch({ executablePath: asked.chromium, headless: true, args: [...sandbox, "--disable-dev-shm-usage"], protocolTimeout: 300_000 });
  const versions = [
    ["Chromium", (await browser.version()).replace(/^.*\//, "")], ["Lighthouse", await version("lighthouse")],
    ["axe-core", await version("axe-core")], ["Nu HTML checker", await version("vnu-jar")],
  ];
  const figures = [];
  const leftOut = [];
  const known = new Set();
  for (const word of positionals) {
    const [name, folder] = word.split(/=(.*)/);
    const site = { name, folder: resolve(folder), links: await broken(folder), ...(await serve(resolve(folder))) };
    let pages = (await files(folder)).filter((path) => path.endsWith(".html"));
    if (asked["one-of-each"]) pages = await largest(folder, pages);
    const told = await checked(site).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      leftOut.push("the Nu HTML checker, since Java is not on this machine");
      return null;
    });
    for (const path of pages) {
      // A rule's page reads the same in every build.
      const seen = asked["one-of-each"] ? kind(path) : path.startsWith("rules/") ? path : `${name}/${path}`;
      if (known.has(seen)) continue;
      const fresh = !figures.some((f) => f.kind === kind(path));
      known.add(seen);
      const figure = await measure(browser, site, path);
      const said = told?.get(path) ?? [];
      figure.vnu = told && { error: said.filter((s) => s.level === "error"), warning: said.filter((s) => s.level === "warning") };
      const runs = fresh ? Number(asked.lighthouse) : 0;
      if (runs) figure.lighthouse = await lighthouse(browser, site, path, runs);
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
  await browser.close();
  if (!Number(asked.lighthouse)) leftOut.push("Lighthouse, which only the whole command runs");
  for (const what of new Set(leftOut)) process.stdout.write(`LEFT OUT: ${what}\n`);
  if (asked.report !== "-") await writeFile(asked.report, markdown(figures, versions, [...new Set(leftOut)]));
  const wrong = figures.filter((figure) => failures(figure).length);
  process.stdout.write(`${figures.length} pages and files measured, ${wrong.length} miss an aim\n`);
  return wrong.length ? 1 : 0;
}

process.exitCode = await main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  return 2;
});
