// What measures a page from the outside: the browser, axe, the Nu checker, Lighthouse, as `package-lock.json` names them.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

export const SIZES = [{ width: 390, height: 844, deviceScaleFactor: 1 }, { width: 1440, height: 900, deviceScaleFactor: 1 }];
export const SCHEMES = ["light", "dark"];
export const LOOKS = [{ desk: false, scheme: "light" }, { desk: true, scheme: "dark" }];
/** Texts may be no smaller, px. */
export const LEAST_TEXT = 11;

/** The tools in a folder. */
export async function installed(folder, chromium) {
  const tools = createRequire(join(resolve(folder), "package.json"));
  const puppeteer = (await import(pathToFileURL(tools.resolve("puppeteer-core")))).default;
  const axe = await readFile(tools.resolve("axe-core/axe.min.js"), "utf8");
  const version = async (name) => JSON.parse(await readFile(join(folder, "node_modules", name, "package.json"), "utf8")).version;

  function launch(flags = []) {
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return puppeteer.launch({ executablePath: chromium, headless: true, args: [...sandbox, "--disable-dev-shm-usage", ...flags], protocolTimeout: 300_000 });
  }

  /** Names and versions, for a report. */
  async function versions(browser) {
    return [
      ["Chromium", (await browser.version()).replace(/^.*\//, "")], ["Lighthouse", await version("lighthouse")],
      ["axe-core", await version("axe-core")], ["Nu HTML checker", await version("vnu-jar")],
    ];
  }

  /** What axe finds on a page in all sizes and schemes: rule, place, and where it was seen. */
  async function accessible(page) {
    await page.evaluate(axe);
    const violations = new Map();
    for (const size of SIZES) {
      await page.setViewport(size);
      for (const scheme of SCHEMES) {
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(" "))])));
        for (const [rule, nodes] of found) for (const node of nodes) violations.set(`${rule}: ${node}`, `${size.width} ${scheme}`);
      }
    }
    return [...violations].map(([what, where]) => `${what} (${where})`);
  }

  /** What the Nu checker says of every HTML, CSS and SVG file of a site, by path. */
  async function checked(folder) {
    const jar = tools.resolve("vnu-jar/build/dist/vnu.jar");
    const words = ["-Xss4m", "-jar", jar, "--format", "json", "--also-check-css", "--also-check-svg", "--skip-non-html", "--exit-zero-always", folder];
    const { stderr } = await promisify(execFile)("java", words, { maxBuffer: 1 << 28 });
    const told = new Map();
    for (const message of JSON.parse(stderr).messages) {
      const path = decodeURIComponent(message.url ?? "").split(`${pathToFileURL(folder).pathname}/`).pop();
      const level = message.type === "error" || message.type === "non-document-error" ? "error" : message.subType === "warning" ? "warning" : "";
      if (level) told.set(path, [...(told.get(path) ?? []), { level, words: `line ${message.lastLine}: ${message.message}` }]);
    }
    return told;
  }

  /** A page in light or dark that shows one pixel for every remote photograph: what another host does is not a figure of ours. */
  async function prepared(browser, scheme, photographs) {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    if (!photographs) return page;
    const pixel = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (request.resourceType() === "image" && request.url().startsWith("https:")) request.respond({ contentType: "image/gif", body: pixel });
      else request.continue();
    });
    return page;
  }

  /** Lighthouse's four scores with its own idea of a telephone or a desk, the median of `runs`, and the audits that failed. */
  async function lighthouse(browser, address, runs, photographs, { desk, scheme }, flags = {}) {
    const { default: run, desktopConfig } = await import(pathToFileURL(tools.resolve("lighthouse")));
    const categories = flags.onlyCategories ?? ["performance", "accessibility", "best-practices", "seo"];
    const scores = [];
    const missed = new Set();
    // Two that are the same settle the median of three.
    for (let i = 0; i < runs && !(runs === 3 && i === 2 && String(scores[0]) === String(scores[1])); i += 1) {
      const port = Number(new URL(browser.wsEndpoint()).port);
      const all = { ...flags, port, output: "json", onlyCategories: categories, logLevel: "error" };
      const page = await prepared(browser, scheme, photographs);
      const { lhr } = await run(address, all, desk ? desktopConfig : undefined, page);
      await page.close();
      scores.push(categories.map((name) => Math.round(100 * (lhr.categories[name].score ?? 0))));
      for (const name of categories) {
        for (const { id, weight } of lhr.categories[name].auditRefs) {
          const score = lhr.audits[id].score;
          if (weight > 0 && score !== null && score < (name === "performance" ? 0.9 : 1)) missed.add(`${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
        }
      }
    }
    return { scores: categories.map((_, i) => scores.map((s) => s[i]).sort((a, b) => a - b)[Math.floor(scores.length / 2)]), missed: [...missed] };
  }

  return { accessible, checked, launch, lighthouse, versions };
}
