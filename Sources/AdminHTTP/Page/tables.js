// The tables, the lines to copy, the events.

import { $, capital, choices, clock, count, decimal, difficulty, duration, fine, h, hashrate, icon, note, percent, put, s, setText, swatch, upstreamName, whole } from "./quantity.js";
import { configured, isUp } from "./view.js";

// Rows are drawn as cards on phones: roles keep them a table for screen readers.
const head = (name, kind, more, child) => h("th", { role: "columnheader", scope: "col", class: kind, ...more }, child ?? capital(name));
const row = (kind, name, cells) => h("tr", { role: "row", class: kind }, h("th", { role: "rowheader", scope: "row" }, name), cells);
const cell = (name, value, kind = "n") => h("td", { role: "cell", class: kind, "data-name": name }, value);
const table = (name, heads, rows) => h("table", { role: "table", class: "cards", "aria-label": name },
  h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), h("tbody", { role: "rowgroup" }, rows));
const soft = (text) => h("p", { class: "soft" }, text);

/** `tiers` of the state, or for another hashrate `hs`. */
export const showTiers = (tiers, hs, aim) => {
  setText("tiers-note", hs > 0 ? `with ${hashrate(hs)}, as parts of p2pool's expected income` : "");
  const rows = tiers.map((tier) => {
    const name = [tier.name, tier.tier === aim && h("span", { class: "tag" }, "aimed at"), note(hashrate(tier.needs_hs))];
    return tier.held_hours > 0
      ? row("", name, [cell("costs", percent(tier.income_cost), "n strong"), cell("held a day", `${decimal(tier.held_hours, 1)} h`), cell("price", `${decimal(tier.price, 2)} ×`)])
      : row("far", name, h("td", { role: "cell", class: "state", colspan: 3 }, tier.held_hours === null ? "not known" : "would be held for no hour of the day"));
  });
  put("tier-table", tiers.some((tier) => tier.held_hours !== null) ? [table("What each tier costs", ["tier", "costs", "held a day", "price"].map((name, place) => head(name, place && "n")), rows),
    fine("Price: work sent over what the tier is worth in the hours that it is held; 1 is the least.")]
    : soft("The proxy can tell once it knows the rigs' hashrate and p2pool's figures."));
};

export const showUpstreams = (state) => {
  const averages = { "10 min": "ten_minutes_hs", "1 h": "hour_hs", "24 h": "day_hs" }, counts = ["accepted", "rejected", "stale", "late", "lost"];
  put("upstream-table", table("Upstreams", [head("upstream"), head("state"), ...[...Object.keys(averages), ...counts, "efficiency"].map((name) => head(name, "n"))], configured(state).map((key) => {
    const upstream = state.upstreams[key], { ready_lanes, mining_rigs, waiting_rigs, difficulty: diff, ping_ms, efficiency } = upstream;
    const facts = [upstream.tls && "TLS", count(ready_lanes, "connection"), count(mining_rigs, "rig"), waiting_rigs > 0 && `${waiting_rigs} wait`, diff !== null && `diff ${difficulty(diff)}`, ping_ms !== null && `ping ${Math.round(ping_ms)} ms`];
    return row("", [swatch(key), upstreamName(key), note(upstream.endpoint)], [
      cell("state", [icon(isUp(upstream) ? "good" : "bad"), isUp(upstream) ? " up" : " down", note(isUp(upstream) ? facts.filter(Boolean).join(", ") : upstream.trouble)], "state"),
      Object.entries(averages).map(([name, member]) => cell(`routed ${name}`, hashrate(state.ledger[key][member]))), counts.map((name) => cell(name, whole(upstream[name]))),
      cell("efficiency", efficiency === null ? "n/a" : [percent(efficiency), note(`${percent(upstream.efficiency_low95)} to ${percent(upstream.efficiency_high95)}`)])]);
  })));
};

// Rows shown at first; above this part of a rig's shares refusals are worth a look.
const few = 25, manyRefused = 0.05;
let by = "state", isDown = false, showsAll = false, shown = [];

const columns = {
  name: ["rig", (rig) => rig.name], state: ["state", (rig) => ["bad", "warning", "waiting", "good"].indexOf(rig.state.level)], hs: ["hashrate, 15 min", (rig) => rig.hs],
  accepted: ["accepted", (rig) => rig.accepted, "n"], refused: ["refused", (rig) => rig.refused, "n"], share: ["last share", (rig) => rig.seconds_since_share ?? Infinity, "n"],
};

const rate = (rig, most) => {
  const x = (factor) => `${rig.hs * factor / most * 100}%`, error = rig.relative_error, line = (from, to, y1, y2) => s("line", { class: "l-error", x1: x(from), x2: x(to), y1, y2 });
  return h("span", { class: "rate" }, h("span", null, h("b", null, hashrate(rig.hs)), error < 1 && ` ±${percent(error)}`), s("svg", { height: 12, "aria-hidden": "true" }, s("rect", { class: "f-rig", y: 2, width: x(1), height: 8 }),
    error < 1 && [line(1 - error, 1 + error, 6, 6), line(1 - error, 1 - error, 2, 10), line(1 + error, 1 + error, 2, 10)]));
};

const rigRow = (rig, most) => {
  const { level, word, text } = rig.state, bad = rig.refused, part = bad / (bad + rig.accepted), below = rig.below_pool_difficulty;
  return row({ good: "", waiting: "idle" }[level] ?? "trouble", [h("bdi", null, rig.name || "(no name)"), note(h("bdi", null, rig.address), " ", h("bdi", null, rig.agent))], [
    cell("state", [icon(level), ` ${word}`, text && note(text)], "state"), cell("hashrate", rig.online && rig.hs > 0 ? rate(rig, most) : "–", "rated"),
    cell("accepted", [whole(rig.accepted), below > 0 && note(`${whole(below)} below the pool's`)]),
    cell("refused", [part > manyRefused && icon("warning", "flag"), whole(bad), bad > 0 && [` (${percent(part)})`, note(rig.refused_text)]]),
    cell("last share", rig.seconds_since_share === null ? "none yet" : `${duration(rig.seconds_since_share)} ago`)]);
};

export const showRigs = (rigs) => {
  shown = rigs;
  const words = $("filter").value.trim().toLowerCase(), value = columns[by][1], sign = isDown ? -1 : 1, order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  const found = rigs.filter((rig) => [rig.name, rig.address, rig.agent, rig.state.word, rig.state.text].join(" ").toLowerCase().includes(words))
    .sort((a, b) => order(value(a), value(b)) * sign || b.hs - a.hs || order(a.name, b.name));
  const most = found.reduce((top, rig) => Math.max(top, rig.hs * (1 + Math.min(1, rig.relative_error))), 1);
  setText("rigs-note", words ? `${found.length} of ${count(rigs.length, "rig")}` : rigs.length ? `${count(rigs.length, "rig")}; ± is the statistical error` : "");
  put("rig-table", !found.length ? soft(rigs.length ? "No rig is called so, or does so." : "No rig has logged in yet. The lines above tell how.")
    : table("Rigs", Object.entries(columns).map(([key, [name, , kind]]) => head(name, kind, { "aria-sort": by !== key ? "none" : isDown ? "descending" : "ascending" }, h("button", { type: "button", "data-sort": key }, capital(name)))),
      found.slice(0, showsAll ? Infinity : few).map((rig) => rigRow(rig, most))));
  $("more").hidden = found.length <= few;
  setText("more", showsAll ? `Show the first ${few} only` : `Show all ${found.length} rigs`);
};

export const showConnect = ({ connect }) => {
  const host = location.hostname, url = `${host}:${connect.port}`, print = connect.tls_fingerprint;
  const pool = (more) => JSON.stringify({ url, user: "rig-name", keepalive: true, ...more }).replaceAll('":', '": ').replaceAll(',"', ', "');
  const lines = [["In xmrig's config.json, under pools", pool()], connect.tls && ["The same, encrypted", pool({ tls: true, ...(print && { "tls-fingerprint": print }) })], ["On the command line", `xmrig -o ${url} -u rig-name -k`]];
  put("connect-lines", lines.filter(Boolean).map(([name, line], index) => h("div", { class: "copy" }, h("p", null, name, h("button", { type: "button", class: "btn", "data-copy": `line-${index}`, "aria-label": `Copy: ${name}` }, "Copy")), h("pre", { id: `line-${index}` }, line))),
    fine("Write the rig's own name for rig-name. A rig needs no wallet: the proxy has it."));
};

/** The line stays selected. The clipboard is for HTTPS only. */
const copy = (id) => {
  getSelection().selectAllChildren($(id));
  setText("copied", document.execCommand("copy") ? `Copied at ${clock(Date.now() / 1000)}.` : "This browser lets no page copy: the line is selected, copy it with the keyboard.");
};

export const events = [];
const most = 200, levels = ["All", "Warnings"], signs = { info: "good", warning: "warning", error: "bad" };
let level = "All";

export const showEvents = () => {
  const list = events.filter((event) => level === "All" || event.level !== "info");
  put("log", list.map((event) => h("li", { class: event.level }, h("time", { datetime: new Date(event.time * 1000).toISOString() }, clock(event.time)), icon(signs[event.level] ?? "waiting"), h("span", null, h("b", null, event.tag), ` ${event.text}`))));
  put("no-log", !list.length && (level === "All" ? "Nothing happened yet." : "No warning among the last events."));
  choices("levels", levels, level);
};

/** Notes an event, newest first, each once. */
export const addEvent = (event) => {
  if (events.some(({ id }) => id === event.id)) return;
  events.unshift(event);
  events.length = Math.min(events.length, most);
};

/** The buttons of all that. */
export const listen = () => {
  $("filter").addEventListener("input", () => showRigs(shown));
  $("more").addEventListener("click", () => { showsAll = !showsAll; showRigs(shown); });
  $("levels").addEventListener("click", ({ target }) => { if (levels.includes(target.textContent)) { level = target.textContent; showEvents(); } });
  document.addEventListener("click", ({ target: { dataset } }) => {
    if (dataset.sort) {
      // Figures begin with the largest, words with the first.
      isDown = by === dataset.sort ? !isDown : ["hs", "accepted", "refused"].includes(dataset.sort);
      by = dataset.sort;
      showRigs(shown);
    }
    if (dataset.copy) copy(dataset.copy);
  });
};
