"""How many planted faults of coordinates are found: ``python -m tests.sky [HEADERS]``."""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport
from fitslint.source.files import read_bytes
from tests.sky.headers import SkyHeader, make_header
from tests.sky.planting import PLANTS

HEADERS = 1000
_FAMILIES = ("WC", "WD", "WS", "WT")
_linter = Linter(Settings())


def judge(header: SkyHeader) -> FileReport:
    """The report on a header under the default settings."""
    return judge_bytes(header.write())


def judge_bytes(raw: bytes) -> FileReport:
    """The report on the bytes of a header."""
    return _linter.lint(read_bytes(raw, "example.hdr"))


def list_codes(report: FileReport) -> set[str]:
    """The rules on coordinates and times that found something."""
    return {one.code for one in report.findings if one.code.startswith(_FAMILIES)}


def measure(count: int) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]], list[str]]:
    """Planted and found faults by name, the rules that found them, and what good headers get."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {name: Counter() for name in PLANTS}
    alarms: list[str] = []
    for seed in range(count):
        good = make_header(seed)
        before = list_codes(judge(good))
        alarms += [f"{seed}: {code}" for code in sorted(before)]
        for number, (name, plant) in enumerate(PLANTS.items()):
            changed = plant(copy.deepcopy(good), random.Random(seed * 1000 + number))
            if changed is None:
                continue
            planted[name] += 1
            new = list_codes(judge(changed)) - before
            found[name] += bool(new)
            rules[name].update(new)
            if not new:
                rules[name][f"missed {seed}"] += len(rules[name]) < 12
    return planted, found, rules, alarms


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HEADERS
    planted, found, rules, alarms = measure(count)
    for name in PLANTS:
        share = 100 * found[name] / max(1, planted[name])
        by = " ".join(f"{code} {times}" for code, times in rules[name].most_common(9) if times)
        print(f"{name:32} {planted[name]:5d} planted {found[name]:5d} found {share:6.1f} %  {by}")
    total, all_found = sum(planted.values()), sum(found.values())
    noisy = len({alarm.split(":")[0] for alarm in alarms})
    share = 100 * all_found / max(1, total)
    print(f"{'all':32} {total:5d} planted {all_found:5d} found {share:6.1f} %")
    print(
        f"{count} good headers, {noisy} with a finding ({100 * noisy / count:.2f} %): {alarms[:12]}"
    )


if __name__ == "__main__":
    main()
