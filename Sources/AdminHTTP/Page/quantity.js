// Numbers as Sources/ProxyTerms/Quantity.swift writes them, and what makes elements. What came from the proxy becomes text
// nodes only: a rig may be called <script>.

const unknown = "n/a";

export const decimal = (value, digits) =>
  Number.isFinite(value) ? (Math.sign(value) * Math.round(Math.abs(value) * 10 ** digits) / 10 ** digits || 0).toFixed(digits) : unknown;

const trimmed = (text) => text.includes(".") ? text.replace(/\.?0+$/, "") : text;

/** `value` with three digits and the prefix that keeps it short. */
const scaled = (value, prefixes, space) => {
  let index = 0;
  while (Math.abs(value) >= 999.5 && index < prefixes.length - 1) { value /= 1000; index += 1; }
  const size = Math.abs(value);
  return trimmed(decimal(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0)) + space + prefixes[index];
};

export const hashrate = (hs) => Number.isFinite(hs) ? scaled(hs, ["", "k", "M", "G", "T"], " ") + "H/s" : unknown;

export const difficulty = (value) =>
  !Number.isFinite(value) ? unknown : value < 10_000 ? String(Math.round(value)) : scaled(value, ["", "K", "M", "G", "T", "P"], "");

export const duration = (seconds) => {
  if (!Number.isFinite(seconds) || seconds >= 1e9) return unknown;
  const whole = Math.round(Math.max(0, seconds));
  const rest = (value, unit) => value === 0 ? "" : ` ${String(value).padStart(2, "0")} ${unit}`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min` + rest(whole % 60, "s");
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h` + rest(Math.floor(whole % 3_600 / 60), "min");
  return `${Math.floor(whole / 86_400)} d` + rest(Math.floor(whole % 86_400 / 3_600), "h");
};

export const percent = (part) =>
  !Number.isFinite(part) ? unknown : part > 0 && part < 0.001 ? "under 0.1 %" : trimmed(decimal(part * 100, 1)) + " %";

export const capital = (text) => text ? text[0].toUpperCase() + text.slice(1) : "";

export const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

export const whole = (number) => Number.isFinite(number) ? Math.round(number).toLocaleString("en") : unknown;

export const clock = (time, seconds = true) => new Date(time * 1000).toTimeString().slice(0, seconds ? 8 : 5);

// Made once: making one is slow.
const dates = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
export const day = (time) => dates.format(time * 1000);

export const moment = (time) =>
  new Date(time * 1000).toDateString() === new Date().toDateString() ? clock(time) : `${day(time)}, ${clock(time, false)}`;

export const $ = (id) => document.getElementById(id);

const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") element.append(child);
  }
  return element;
};

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const s = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** A sign: its form says what its colour does. */
export const icon = (name, kind = "") =>
  s("svg", { class: `i ${name} ${kind}`, "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));

/** Small print: a paragraph of its own, or beneath a figure. */
export const fine = (...words) => h("p", { class: "tiny soft" }, words);
export const note = (...words) => h("span", { class: "why" }, words);

export const unseen = (text) => h("span", { class: "unseen" }, text);

export const swatch = (upstream) => h("span", { class: `sw ${upstream}` });

export const upstreamName = (key) => key === "xvb" ? "XvB" : key;

/** Makes `old` like `fresh`, touching only what differs: focus, selection and scrolling stay. */
const morph = (old, fresh) => {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const before = [...old.childNodes], after = [...fresh.childNodes];
  after.forEach((child, index) => before[index] ? morph(before[index], child) : old.append(child));
  before.slice(after.length).forEach((child) => child.remove());
};

export const put = (id, ...children) => {
  const old = $(id), fresh = old.cloneNode(false);
  fill(fresh, null, children);
  morph(old, fresh);
};

export const setText = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };

/** Buttons of which one is pressed. */
export const choices = (id, names, chosen) => put(id, names.map((name) => h("button", { type: "button", class: "btn", "aria-pressed": String(name === chosen) }, name)));
