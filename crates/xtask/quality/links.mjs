// Links and fragments of a built site, read from its files: what leads to nothing.
import { readFile, readdir } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";

/** Paths of all files below `folder`, with `/`, in order. */
export async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath ?? e.path, e.name)).split(sep).join("/")).sort();
}

const unescape = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** By page: `href` and `src` that lead to no file or no `id`, and paths that only work at a server's root. */
export async function broken(folder) {
  const all = await files(folder);
  const present = new Set(all);
  const pages = new Map();
  for (const path of all.filter((path) => /\.(html|svg)$/.test(path))) {
    const text = await readFile(join(folder, path), "utf8");
    const tags = text.match(/<[a-zA-Z][^>]*>/g) ?? [];
    const of = (name) => tags.flatMap((tag) => [...tag.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map((m) => unescape(m[1])));
    const ids = of("id");
    pages.set(path, { ids: new Set(ids), links: [...of("href"), ...of("src")] });
  }
  const found = new Map();
  for (const [path, { links }] of pages) {
    const wrong = new Set();
    for (const link of links) {
      if (/^(https?:|mailto:|data:)/.test(link)) continue;
      if (/^[a-z]+:|^\//i.test(link)) {
        wrong.add(`${link} is no relative path`);
        continue;
      }
      const [to, fragment] = link.split("#");
      const target = to === "" ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(to)));
      if (!present.has(target)) wrong.add(`${link}: no such file`);
      else if (fragment && pages.has(target) && !pages.get(target).ids.has(decodeURIComponent(fragment))) wrong.add(`${link}: no such place`);
    }
    found.set(path, [...wrong]);
  }
  return found;
}
