"""The proxy's HTTP answers without a proxy: the page's folder, and documents made from the golden file of `status --json`."""

import copy
import http.server
import json
import math
import os
import random
import threading
import time
import urllib.parse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
COLUMNS = ["time", "p2pool", "xvb", "rigs", "credited-1h", "credited-24h", "routed-1h", "routed-24h", "tier-work", "price"]
STEPS = [10, 20, 60, 120, 600, 1_200, 3_600, 10_800, 43_200, 86_400]
NAMES = {"p2pool": "p2pool", "xvb": "XvB"}
# Whoever makes elements of it changes the title.
MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>attic</b>"
WALLET = "4" + "AbCdEfGhJk" * 9 + "xyzA"


class Mock:
    """One proxy; `scenario` says how it fares: well, empty, down, half, noshare, alone, many, markup."""

    def __init__(self, golden):
        with open(golden, encoding="utf-8") as file:
            self.golden = json.load(file)
        self.scenario, self.token, self.has_dygraphs = "well", None, True
        # It answers nothing; it answers as at this moment only.
        self.is_dead, self.moment = False, None
        self.requests, self.log = [], []
        now = time.time()
        for ago, level, tag, text in [
            (700, "info", "proxy", "listening at 0.0.0.0:3355"),
            (600, "info", "plan", "window 11 done: XvB planned 42 %, delivered 41.8 %"),
            (250, "info", "net", "now mining on XvB, as planned: 5 rigs moved"),
            (120, "warning", "rigs", "rig den (10.0.0.13) is cut off for 1 h: it sends far too many shares or requests"),
            (60, "info", "net", "p2pool share found by garage (10.0.0.8)"),
        ]:
            self.log.append({"time": now - ago, "level": level, "tag": tag, "text": text})

    def now(self):
        return self.moment or time.time()

    # MARK: Rigs

    def rigs(self):
        if self.scenario == "empty":
            return []
        base, rigs, draw = self.golden["rig_list"][0], [], random.Random(1)
        farm = [("office", 7_900, 39_812, 12), ("garage", 6_400, 32_100, 3), ("attic", 4_800, 24_150, 0)]
        farm += [("cellar", 3_200, 16_101, 1), ("laptop", 1_800, 910, 77)]
        if self.scenario == "many":
            farm = [(f"rig-{i:03}", draw.uniform(900, 9_000), draw.randrange(9_000), draw.randrange(3)) for i in range(498)]
        for index, (name, speed, accepted, stale) in enumerate(farm):
            rig = {**base, "name": name, "hs": speed, "accepted": accepted, "stale": stale, "seconds_since_share": index % 60}
            rig |= {"address": f"10.0.{index // 250}.{index % 250 + 7}", "relative_error": 0.02 + 0.1 * (1 - min(1, accepted / 9_000))}
            rig |= {"refused": stale, "refused_text": f"{stale} stale"}
            rig |= {"mining_on": None if self.scenario == "down" else self.upstream(), "trust": "proven"}
            rigs.append(rig)
        for rig in rigs:
            rig["state"] = {"level": "good", "word": f"on {NAMES[rig['mining_on']]}", "text": ""} if rig["mining_on"] else {"level": "waiting", "word": "waits for work", "text": ""}
        rigs[-1] |= {"trust": "suspect", "state": {"level": "warning", "word": "suspect", "text": "each share is proven before a pool sees it"}}
        away = {"hs": 0, "online": False, "mining_on": None, "relative_error": 1}
        rigs.append({**base, "name": "shed", "accepted": 2_213, "seconds_since_left": 9_660, "seconds_since_share": 9_660, **away})
        rigs[-1] |= {"left_because": "it closed the connection", "state": {"level": "waiting", "word": "left", "text": "2 h 41 min ago, it closed the connection"}}
        rigs.append({**base, "name": "den", "wrong_hash": 3, "accepted": 2, "seconds_since_left": 1_400, **away})
        rigs[-1] |= {"left_because": "its shares were wrong", "cut_off_seconds": 2_220, "cut_off_for": "it sends far too many shares or requests"}
        rigs[-1] |= {"refused": 3, "refused_text": "3 with a wrong hash"}
        rigs[-1]["state"] = {"level": "bad", "word": "cut off", "text": "for 37 min: it sends far too many shares or requests"}
        if self.scenario == "markup":
            for rig in rigs:
                rig["name"] = rig["agent"] = MARKUP + rig["name"]
        return rigs

    def upstream(self):
        return "p2pool" if self.now() % 600 < self.split() else "xvb"

    def split(self):
        return 600 if self.scenario in ("empty", "noshare") else 349

    # MARK: State

    def state(self):
        state, now, rigs = copy.deepcopy(self.golden), self.now(), self.rigs()
        online = [rig for rig in rigs if rig["online"]]
        speed, start, split, here = sum(rig["hs"] for rig in online), now - now % 600, self.split(), self.upstream()
        need, tier = (1e6, "mega") if self.scenario == "many" else (1e4, "vip")
        xvb = need * 1.012 if split < 600 else 0
        state |= {"time": now, "rigs": len(online), "uptime_seconds": 1_411_200, "mining_on": NAMES[here]}
        state |= {"switch_expected": split < 600, "seconds_left": start + (split if here == "p2pool" else 600) - now}
        state["hashrate"] = {name: {"hs": speed, "relative_error": 0.017 if speed else 1} for name in state["hashrate"]}
        state["plan"] |= {"reason": f"XvB {600 - split} s of 600: hold VIP donor (10 kH/s); p2pool keeps 14 kH/s, no-share risk 2.9 %"}
        state["plan"] |= {"tier": tier, "p2pool_seconds": split, "xvb_seconds": 600 - split, "window_elapsed_seconds": now - start}
        state["plan"] |= {"windows": 2_304, "switches": 4_611, "hashrate_hs": speed, "xvb_hs": xvb, "p2pool_hs": speed - xvb}
        slices = [{"upstream": "p2pool", "from": start, "until": None}]
        if here == "xvb":
            slices[0]["until"] = start + split
            slices.append({"upstream": "xvb", "from": start + split, "until": None})
        state["window"] = {"start": start, "end": start + 600, "slices": slices}
        state["inputs"]["xvb"] |= {"credited_1h_hs": need * 1.03, "credited_24h_hs": need * 1.01}
        state["ledger"]["xvb"] = {"ten_minutes_hs": need * 1.02, "hour_hs": need * 1.02, "day_hs": need * 1.012}
        state["ledger"]["p2pool"] = {name: speed - xvb for name in state["ledger"]["xvb"]}
        state["tier"] |= {"routed": tier, "credited": tier}
        for key, upstream in state["upstreams"].items():
            upstream |= {"mining_rigs": len(online) if key == here else 0, "accepted": 70_210, "submitted": 70_230}
        state["tiers"] = self.tiers(speed or 1)["tiers"]
        state["words"] |= {"price": "VIP donor held 23.6 of the last 24 h at 1.03 times its price: XvB got 10.1 kH/s"}
        state["words"] |= {"forecast": "forecast: VIP donor held for 23.4 of 24 h at 1.02 times its price"}
        state["can_win"] |= {"answer": True, "text": "Yes, in donor and VIP donor rounds"}
        for check, text in zip(state["can_win"]["checks"], ["yes, the newest leaves in 3 h 25 min", "10.3 kH/s of 10 kH/s", "10.1 kH/s of 10 kH/s"]):
            check |= {"ok": True, "text": text}
        name = NAMES[here]
        state["now"] = f"mining on {name}, " + ("XvB in about 2 min" if here == "p2pool" else "the next plan in 3 min")
        state["verdict"] = {"level": "warning", "text": f"2 rigs need a look. {len(online)} rigs mine on {name}."}
        state["verdict"]["why"] = "Rig laptop is suspect: each share is proven before a pool sees it. Rig den is cut off for 37 min: it sends far too many shares or requests."
        for sign, word, text in zip(state["signs"], ["up", "up", "fresh", "fresh", f"{len(online)} online", "runs"], [None, None, None, None, "1 cut off, 1 left within a day, 1 suspect", "for 16 d 08 h"]):
            sign |= {"level": "warning" if sign["name"] == "Rigs" else "good", "word": word, "text": text or sign["text"]}
        getattr(self, "_" + self.scenario, lambda state: None)(state)
        state["rig_list"], state["rigs_not_listed"] = rigs[:25], max(0, len(rigs) - 25)
        return state

    def _lose(self, state, keys, verdict):
        for key in keys:
            trouble = {"down_seconds": 326, "trouble": "127.0.0.1:3333: connect failed (connection refused)"}
            state["upstreams"][key] |= {"ready_lanes": 0, "mining_rigs": 0, "difficulty": None, "ping_ms": None} | trouble
            state["signs"][["p2pool", "xvb"].index(key)] |= {"level": "bad", "word": "down", "text": "for 5 min 26 s, 127.0.0.1:3333: connect failed (connection refused)"}
        why = "p2pool for 5 min 26 s, 127.0.0.1:3333: connect failed (connection refused). The proxy tries again by itself."
        state["verdict"] = {"level": "bad", "text": verdict, "why": why}

    def _down(self, state):
        self._lose(state, ["p2pool", "xvb"], "No rig mines: p2pool and XvB can't be reached.")
        state["now"] = "mining nowhere: p2pool and XvB can't be reached"

    def _half(self, state):
        self._lose(state, ["p2pool"], "p2pool can't be reached. 5 rigs mine on XvB.")
        state["upstreams"]["xvb"]["mining_rigs"] = state["rigs"]
        state["now"] = "p2pool's turn, but no rig can mine there: mining on XvB, XvB in about 2 min (p2pool can't be reached)"

    def _noshare(self, state):
        state["inputs"]["p2pool"] |= {"share_in_window": False, "seconds_until_share_leaves": None}
        state["plan"] |= {"reason": "all p2pool: no share of ours in p2pool's window, XvB would skip a win without one", "tier": "none"}
        why = "XvB would skip this wallet's win: it gets nothing until p2pool has a share again, which takes 59 min on average."
        state["verdict"] = {"level": "warning", "text": "No share of this wallet is in p2pool's window. 5 rigs mine on p2pool.", "why": why}
        state["can_win"] |= {"answer": False, "text": "No: no share in p2pool's window"}
        state["can_win"]["checks"][0] |= {"ok": False, "text": "none: XvB would skip your win"}

    def _alone(self, state):
        state |= {"mode": "p2pool", "now": "mining on p2pool, the next plan in 6 min"}
        state["plan"] |= {"reason": "all p2pool: mode p2pool", "tier": "none", "xvb_hs": 0}
        state["upstreams"]["xvb"] |= {"endpoint": None, "ready_lanes": 0, "mining_rigs": 0}
        state["upstreams"]["p2pool"]["mining_rigs"] = state["rigs"]
        state["inputs"]["xvb"] = {"source": None, "registered": None, "health": "missing", "age_seconds": None, "credited_1h_hs": None, "credited_24h_hs": None}
        state["words"] |= {"price": None, "forecast": None, "xvb": "XvB: not configured"}
        state["signs"] = [sign for sign in state["signs"] if "XvB" not in sign["name"]]
        state["can_win"] = {"answer": False, "text": "No: mode p2pool sends XvB nothing", "checks": []}

    def _empty(self, state):
        state |= {"uptime_seconds": 40, "now": "mining on p2pool, the next plan in 6 min 20 s"}
        state["plan"] |= {"reason": "all p2pool: no rig has shown a hashrate yet", "tier": "none", "windows": 0, "switches": 0}
        state["inputs"]["p2pool"] |= {"share_in_window": False, "seconds_until_share_leaves": None, "seconds_to_next_share": None}
        xvb = {"health": "unregistered", "age_seconds": None, "credited_1h_hs": None, "credited_24h_hs": None}
        state["inputs"]["xvb"] = {"source": "https://xmrvsbeast.com", "registered": False, **xvb}
        state["tier"] = {"routed": "none", "credited": None, "last_24h": {}, "forecast": {}}
        state["words"] |= {"price": None, "forecast": None, "xvb": "XvB's unregistered, from https://xmrvsbeast.com"}
        counts = {name: 0 for name in ("mining_rigs", "accepted", "submitted", "rejected", "stale", "late", "lost")}
        for key, upstream in state["upstreams"].items():
            upstream |= counts | {"efficiency": None, "efficiency_low95": None, "efficiency_high95": None}
            state["ledger"][key] = {"ten_minutes_hs": 0, "hour_hs": 0, "day_hs": 0}
        for row in state["tiers"]:
            row |= {"held_hours": None, "price": None, "income_cost": None}
        why = "Point a rig at this machine, port 3355: it shows up within seconds."
        state["verdict"] = {"level": "waiting", "text": "Ready. No rig has logged in yet.", "why": why}
        state["can_win"] = {"answer": False, "text": "No: XvB does not know this wallet", "checks": state["can_win"]["checks"]}
        for check, text in zip(state["can_win"]["checks"], ["none: XvB would skip your win", "not known", "not known", "not known", "no"]):
            check |= {"ok": None if text == "not known" else False, "text": text}
        state["signs"][3] |= {"level": "warning", "word": "unregistered", "text": "XvB does not know the wallet"}
        state["signs"][4] |= {"level": "waiting", "word": "0 online", "text": "none is missing"}

    def _markup(self, state):
        state["host"] = state["wallet"] = state["now"] = MARKUP
        state["verdict"] |= {"text": MARKUP, "why": MARKUP}
        state["plan"]["reason"] = state["words"]["raffle"] = MARKUP
        state["upstreams"]["xvb"]["endpoint"] = state["connect"]["tls_fingerprint"] = MARKUP
        for part in state["signs"] + state["can_win"]["checks"] + state["tiers"]:
            part["text" if "text" in part else "name"] = part["name"] = MARKUP

    def tiers(self, speed):
        rows = [{key: row[key] for key in ("tier", "name", "needs_hs")} for row in self.golden["tiers"]]
        for row in rows:
            part = row["needs_hs"] * 1.012 / speed
            row |= {"held_hours": 23.8 - part if part < 1 else 0, "price": 1.02 if part < 1 else None, "income_cost": part if part < 1 else None}
        return {"version": 1, "hashrate_hs": speed, "tiers": rows}

    # MARK: History

    def history(self, first, last):
        step = next(step for step in STEPS if (last - first) / step <= 720)
        if self.scenario == "empty":
            return {"version": 1, "from": first, "to": last, "step": step, "columns": COLUMNS, "points": [], "marks": []}
        scale = 100 if self.scenario == "many" else 1
        noise = lambda place, kind: (math.sin(place * 12.9898 + kind * 78.233) * 43_758.5453) % 1 - 0.5
        points, moment = [], first - first % step
        while moment < last:
            place, age = moment // step, last - moment
            both = 24_100 + noise(place, 1) * 1_400 - (2_400 if 3_900 < age < 9_657 else 0)
            xvb = 10_100 + noise(place, 3) * 500
            if step < 120:
                xvb = both if moment % 600 >= 349 else 0
            if 30_298 < age < 30_720 + step:
                xvb = both
            figures = [both - xvb, xvb, None, 10_300 + 300 * noise(place, 5), 10_100 + 40 * noise(place, 6), 10_250 + 250 * noise(place, 7), 10_120, 10_000]
            figures = [value and value * scale for value in figures] + [1.03 + 0.02 * noise(place // 30, 8)]
            figures[2] = 5 * scale
            # The proxy did not run for a while.
            points.append([moment] + ([None] * 9 if 50_000 < age < 52_000 else figures))
            moment += step
        marks, draw, moment = [], random.Random(3), last - 2_489
        mark = lambda moment, kind, text, upstream=None, until=None: marks.append({"time": moment, "kind": kind, "upstream": upstream, "until": until, "text": text})
        while moment > first:
            mark(moment, "share", "garage found a p2pool share", "p2pool")
            moment -= 6_100 * draw.uniform(0.2, 1.9)
        for age in (17_743, 312_000, 1.9e6, 4.6e6):
            if last - age > first:
                mark(last - age, "win", "this wallet has won the VIP donor round")
        mark(last - 30_720, "outage", "p2pool can't be reached", "p2pool", last - 30_298)
        for start in range(last - last % 600, first, -600) if last - first <= 21_600 else ():
            mark(start, "switch", "now mining on p2pool, as planned", "p2pool")
            mark(start - 251, "switch", "now mining on XvB, as planned", "xvb")
        marks = sorted((one for one in marks if one["time"] >= first), key=lambda one: one["time"])
        return {"version": 1, "from": first, "to": last, "step": step, "columns": COLUMNS, "points": points, "marks": marks}

    # MARK: Server

    def serve(self, folder, dygraphs="/usr/share/javascript/dygraphs"):
        """Serves it on a port of this machine that is free; returns the page's address."""
        handler = type("Answers", (Handler,), {"mock": self, "folder": folder, "dygraphs": dygraphs})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the proxy does."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def _answer(self, status, kind, body):
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": len(body), "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def _document(self, value, status=200):
        self._answer(status, "application/json", json.dumps(value).encode())

    def do_GET(self):
        mock, url = self.mock, urllib.parse.urlsplit(self.path)
        mock.requests.append(self.path)
        name = url.path.removeprefix("/")
        if not name.startswith("api/"):
            return self._file(name or "index.html")
        if mock.is_dead:
            self.close_connection = True
            return None
        if mock.token and self.headers.get("Authorization") != f"Bearer {mock.token}":
            return self._document({"status": 401, "error": "no token"}, 401)
        query = {name: values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
        match name.removeprefix("api/v1/"):
            case "state":
                return self._document(mock.state())
            case "rigs":
                return self._document({"version": 1, "rigs": mock.rigs()})
            case "tiers":
                return self._document(mock.tiers(float(query["hashrate"])))
            case "history":
                return self._document(mock.history(int(query["from"]), int(query["to"])))
            case "events":
                return self._events()
        return self._document({"status": 404, "error": "nothing there"}, 404)

    def _file(self, name):
        stem, end = os.path.splitext(name)
        path = os.path.join(self.folder, name)
        if stem == "dygraph":
            path = os.path.join(self.dygraphs, stem + ".min" + end) if self.mock.has_dygraphs else ""
        if "/" in name or not os.path.isfile(path):
            return self._answer(404, "text/plain", b"nothing there")
        with open(path, "rb") as file:
            return self._answer(200, TYPES.get(end, "text/plain") + "; charset=utf-8", file.read())

    def _events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        told = 0
        self.wfile.write(b"retry: 2000\n\n")
        for tick in range(6_000):
            if self.mock.is_dead:
                return
            for event in self.mock.log[told:]:
                self.wfile.write(f"event: log\nid: {told}\ndata: {json.dumps(event)}\n\n".encode())
                told += 1
            if tick % 20 == 19:
                self.wfile.write(b'event: state\ndata: {"changed":1}\n\n')
            self.wfile.flush()
            time.sleep(0.1)
