// The answers. Their sentences come from the proxy, as in log and `status`; here are names of figures.

import { $, capital, clock, count, decimal, duration, fine, h, hashrate, icon, note, percent, put, s, setText, swatch, unseen, upstreamName, whole } from "./quantity.js";

const both = ["p2pool", "xvb"];

export const configured = (state) => both.filter((key) => state.upstreams[key]?.endpoint);
export const isUp = (upstream) => upstream.ready_lanes > 0;
const other = (key) => key === "xvb" ? "p2pool" : "xvb";

/** Where work goes: the plan alone moves no hash. */
const minesOn = ({ mining_on, upstreams }) => {
  const wanted = mining_on.toLowerCase();
  if (!both.some((key) => isUp(upstreams[key]))) return null;
  return upstreams[wanted].mining_rigs > 0 || !upstreams[other(wanted)].mining_rigs ? wanted : other(wanted);
};

/** The window: what was planned, what happened, now, what comes next. */
const windowBar = (state, at) => {
  const plan = state.plan, length = plan?.window_seconds;
  if (!length) return h("p", { class: "soft" }, "The first window has not begun.");
  const start = state.window.start, x = (time) => Math.min(100, Math.max(0, (time - start) / length * 100));
  const now = x(at), here = minesOn(state), turnAt = state.time + state.seconds_left, turn = state.switch_expected ? x(turnAt) : 100;
  const slices = state.window.slices.map((slice) => [slice.upstream, x(slice.from), slice.until === null ? now : x(slice.until)]);
  const words = (list) => list.filter(([, seconds]) => seconds >= 0.5).map(([key, seconds]) => `${upstreamName(key)} ${duration(seconds)}`).join(", ") || "nothing yet";
  const planned = words([["p2pool", plan.p2pool_seconds], ["xvb", plan.xvb_seconds]]);
  const happened = words(both.map((key) => [key, slices.reduce((sum, [on, from, to]) => on === key ? sum + to - from : sum, 0) * length / 100]));
  const bar = (key, from, to, y, height, more = "") => to > from && s("rect", { class: `f-${key}${more}`, x: `${from}%`, width: `${to - from}%`, y, height });
  const text = (place, y, kind, words) => s("text", { class: kind, x: `${place}%`, y, "text-anchor": place < 12 ? "start" : place > 88 ? "end" : "middle" }, words);
  const split = plan.p2pool_seconds / length * 100;
  return h("figure", { class: "bars" },
    h("dl", null, h("dt", null, "Planned"), h("dd", null, planned), h("dt", null, "Happened"), h("dd", null, happened)),
    s("svg", { height: 104, role: "img", "aria-label": `Planned: ${planned}. Happened so far: ${happened}. Now it is ${clock(at)}.` },
      bar("p2pool", 0, split, 0, 12), bar("xvb", split, 100, 0, 12),
      s("rect", { class: "f-none", width: "100%", y: 18.5, height: 39 }),
      here && [bar(here, now, turn, 18, 40, " to-come"), bar(other(here), turn, 100, 18, 40, " to-come")],
      slices.map(([key, from, to]) => bar(key, from, to, 18, 40)),
      text(0, 79, "soft", clock(start)), text(100, 79, "soft", clock(start + length)),
      here && turn > 25 && turn < 75 && text(turn, 79, "", `${upstreamName(other(here))} ${clock(turnAt)}`),
      s("line", { class: "l-now", x1: `${now}%`, x2: `${now}%`, y1: 14, y2: 86 }), text(now, 99, "strong", `now ${clock(at)}`)));
};

export const showNow = (state, at) => {
  const here = minesOn(state), end = state.time + state.seconds_left, until = clock(end), left = Math.max(0, end - at);
  const isPlain = here && state.upstreams[here].mining_rigs > 0 && configured(state).every((key) => isUp(state.upstreams[key]));
  put("where-now",
    h("p", { class: "big" }, here ? [swatch(here), upstreamName(here), " ", h("small", null, state.switch_expected ? `until ${until}, for ${duration(left)} more` : `the next plan comes at ${until}, in ${duration(left)}`)] : "Nowhere"),
    !isPlain && h("p", null, `${capital(state.now)}.`),
    h("p", { class: "reason" }, h("b", null, "Plan: "), state.plan?.reason ?? "none yet"));
  put("window", windowBar(state, at));
};

const win = ({ can_win: can, words, raffle }) => {
  const sign = (ok) => icon(ok === null ? "waiting" : ok ? "good" : "warning");
  put("win-now",
    h("p", { class: "big" }, sign(can.answer), can.text),
    h("ul", { class: "checks" }, can.checks.map(({ name, ok, text }) => h("li", null, sign(ok), h("span", { class: "soft" }, name), h("span", null, ok === false && unseen("No: "), text)))),
    words.raffle && fine(h("b", null, "Raffle: "), `${words.raffle}.`));
};

const cost = ({ plan, tiers, words }) => {
  const tier = tiers.find((row) => row.tier === plan?.tier), share = tier?.income_cost ?? (plan?.hashrate_hs > 0 ? plan.xvb_hs / plan.hashrate_hs : 0);
  put("cost-now",
    h("p", { class: "big" }, share > 0 ? [percent(share), " ", h("small", null, `of p2pool's expected income${tier ? `, to hold ${tier.name}` : ""}`)] : "Nothing now"),
    tier?.held_hours > 0 && h("p", null, `It will be held for ${decimal(tier.held_hours, 1)} of 24 h, at ${decimal(tier.price, 2)} times its price.`),
    words.price && fine(`${capital(words.price)}.`));
};

const keys = (state) => {
  const tierName = (key) => key === "none" ? "no tier" : state.tiers.find((row) => row.tier === key)?.name ?? "not known";
  const { hashrate: { "900s": rate, "86400s": day }, inputs: { p2pool }, plan, tier } = state;
  const sum = (name) => configured(state).reduce((total, key) => total + state.upstreams[key][name], 0);
  const bad = sum("rejected") + sum("stale"), judged = sum("accepted") + bad;
  const share = [p2pool.share_in_window && p2pool.seconds_until_share_leaves > 0 && `the newest leaves in ${duration(p2pool.seconds_until_share_leaves)}`,
    p2pool.seconds_to_next_share > 0 && `the next takes ${duration(p2pool.seconds_to_next_share)} on average`].filter(Boolean).join("; ");
  put("keys", [
    ["Hashrate, 15 min", rate.relative_error < 1 ? hashrate(rate.hs) : "not known", rate.relative_error < 1 && `±${percent(rate.relative_error)}; over 24 h ${hashrate(day.hs)}`],
    ["Rigs that mine", sum("mining_rigs"), `${count(state.rigs, "rig")} online`],
    ["Share in p2pool's window", { true: "yes", false: "none" }[p2pool.share_in_window] ?? "not known", share],
    state.mode !== "p2pool" && ["Tier credited", tierName(tier.credited), `${tierName(tier.routed)} by our accepted work`],
    ["Stale or rejected", judged ? percent(bad / judged) : "none yet", `${whole(bad)} of ${whole(judged)} since the start; ${whole(sum("lost"))} lost`],
    ["Switches", whole(plan?.switches ?? 0), `${whole(sum("late"))} shares came late; windows completed: ${whole(plan?.windows ?? 0)}`],
  ].filter(Boolean).map(([name, value, note]) => h("div", null, h("dt", null, name), h("dd", null, String(value)), h("dd", null, note))));
};

const gauge = ({ name: tier, needs_hs: need }, name, credited, routed) => {
  const known = Number.isFinite(credited), gap = credited - need, says = known ? hashrate(credited) : "not known";
  // Linear: a log scale would hide the few per cent that matter.
  const most = Math.max(1.5 * need, 1.07 * (credited || 0), 1.07 * routed), x = (value) => `${value / most * 100}%`;
  return h("div", { class: "gauge" },
    h("h3", null, icon(!known ? "waiting" : gap >= 0 ? "good" : "warning"), ` ${name}: ${says}`, known && h("small", { class: gap < 0 ? "warning" : "soft" }, `${hashrate(Math.abs(gap))} ${gap >= 0 ? "above" : "below"} ${tier}`)),
    s("svg", { height: 58, role: "img", "aria-label": `Credited: ${says}, routed: ${hashrate(routed)}; ${tier} needs ${hashrate(need)}.` },
      s("rect", { class: "f-track", width: "100%", height: 16 }), known && s("rect", { class: "f-xvb", width: x(credited), height: 16 }),
      s("rect", { class: "f-routed", x: 1, width: x(routed), y: 21, height: 10 }),
      s("line", { class: "l-goal", x1: x(need), x2: x(need), y1: -3, y2: 38 }), s("text", { class: "strong", x: x(need), y: 53, "text-anchor": "middle" }, `${tier} ${hashrate(need)}`)),
    fine(swatch("xvb"), `credited ${says} `, swatch("routed"), `routed ${hashrate(routed)}`));
};

/** Shows all of it; `at` is the proxy's time. */
export const showState = (state, at) => {
  const { level, text, why } = state.verdict, { xvb } = state.inputs, routed = state.ledger.xvb, { words } = state;
  $("state").dataset.level = level;
  document.body.classList.toggle("alone", state.mode === "p2pool");
  put("verdict-icon", icon(level));
  setText("verdict", text);
  setText("why", why);
  document.title = `${{ warning: "! ", bad: "!! " }[level] ?? ""}${text} stratum-proxy`;
  setText("host", ` on ${state.host}`);
  put("facts", [state.wallet && `wallet ${state.wallet}`, `version ${state.version}`, `mode ${state.mode}`].filter(Boolean).map((fact) => h("span", null, fact)));
  put("signs", state.signs.map(({ level, name, word, text }) => h("li", null, icon(level), h("span", null, h("b", null, name), ` ${word}`, note(text)))));
  win(state);
  cost(state);
  keys(state);
  const aim = state.tiers.find((row) => row.tier === state.plan?.tier) ?? state.tiers[0];
  put("gauges", gauge(aim, "1 h", xvb.credited_1h_hs, routed.hour_hs), gauge(aim, "24 h", xvb.credited_24h_hs, routed.day_hs),
    words.forecast && h("p", null, `${capital(words.forecast)}.`),
    fine(`Figures: ${words.xvb}; ${words.outside}.`));
  showNow(state, at);
};
