"""Numbers as Sources/ProxyTerms/Quantity.swift writes them, a third time: what the page shows is compared with these."""


def _scaled(value, prefixes):
    index = 0
    while abs(value) >= 999.5 and index < len(prefixes) - 1:
        value, index = value / 1_000, index + 1
    digits = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text), prefixes[index]


def hashrate(value):
    number, prefix = _scaled(value, ["", "k", "M", "G", "T"])
    return f"{number} {prefix}H/s"


def duration(seconds):
    value = int(max(0, seconds) + 0.5)
    for unit, name, part, small in [(86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")]:
        if value >= unit:
            rest = value % unit // part
            return f"{value // unit} {name}" + (f" {rest:02} {small}" if rest else "")
    return f"{value} s"


def percent(part):
    if 0 < part < 0.001:
        return "under 0.1 %"
    return f"{part * 100:.1f}".removesuffix(".0") + " %"


def count(number, thing):
    return f"{number} {thing}" + ("" if number == 1 else "s")


def whole(number):
    return f"{round(number):,}"
