// History: dygraphs draws it where the proxy can serve it (Debian's libjs-dygraphs); without it there is the table.

import { $, choices, clock, count, day, decimal, duration, h, hashrate, moment, percent, put, s, setText, swatch, upstreamName } from "./quantity.js";

const ranges = { "1 h": 3_600, "6 h": 21_600, "24 h": 86_400, "7 d": 604_800, "30 d": 2_592_000, "90 d": 7_776_000, "1 y": 31_536_000 };
const views = ["Hashrate", "Averages", "Price", "Rigs", "Table"];
const lanes = { share: "shares", win: "wins", outage: "outages", switch: "switches" };
// More marks of a kind are numbers; switches are drawn up to this range, in seconds.
const mostMarks = 70, switchRange = 21_600;

let range = "24 h", view = views[0], history = null, graph = null, drawn = "";

/** The range, and how old its history may get, in seconds. */
export const span = () => ranges[range];
export const patience = () => Math.min(120, Math.max(10, span() / 720));

const dark = matchMedia("(prefers-color-scheme: dark)");
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const column = (point, name) => point[history.columns.indexOf(name)] ?? null;
const marks = (kind, from = history.from, to = Infinity) => history.marks.filter((mark) => mark.kind === kind && mark.time >= from && mark.time < to);
const lanesOf = (seconds) => Object.keys(lanes).filter((kind) => kind !== "switch" || seconds <= switchRange);
const mark = (kind, more) => s("svg", { class: `m-${kind}`, width: 12, height: 12, viewBox: "0 0 12 12", ...more }, s("use", { href: `#i-${kind}` }));

/** A view's series, its values of a point, how they are written, what they are to reach. */
const sights = {
  Hashrate: [{ all: "p2pool", XvB: "xvb" }, (point) => [column(point, "p2pool") === null ? null : column(point, "p2pool") + column(point, "xvb"), column(point, "xvb")], hashrate, "tier aimed at"],
  Averages: [{ "credited 1 h": "xvb", "routed 1 h": "routed", "credited 24 h": "xvb dash", "routed 24 h": "routed dash" },
    (point) => ["credited-1h", "routed-1h", "credited-24h", "routed-24h"].map((name) => column(point, name)), hashrate, "tier aimed at"],
  Price: [{ "work sent to XvB in 24 h over what the tiers held are worth": "p2pool" }, (point) => [column(point, "price")], (value) => `${decimal(value, 2)} ×`, "1 is the least"],
  Rigs: [{ "rigs connected": "routed" }, (point) => [column(point, "rigs")], (value) => decimal(value, 1).replace(".0", "")],
};

const hatch = (context) => {
  const tile = h("canvas", { width: 7, height: 7 }), pen = tile.getContext("2d");
  pen.fillStyle = color("xvb-gap");
  pen.fillRect(0, 0, 7, 7);
  pen.strokeStyle = color("xvb");
  pen.lineWidth = 1.6;
  for (const shift of [-7, 0, 7]) { pen.moveTo(shift - 1, 8); pen.lineTo(shift + 8, -1); }
  pen.stroke();
  return context.createPattern(tile, "repeat");
};

/** Fills under a series that holds each value for a step; the sum is behind XvB's part. */
const area = (fill, line) => ({ drawingContext: pen, dygraph, points }) => {
  const base = dygraph.toDomYCoord(0), width = dygraph.toDomXCoord(history.step * 1000) - dygraph.toDomXCoord(0);
  pen.fillStyle = fill(pen);
  pen.strokeStyle = line;
  let path = null, end = 0;
  const close = () => {
    if (!path) return;
    pen.stroke(path);
    path.lineTo(end, base);
    path.closePath();
    pen.fill(path);
    path = null;
  };
  for (const { canvasx: x, canvasy: y, yval } of points) {
    if (yval === null || Number.isNaN(yval)) { close(); continue; }
    if (!path) { path = new Path2D(); path.moveTo(x, base); }
    end = x + width;
    path.lineTo(x, y);
    path.lineTo(end, y);
  }
  close();
};

const outages = (pen, box, plot) => {
  pen.fillStyle = color("bad");
  pen.globalAlpha = 0.14;
  for (const { time, until } of marks("outage")) {
    const from = plot.toDomXCoord(time * 1000);
    pen.fillRect(from, box.y, Math.max(2, plot.toDomXCoord((until ?? history.to) * 1000) - from), box.h);
  }
  pen.globalAlpha = 1;
};

/** What XvB's part is to reach: the tier aimed at, or a price of 1. */
const goal = (point) => view === "Price" ? 1 : view !== "Rigs" && column(point, "tier-work") || null;

const readout = (index) => {
  const point = history.points[index];
  if (!point) return setText("readout", "");
  const [looks, values, text] = sights[view], told = values(point);
  const words = view === "Hashrate" ? [`p2pool ${hashrate(told[0] - told[1])}`, `XvB ${hashrate(told[1])}`, count(column(point, "rigs"), "rig")]
    : Object.keys(looks).map((name, place) => `${name} ${told[place] === null ? "not known" : text(told[place])}`);
  setText("readout", `${moment(point[0])}: ${column(point, "p2pool") === null ? "the proxy did not run" : words.join(", ")}`);
};

/** Marks beneath the chart, each kind in a lane of its own, on the chart's axis. */
const drawLanes = (plot) => {
  const [from, to] = plot.xAxisRange().map((time) => time / 1000), box = plot.getArea(), kinds = lanesOf(to - from);
  const x = (time) => box.x + (time - from) / (to - from) * box.w;
  put("lanes", s("svg", { height: kinds.length * 17, width: $("chart").clientWidth, role: "img", "aria-label": kinds.map((kind) => `${marks(kind, from, to).length} ${lanes[kind]}`).join(", ") }, kinds.map((kind, lane) => {
    const y = lane * 17, list = marks(kind, from, to), parts = Math.max(4, Math.min(12, Math.floor(box.w / 60)));
    const sums = Array(parts).fill(0);
    for (const { time } of list) sums[Math.floor((time - from) / (to - from) * parts)] += 1;
    return [s("text", { class: "soft", x: box.x - 8, y: y + 11, "text-anchor": "end" }, lanes[kind]), s("line", { class: "l-grid", x1: box.x, x2: box.x + box.w, y1: y + 7, y2: y + 7 }),
      list.length > mostMarks ? sums.map((sum, place) => s("text", { x: box.x + (place + 0.5) * box.w / parts, y: y + 11, "text-anchor": "middle" }, String(sum)))
        : list.map(({ time, text, upstream }) => s("g", { class: upstream }, s("title", null, `${moment(time)}: ${text}`), mark(kind, { x: x(time) - 6, y: y + 1 })))];
  })));
};

const draw = () => {
  const [looks, values, text] = sights[view], names = Object.keys(looks), rows = history.points.map((point) => [new Date(point[0] * 1000), ...values(point), goal(point)]), chart = $("chart");
  // Lines that lie close together are looked at closely.
  const all = rows.flatMap(([, ...row]) => row.filter((value) => value !== null)), top = Math.max(0, ...all), low = Math.min(top, ...all);
  const valueRange = !["Hashrate", "Rigs"].includes(view) && low > 0.7 * top ? [low - 0.02 * top, top * 1.02] : [0, top * 1.08 || 1];
  const look = [view, range, dark.matches, chart.clientWidth].join();
  if (graph && look === drawn) return graph.updateOptions({ file: rows, valueRange });
  graph?.destroy();
  drawn = look;
  const axis = { axisLineColor: color("edge"), gridLineColor: color("rule"), gridLineWidth: 1 }, dash = { strokePattern: [7, 3] };
  const label = (time) => span() > 172_800 ? day(time / 1000) : clock(time / 1000, false);
  graph = new Dygraph(chart, rows, {
    labels: ["time", ...names, "goal"], valueRange, height: chart.clientWidth < 500 ? 200 : 260, strokeWidth: 2,
    colors: [...Object.values(looks), "ink"].map((look) => color(look.split(" ")[0])),
    axes: { x: { ...axis, axisLabelFormatter: label, axisLabelWidth: 56, pixelsPerLabel: 76, drawGrid: false }, y: { ...axis, axisLabelFormatter: text, axisLabelWidth: 66, pixelsPerLabel: 44 } },
    series: { all: { plotter: area(() => color("p2pool-area"), color("p2pool")) }, XvB: { plotter: area(hatch, color("xvb")) }, "credited 24 h": dash, "routed 24 h": dash, goal: { strokeWidth: 1.5, highlightCircleSize: 0, stepPlot: true } },
    stepPlot: ["Price", "Rigs"].includes(view), highlightCircleSize: view === "Hashrate" ? 0 : 3, underlayCallback: outages, drawCallback: drawLanes,
    highlightCallback: (event, time, all, index) => readout(index), unhighlightCallback: () => readout(-1),
    // The mouse zooms, a double click undoes it; a finger scrolls the page.
    interactionModel: { mousedown: Dygraph.defaultInteractionModel.mousedown, dblclick: Dygraph.defaultInteractionModel.dblclick },
  });
};

const table = () => {
  const each = Math.ceil(history.points.length / 24) || 1, names = ["p2pool", "xvb", "credited-1h", "credited-24h", "tier-work"];
  const cells = (kind, list) => list.map((text, place) => h(kind, { class: place < 6 && place && "n" }, text));
  const rows = history.points.filter((_, index) => index % each === 0).map((point, place) => {
    const part = history.points.slice(place * each, (place + 1) * each), until = history.points[(place + 1) * each]?.[0];
    const mean = (name) => { const known = part.map((one) => column(one, name)).filter((value) => value !== null); return known.length ? hashrate(known.reduce((sum, value) => sum + value, 0) / known.length) : "–"; };
    return h("tr", null, cells("td", [moment(point[0]), ...names.map(mean), Object.keys(lanes).map((kind) => [lanes[kind], marks(kind, point[0], until).length]).filter(([, number]) => number).map((words) => words.join(" ")).join(", ")]));
  });
  return h("table", null, h("thead", null, h("tr", null, cells("th", ["From", "p2pool", "XvB", "Credited 1 h", "Credited 24 h", "Tier", "Marks"]))), h("tbody", null, rows.reverse()));
};

const summary = () => {
  const known = history.points.filter((point) => column(point, "p2pool") !== null), mean = (name) => known.reduce((total, point) => total + column(point, name), 0) / known.length;
  if (!known.length) return "The proxy has no figures of this time.";
  const p2pool = mean("p2pool"), xvb = mean("xvb"), price = column(known.at(-1), "price"), part = (value) => `${hashrate(value)} (${percent(value / (p2pool + xvb || 1))})`;
  return `Last ${range}, in steps of ${duration(history.step)}: p2pool ${part(p2pool)}, XvB ${part(xvb)}${price === null ? "" : `, in the last 24 h at ${decimal(price, 2)} times the tiers' price`}; `
    + `shares found: ${marks("share").length}, wins: ${marks("win").length}, outages: ${marks("outage").length}.`;
};

const legend = () => {
  const [looks, , , aim] = sights[view], line = (look, name) => h("span", null, s("svg", { width: 22, height: 10 }, s("line", { class: `l-${look}`, x2: 22, y1: 5, y2: 5 })), name);
  put("legend", view === "Hashrate" ? ["p2pool", "xvb"].map((key) => h("span", null, swatch(key), upstreamName(key))) : Object.entries(looks).map(([name, look]) => line(look, name)),
    aim && line("now", aim), lanesOf(span()).map((kind) => h("span", null, mark(kind), lanes[kind])));
};

export const showHistory = (fresh) => {
  history = fresh ?? history;
  if (typeof Dygraph !== "function") view = "Table";
  // Its legend offends our policy; the readout is ours.
  else Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  const isTable = view === "Table";
  choices("views", typeof Dygraph === "function" ? views : [view], view);
  choices("ranges", Object.keys(ranges), range);
  if (!history) return;
  for (const id of ["chart", "lanes", "legend", "readout"]) $(id).hidden = isTable;
  $("history-table").hidden = !isTable;
  put("history-table", isTable && table());
  setText("history-sum", summary());
  if (isTable) { graph?.destroy(); graph = null; return; }
  if (!history.points.length) return;
  legend();
  draw();
  $("chart").setAttribute("aria-label", `${view}. ${summary()}`);
};

/** `ask`: asks the proxy for the history of another range. */
export const listenToHistory = (ask) => {
  $("ranges").addEventListener("click", ({ target }) => { if (ranges[target.textContent]) { range = target.textContent; showHistory(); ask(); } });
  $("views").addEventListener("click", ({ target }) => { if (views.includes(target.textContent)) { view = target.textContent; showHistory(); } });
  dark.addEventListener("change", () => showHistory());
  new ResizeObserver(() => { if (graph) draw(); }).observe($("history"));
  showHistory();
};
