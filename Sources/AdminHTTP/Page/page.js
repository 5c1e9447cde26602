// Asks the proxy and shows what it says: by events where they come, else every few seconds.

import { $, clock, duration, h, icon, put, setText } from "./quantity.js";
import { showNow, showState } from "./view.js";
import { addEvent, events, listen, showConnect, showEvents, showRigs, showTiers, showUpstreams } from "./tables.js";
import { listenToHistory, patience, showHistory, span } from "./chart.js";

// Seconds: between two questions, with events and without, at the least; until an answer is late, until it is old.
const pollEach = 5, restEach = 15, leastPause = 2, deadline = 10, oldAfter = 20;
const tokenKey = "stratum-proxy-token";

let state = null, rigs = [], answeredAt = 0, failure = "", isStreaming = false, isAsking = false, isLocked = false;
let askedAt = -Infinity, rigsAt = -Infinity, historyAt = -Infinity;

const seconds = () => performance.now() / 1000;
/** The proxy's clock counts, not this machine's. */
const proxyTime = () => state.time + seconds() - answeredAt;

const ask = async (path, signal = AbortSignal.timeout(deadline * 1000)) => {
  const token = sessionStorage.getItem(tokenKey);
  const answer = await fetch(`api/v1/${path}`, { cache: "no-store", signal, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (answer.status === 401) lock(token);
  if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
  return answer;
};

const lock = (wrong) => {
  if (isLocked) return;
  isLocked = true;
  sessionStorage.removeItem(tokenKey);
  document.body.classList.add("locked");
  $("login").hidden = false;
  setText("login-trouble", wrong ? "The proxy does not take this token." : "");
  $("token").focus();
};

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(tokenKey, $("token").value.trim());
  $("token").value = "";
  $("login").hidden = true;
  document.body.classList.remove("locked");
  isLocked = false;
  refresh();
});

const refresh = async () => {
  if (isAsking || isLocked || document.hidden) return;
  isAsking = true;
  askedAt = seconds();
  try {
    state = await (await ask("state")).json();
    answeredAt = seconds();
    if (answeredAt - rigsAt >= pollEach) { rigs = (await (await ask("rigs")).json()).rigs; rigsAt = answeredAt; }
    failure = "";
    document.body.classList.toggle("empty", !rigs.length);
    showState(state, proxyTime());
    for (const show of [showUpstreams, showConnect]) show(state);
    showRigs(rigs);
    calculate();
    if (seconds() - historyAt > patience()) askHistory();
    if (!isStreaming) stream();
  } catch (error) {
    failure = error.name === "TimeoutError" ? `it gave no answer within ${deadline} s` : error.name === "TypeError" ? "it can't be reached" : error.message;
  }
  isAsking = false;
  tick();
};

/** What the tiers cost with the typed hashrate, else the rigs': the proxy reckons both. */
const calculate = async () => {
  const typed = $("what-if").valueAsNumber, { plan, tiers } = state;
  try {
    const other = typed > 0 && await (await ask(`tiers?hashrate=${typed * 1000}`)).json();
    // Only the last word typed counts, whichever answer comes first.
    if (Object.is(typed, $("what-if").valueAsNumber)) showTiers(other ? other.tiers : tiers, other ? typed * 1000 : plan?.hashrate_hs, !other && plan?.tier);
  } catch (error) { setText("tiers-note", `The proxy can't tell: ${error.message}.`); }
};

const askHistory = async () => {
  historyAt = seconds();
  const to = Math.floor(proxyTime());
  try { showHistory(await (await ask(`history?from=${to - span()}&to=${to}`)).json()); }
  catch (error) { historyAt += pollEach - patience(); setText("history-sum", `The proxy has no history for now: ${error.message}.`); }
};

let isDue = false;
const heard = (name, id, data) => {
  if (name === "state" && seconds() - askedAt >= leastPause) refresh();
  if (name !== "log") return;
  addEvent({ id, ...JSON.parse(data) });
  if (!isDue) requestAnimationFrame(() => { isDue = false; showEvents(); });
  isDue = true;
};

/** Server-sent events read through fetch: an EventSource can't send the token. */
const stream = async () => {
  isStreaming = true;
  const stop = new AbortController();
  try {
    const reader = (await ask("events", stop.signal)).body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "", event = {};
    for (;;) {
      const { done, value } = await reader.read();
      // A line that never ends gets no memory.
      if (done || text.length > 1e6) break;
      const lines = (text + value).split(/\r?\n/);
      text = lines.pop();
      for (const line of lines) {
        if (line === "") { heard(event.event, event.id, event.data); event = {}; continue; }
        const [, field, rest] = line.match(/^([^:]*):? ?(.*)$/);
        event[field] = rest;
      }
    }
  } catch { /* The next question tells what is wrong. */ }
  stop.abort();
  isStreaming = false;
};

/** What the clock changes each second: the line of now, whether all this is old. */
const tick = () => {
  if (!state) {
    if (failure) { setText("verdict", `This page can't ask the proxy: ${failure}.`); put("verdict-icon", icon("bad")); }
    return;
  }
  const age = seconds() - answeredAt, isOld = Boolean(failure) || age > oldAfter;
  document.body.classList.toggle("old", isOld);
  $("cut").hidden = !isOld;
  if (isOld) {
    put("cut", icon("bad"), h("span", null, `The proxy has not answered since ${clock(state.time)}${failure && `: ${failure}`}. The rigs may mine on. This page asks again every ${pollEach} s. On the proxy's machine: `, h("code", null, "stratum-proxy status")));
  } else showNow(state, proxyTime());
  put("live", icon(isOld ? "bad" : "good"), isOld ? ` ${duration(age)} old` : isStreaming ? " live" : ` every ${pollEach} s`);
};

setInterval(() => {
  tick();
  if (seconds() - askedAt >= (isStreaming && !failure ? restEach : pollEach)) refresh();
}, 1000);
document.addEventListener("visibilitychange", refresh);
$("what-if").addEventListener("change", () => { if (state) calculate(); });

const masked = (value) => {
  const names = new Map(), name = (address) => names.get(address) ?? names.set(address, `address-${names.size + 1}`).get(address);
  return JSON.stringify(value, (key, inner) => ["wallet", "host"].includes(key) ? key : inner, 1)
    .replace(/\b[48][1-9A-HJ-NP-Za-km-z]{3,105}(?:(?:\.{3}|…)[1-9A-HJ-NP-Za-km-z]+|(?<=.{95})\b)/g, "wallet")
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}|[0-9a-f:]*::[0-9a-f:]*)(?![\w:])/gi, name);
};

$("diagnostics").addEventListener("click", () => {
  const text = masked({ state: { ...state, rig_list: undefined }, rigs, events, browser: navigator.userAgent });
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href, download: "stratum-proxy-diagnostics.json" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
});

for (const section of document.querySelectorAll("section")) section.setAttribute("aria-label", section.querySelector("h2").textContent);
listen();
listenToHistory(() => { if (state) askHistory(); });
showEvents();
refresh();
