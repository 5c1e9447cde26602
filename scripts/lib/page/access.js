// What a person with a screen reader, a keyboard or weak eyes would stumble over; the list of it is the value.
(() => {
  const faults = [], say = (one, what) => faults.push(`${what}: ${one.outerHTML.slice(0, 120)}`);
  const isSeen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const nameOf = (one) => (one.getAttribute("aria-label") ?? (one.labels?.length ? one.labels[0].textContent : one.textContent)).trim();

  for (const one of document.querySelectorAll("button, input, a[href], section, [role=region], [role=group], [role=img], table")) {
    if (isSeen(one) && !nameOf(one)) say(one, "no name");
  }
  for (const one of document.querySelectorAll("svg:not([role=img]):not([aria-hidden])")) {
    if (one.querySelector("text") && !one.closest("[role=img]")) say(one, "text in a drawing without a name");
  }
  const names = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(names)) if (names.filter((name) => name === id).length > 1) faults.push(`twice: #${id}`);
  if (!document.documentElement.lang) faults.push("no language");
  for (const tag of ["header", "main", "footer", "h1"]) if (document.querySelectorAll(tag).length !== 1) faults.push(`not one ${tag}`);
  let before = 0;
  for (const one of document.querySelectorAll("h1, h2, h3, h4")) {
    const level = Number(one.tagName[1]);
    if (isSeen(one) && level > before + 1) say(one, `a heading of level ${level} after ${before}`);
    before = level;
  }
  for (const one of document.querySelectorAll("table[role=table] tr")) if (!one.matches("[role=row]")) say(one, "no row");
  for (const one of document.querySelectorAll("table[role=table] td")) if (!one.matches("[role=cell]")) say(one, "no cell");
  for (const one of document.querySelectorAll("table[role=table] thead th")) if (!one.matches("[role=columnheader]")) say(one, "no header");
  if (![...document.querySelectorAll("[role=status]")].some((one) => one.id === "verdict")) faults.push("the verdict is not told");

  // Contrast, as WCAG 2 reckons it: 4.5 for text, 3 where it is large.
  const channels = (text) => text.match(/[\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const light = (color) => color.map((value) => value / 255).map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (one) => {
    const own = channels(getComputedStyle(one).backgroundColor), below = () => one.parentElement ? ground(one.parentElement) : [255, 255, 255];
    return own[3] === 0 ? below() : own[3] === undefined ? own : over(own, below());
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(one) || !isSeen(one) || one.closest(".unseen, symbol, noscript, .dygraph-axis-label")) continue;
    seen.add(one);
    const style = getComputedStyle(one), isDrawn = one instanceof SVGElement, back = ground(isDrawn ? one.closest("svg").parentElement : one);
    const [a, b] = [light(over(channels(isDrawn ? style.fill : style.color), back)), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    if ((a + 0.05) / (b + 0.05) < (isLarge ? 3 : 4.5)) say(one, `contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return [...new Set(faults)];
})();
