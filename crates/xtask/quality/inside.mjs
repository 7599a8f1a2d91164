// What is asked of a page from the inside: each function runs in the browser and gives lists of words.

/** Elements that reach beyond the window's right edge, if the page can be scrolled sideways. */
export function overflow() {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const name = (e) => e.tagName.toLowerCase() + (e.className?.baseVal ?? e.className ? "." + (e.className.baseVal ?? e.className).split(" ")[0] : "");
  const clipped = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 0.5 && !clipped(e));
  return [`${document.scrollingElement.scrollWidth} px wide: ` + [...new Set(wide.map(name))].slice(-3).join(", ")];
}

/** Texts that are shown smaller than `least` px, after every scaling. */
export function smallText(least) {
  const found = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const words = walk.currentNode.data.trim();
    const parent = walk.currentNode.parentElement;
    if (!words || parent.closest("script, style, title, desc, noscript") || !parent.checkVisibility({ visibilityProperty: true })) continue;
    let size = parseFloat(getComputedStyle(parent).fontSize);
    const matrix = parent.getScreenCTM?.();
    if (matrix) size *= Math.hypot(matrix.a, matrix.b);
    if (size < least - 0.05) {
      const key = `${size.toFixed(1)} px`;
      found.set(key, [...(found.get(key) ?? []), words.slice(0, 20)]);
    }
  }
  return [...found].flatMap(([size, words]) => words.map((word) => `${size}: "${word}"`));
}

/** Tab stops that look the same with the focus as without. A key must have been pressed before, or no focus is shown. */
export function hiddenFocus() {
  const found = [];
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }),
  );
  const look = (e) => {
    const style = getComputedStyle(e);
    return { outline: `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`, rest: `${style.boxShadow} ${style.backgroundColor} ${style.borderColor}`, style };
  };
  // Sides of the ring that no scrolling box around the stop cuts off.
  const sides = (e, reach) => {
    const area = e.getBoundingClientRect();
    const whole = { top: true, bottom: true, left: true, right: true };
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === "visible") continue;
      const box = up.getBoundingClientRect();
      whole.top &&= area.top - reach >= box.top - 0.5;
      whole.bottom &&= area.bottom + reach <= box.bottom + 0.5;
      whole.left &&= area.left - reach >= box.left - 0.5;
      whole.right &&= area.right + reach <= box.right + 0.5;
    }
    return Object.values(whole).filter(Boolean).length;
  };
  for (const stop of stops) {
    document.activeElement.blur?.();
    const before = look(stop).rest;
    stop.focus();
    const { rest, style } = look(stop);
    const width = parseFloat(style.outlineWidth);
    const ring = style.outlineStyle !== "none" && width >= 2 && !/, 0\)$/.test(style.outlineColor) && sides(stop, width + parseFloat(style.outlineOffset)) >= 2;
    if (document.activeElement !== stop || (!ring && rest === before)) {
      found.push(`${stop.tagName.toLowerCase()} "${(stop.getAttribute("aria-label") ?? stop.textContent).trim().slice(0, 30)}"`);
    }
  }
  return found;
}

/** Ticks whose tap target, label included, is under 44 px either way. */
export function smallTicks() {
  return [...document.querySelectorAll("input[type=checkbox]")]
    .map((box) => [box, (box.closest("label") ?? box).getBoundingClientRect()])
    .filter(([, area]) => Math.min(area.width, area.height) < 44 && area.width > 0)
    .map(([box, area]) => `${box.dataset.tick ?? box.id}: ${area.width.toFixed(0)} × ${area.height.toFixed(0)} px`);
}

/** The words of the page, and whether its style sheet is in force. */
export function shown() {
  const skip = document.querySelector(".skip");
  const main = document.querySelector("main")?.cloneNode(true);
  // What a build at hand adds only scripts can know; without them its place is empty, and nothing is lost.
  for (const own of main?.querySelectorAll("[data-progress], [data-open], [data-builds], [data-changed], [data-hand], [data-stale]") ?? []) own.remove();
  return { words: (main?.textContent ?? "").replace(/\s+/g, " ").length, styled: Boolean(skip) && getComputedStyle(skip).position === "absolute" };
}
