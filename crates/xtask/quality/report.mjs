// The aims of a page, what misses them, and the figures as Markdown.

/** The most, or for Lighthouse the least, that a page may have. */
const AIMS = [
  ["requests", 3, (f) => f.requests, (n) => `${n} requests`],
  ["KB", 60, (f) => f.bytes && Math.ceil(f.bytes / 1024), (n) => `${n} KB on the wire`],
  ["external", 0, (f) => f.external?.length, (n, f) => `asks ${f.external[0]}`],
  ["broken links", 0, (f) => f.links?.length, (n, f) => `${n} broken links, as ${f.links[0]}`],
  ["axe", 0, (f) => f.axe?.length, (n, f) => `${n} × axe, as ${f.axe[0]}`],
  ["Nu errors", 0, (f) => f.vnu?.error.length, (n, f) => `${n} errors by the Nu checker, as ${f.vnu.error[0].words}`],
  ["Nu warnings", 0, (f) => f.vnu?.warning.length, (n, f) => `${n} warnings by the Nu checker, as ${f.vnu.warning[0].words}`],
  ["too wide at 320 px", 0, (f) => f.overflow?.length, (n, f) => `at 320 px ${f.overflow[0]}`],
  ["texts under 11 px", 0, (f) => f.smallText?.length, (n, f) => `${n} texts under 11 px at 390 px, as ${f.smallText[0]}`],
  ["stops without focus", 0, (f) => f.hiddenFocus?.length, (n, f) => `${n} stops show no focus, as ${f.hiddenFocus[0]}`],
  ["ticks under 44 px", 0, (f) => f.smallTicks?.length, (n, f) => `${n} ticks under 44 px, as ${f.smallTicks[0]}`],
  ["wrong from file://", 0, (f) => f.disk?.length, (n, f) => `from file:// ${f.disk[0]}`],
  ["wrong without scripts", 0, (f) => f.scriptless?.length, (n, f) => f.scriptless[0]],
];
/** How Lighthouse looks at a page, in the order of its scores. */
const LOOKS = ["telephone", "desk"];
const SCORES = [["performance", 99], ["accessibility", 100], ["best practices", 100], ["SEO", 100]];

/** What misses an aim on one page or file, each in a few words. */
export function failures(figure) {
  const wrong = AIMS.filter(([, most, count]) => count(figure) > most).map(([, , count, words]) => words(count(figure), figure));
  (figure.lighthouse ?? []).forEach(({ scores, missed }, look) => SCORES.forEach(([name, least], i) => {
    if (scores[i] < least) wrong.push(`Lighthouse ${LOOKS[look]} ${name} ${scores[i]} (${missed.slice(0, 4).join(", ")})`);
  }));
  return wrong;
}

/** The whole report. */
export function markdown(figures, versions, leftOut, sites, load) {
  const kinds = new Map();
  for (const figure of figures) kinds.set(figure.kind, [...(kinds.get(figure.kind) ?? []), figure]);
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const worst = (list, count) => {
    const numbers = list.map(count).filter((n) => n !== undefined && n !== null);
    return numbers.length ? String(Math.max(...numbers)) : "–";
  };
  const table = [row(["page", "measured", ...AIMS.map(([name]) => name)]), row(["---", "---:", ...AIMS.map(() => "---:")])];
  const scores = [row(["page", ...LOOKS.flatMap((look) => SCORES.map(([name]) => `${look}: ${name}`))]), row(["---", ...LOOKS.flatMap(() => SCORES.map(() => "---:"))])];
  for (const [kind, list] of kinds) {
    table.push(row([`\`${kind}\``, list.length, ...AIMS.map(([, , count]) => worst(list, count))]));
    const lit = list.find((figure) => figure.lighthouse);
    if (lit) scores.push(row([`\`${lit.path}\``, ...lit.lighthouse.flatMap(({ scores }) => scores)]));
  }
  table.push(row(["**aim, at most**", "", ...AIMS.map(([, most]) => `**${most}**`)]));
  scores.push(row(["**aim, at least**", ...LOOKS.flatMap(() => SCORES.map(([, least]) => `**${least}**`))]));
  const wrong = figures.flatMap((figure) => failures(figure).map((words) => `- ${figure.site}, \`${figure.path}\`: ${words.replaceAll("`", "'").replaceAll("<", "&lt;")}`));
  const more = wrong.length > 60 ? [`- and ${wrong.length - 60} more`] : [];
  return [
    "# Quality of the guide",
    "",
    "Written by `cargo xtask site-quality`; do not edit. The sites of the repository's build and of the examples, page by page, in a browser:",
    "light and dark, 1440 × 900 and 390 × 844. Each figure is the worst of all pages of a kind, over sizes and schemes. KB are those of a whole page with",
    "its style sheet and script, headers included, compressed as hosts of static sites do. Remote photographs do not count, and a rule's page, which reads",
    "the same in every build, is measured once. Focus is read from the styles that a Tab stop takes on, not from a picture of it.",
    "",
    "A build with errors is measured as `site --allow-errors` writes it, with its warning on every page.",
    "",
    `With ${versions.map(([name, version]) => `${name} ${version}`).join(", ")}, on ${load.processors} processors with a load of ${load.least.toFixed(1)} to ${load.most.toFixed(1)}.`,
    ...leftOut.map((what) => `\nLeft out: ${what}.`),
    "",
    "## Whole sites",
    "",
    "KB on disk, without photographs. Drawings and data are files of their own to take along; the archive holds everything once more.",
    "",
    row(["build", "pages", "KB of pages, style and scripts", "KB of drawings and data", "KB of the archive"]),
    row(["---", "---:", "---:", "---:", "---:"]),
    ...sites.map(({ name, pages, read, files, zip }) => row([name, pages, ...[read, files, zip].map((bytes) => Math.ceil(bytes / 1024))])),
    "",
    "## Every page",
    "",
    ...table,
    "",
    ...(scores.length > 3 ? ["## Lighthouse", "", "One page of each kind, as on a telephone with slow 4G, light, and as at a desk, dark (Lighthouse's own two presets); the median of three. One pixel stands in for each remote photograph.", "", ...scores, ""] : []),
    "## What misses an aim",
    "",
    ...(wrong.length ? [...wrong.slice(0, 60), ...more] : ["Nothing."]),
    "",
  ].join("\n");
}
