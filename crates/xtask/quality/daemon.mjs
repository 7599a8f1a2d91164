// Measures the pages of a relay daemon in a browser: `daemon.mjs --tools DIR --chromium FILE --folder DIR --report FILE|- [--lighthouse RUNS] ADDRESS PASSWORD`.
// DIR of `--folder` is where the daemon runs. Ends with 1 if a figure misses its aim, 2 if it could not measure.
import { createHash, X509Certificate } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as inside from "./inside.mjs";
import { failures } from "./report.mjs";
import { installed, LEAST_TEXT, LOOKS, SIZES } from "./tools.mjs";

const { values: asked, positionals: [site, password] } = parseArgs({
  allowPositionals: true,
  options: {
    tools: { type: "string" }, chromium: { type: "string" }, folder: { type: "string" }, report: { type: "string" },
    lighthouse: { type: "string", default: "0" }, pictures: { type: "string" },
  },
});
const { accessible, checked, launch, lighthouse, versions } = await installed(asked.tools, asked.chromium);
/** Name of the file that the Nu checker reads, and address. Two show what somebody did wrong. */
const PAGES = [
  ["login", "/login"], ["outlets", "/"], ["wiring", "/wiring"], ["plan", "/plan?outlet=pi-2&outlet=pi-4&action=cycle"], ["watchdog", "/watchdog"],
  ["audit", "/audit"], ["failures", "/failures"], ["nothing-ticked", "/plan?action=off"], ["not-here", "/nowhere"],
];
/** Behind a log-in there is nothing to be found by search, and every page says `noindex`: the category is left out. */
const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** A live page's stream of events never ends: Lighthouse waits no longer than this for a network at rest. */
const LONGEST_MS = 12_000;

async function logIn(page) {
  await page.goto(`${site}/login`, { waitUntil: "load" });
  await page.type("#name", "operator");
  await page.type("#password", password);
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click("main button")]);
  if (new URL(page.url()).pathname !== "/") throw new Error("the log-in failed");
}

/** Makes something to be seen: an outlet that is off, and one that is locked. */
async function work(page) {
  const statuses = await page.evaluate(async () => {
    const headers = { "content-type": "application/json", "x-form-secret": document.querySelector("[name=form-secret]").value };
    const ask = (method, path, body) => fetch(path, { method, headers, body: JSON.stringify(body) }).then((answer) => answer.text().then(() => answer.status));
    return [
      await ask("POST", "/api/v1/outlets/pi-3/off", { reason: "measured with an outlet that is off", off_seconds: 3600 }),
      await ask("PUT", "/api/v1/outlets/pi-4/lock", { reason: "somebody works on it", seconds: 3600 }),
    ];
  });
  await page.waitForSelector("[data-live=pi-3-power].off");
  if (statuses.join() !== "202,200") throw new Error(`nothing to be seen: ${statuses}`);
}

async function measure(page, [name, address]) {
  const wrong = [], external = [];
  const told = { requests: 0 };
  const hear = {
    pageerror: (error) => wrong.push(String(error.message)),
    // The status of a page that is not there is what it is for.
    console: (message) => { if (message.type() === "error" && !(name === "not-here" && message.text().includes("404"))) wrong.push(message.text()); },
    request: (request) => { told.requests += 1; if (!request.url().startsWith(site)) external.push(request.url()); },
    requestfailed: (request) => { if (request.resourceType() !== "eventsource") wrong.push(`${request.url()} does not load`); },
  };
  for (const [event, heard] of Object.entries(hear)) page.on(event, heard);
  await page.bringToFront();
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await page.setViewport(SIZES[0]);
  const answer = await page.goto(`${site}${address}`, { waitUntil: "load" });
  const policy = answer.headers()["content-security-policy"] ?? "";
  if (!policy.startsWith("default-src 'none';") || /unsafe|\*|data:|https?:/.test(policy)) wrong.push(`the policy is ${policy}`);
  const text = await answer.text();
  const smallText = name === "wiring" ? [] : await page.evaluate(inside.smallText, LEAST_TEXT);
  const smallTicks = await page.evaluate(inside.smallTicks);
  await page.setViewport({ width: 320, height: 640, deviceScaleFactor: 1 });
  const overflow = await page.evaluate(inside.overflow);
  await page.keyboard.press("Tab");
  const hiddenFocus = await page.evaluate(inside.hiddenFocus);
  await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  const axe = await accessible(page);
  if (asked.pictures) await pictures(page, name);
  for (const [event, heard] of Object.entries(hear)) page.off(event, heard);
  return { name, address, text, ...told, external, overflow, smallText, smallTicks, hiddenFocus, axe, wrong };
}

/** The page in all sizes and schemes, to look at. */
async function pictures(page, name) {
  for (const size of SIZES) {
    for (const scheme of ["light", "dark"]) {
      await page.setViewport(size);
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.screenshot({ path: join(asked.pictures, `${name}-${size.width}-${scheme}.png`) });
    }
  }
}

/** Everything that the Nu checker reads: the pages as they were sent, their style sheets, sign and drawing. */
async function laid(page, figures) {
  const folder = join(asked.folder, "pages");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, text } of figures) await writeFile(join(folder, `${name}.html`), text);
  await page.goto(`${site}/`, { waitUntil: "load" });
  for (const name of ["page.css", "wiring.css", "icon.svg"]) {
    await writeFile(join(folder, name), await page.evaluate((path) => fetch(path).then((answer) => answer.text()), `/${name}`));
  }
  await copyFile(join(asked.folder, "relayd.svg"), join(folder, "drawing.svg"));
  return folder;
}

function markdown(figures, files, named, leftOut) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const lit = figures.filter((figure) => figure.lighthouse);
  return [
    "# Quality of the relay daemon's pages",
    "",
    "Written by `cargo xtask site-quality`; do not edit. A daemon that simulates, with the config and the drawing of this repository's build, one outlet off and one locked,",
    "in a browser over TLS: light and dark, 1440 × 900 and 390 × 844. Each figure is the worst over sizes and schemes. The size of texts within the drawing is not judged:",
    "it is shown whole, and as large as in the guide for whoever ticks that.",
    "",
    `With ${named.map(([name, version]) => `${name} ${version}`).join(", ")}.`,
    ...leftOut.map((what) => `\nLeft out: ${what}.`),
    "",
    row(["page", "KB", "requests", "external", "axe", "Nu errors", "Nu warnings", "too wide at 320 px", "texts under 11 px", "stops without focus", "ticks under 44 px", "errors on the console"]),
    row(["---", ...Array(11).fill("---:")]),
    ...figures.map((f) => row([`\`${f.address}\``, Math.ceil(f.text.length / 1024), f.requests, f.external.length, f.axe.length, f.vnu?.error.length ?? "–", f.vnu?.warning.length ?? "–", f.overflow.length, f.smallText.length, f.hiddenFocus.length, f.smallTicks.length, f.wrong.length])),
    ...files.map((f) => row([`\`${f.name}\``, "", "", "", "", f.vnu.error.length, f.vnu.warning.length, "", "", "", "", ""])),
    "",
    ...(lit.length ? [
      "## Lighthouse", "",
      "As on a telephone with slow 4G, light, and as at a desk, dark (Lighthouse's own two presets); the median of three. SEO is left out: nothing behind a log-in is to be found by search, and every page says `noindex`.", "",
      row(["page", ...["telephone", "desk"].flatMap((look) => CATEGORIES.map((name) => `${look}: ${name}`))]), row(["---", ...Array(6).fill("---:")]),
      ...lit.map((f) => row([`\`${f.address}\``, ...f.lighthouse.flatMap(({ scores }) => scores)])), "",
    ] : []),
    "## What misses an aim", "",
    ...([...figures, ...files].flatMap(missed).join("\n") || "Nothing.").split("\n"), "",
  ].join("\n");
}

/** What misses an aim, a line each. How many requests a page makes, and how large it is, are told and not judged. */
function missed(figure) {
  const wrong = [...failures({ ...figure, requests: undefined }), ...(figure.wrong ?? [])];
  return wrong.map((words) => `- \`${figure.address ?? figure.name}\`: ${words.replaceAll("`", "'").replaceAll("<", "&lt;")}`);
}

async function main() {
  const certificate = new X509Certificate(await readFile(join(asked.folder, "state/tls.pem"), "utf8"));
  const key = createHash("sha256").update(certificate.publicKey.export({ type: "spki", format: "der" })).digest("base64");
  const browser = await launch([`--ignore-certificate-errors-spki-list=${key}`]);
  if (asked.pictures) await mkdir(asked.pictures, { recursive: true });
  const page = await browser.newPage();
  const figures = [await measure(page, PAGES[0])];
  await logIn(page);
  await work(page);
  for (const own of PAGES.slice(1)) figures.push(await measure(page, own));
  const leftOut = [];
  const said = await checked(await laid(page, figures)).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    leftOut.push("the Nu HTML checker, since Java is not on this machine");
    return null;
  });
  const levels = (told) => ({ error: told.filter((s) => s.level === "error"), warning: told.filter((s) => s.level === "warning") });
  for (const figure of figures) figure.vnu = said && levels(said.get(`${figure.name}.html`) ?? []);
  const files = said ? ["page.css", "wiring.css", "icon.svg", "drawing.svg"].map((name) => ({ name, vnu: levels(said.get(name) ?? []) })) : [];
  if (Number(asked.lighthouse)) {
    for (const figure of figures.filter(({ name }) => name !== "not-here")) {
      process.stdout.write(`Lighthouse on ${figure.address}\n`);
      figure.lighthouse = [];
      for (const look of LOOKS) figure.lighthouse.push(await lighthouse(browser, `${site}${figure.address}`, Number(asked.lighthouse), false, look, { onlyCategories: CATEGORIES, disableStorageReset: true, maxWaitForLoad: LONGEST_MS }));
    }
  } else leftOut.push("Lighthouse, which only the whole command runs");
  for (const figure of [...figures, ...files]) process.stdout.write(`${figure.name}: ${missed(figure).join("; ") || "good"}\n`);
  for (const what of leftOut) process.stdout.write(`LEFT OUT: ${what}\n`);
  if (asked.report !== "-") await writeFile(asked.report, markdown(figures, files, await versions(browser), leftOut));
  await browser.close();
  const wrong = [...figures, ...files].filter((figure) => missed(figure).length);
  process.stdout.write(`${figures.length + files.length} pages and files of the daemon measured, ${wrong.length} miss an aim\n`);
  return wrong.length ? 1 : 0;
}

process.exitCode = await main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  return 2;
});
