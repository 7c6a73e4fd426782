"""``python -m fitslint.testing [CODE or prefix ...]``: the broken promises of rules."""

from __future__ import annotations

import sys
import traceback

from fitslint.rules import registry
from fitslint.testing.harness import find_broken_promises


def main(prefixes: list[str]) -> int:
    """Print what is broken; the exit status is 1 when anything is."""
    wrong = checked = 0
    for rule in sorted(registry.load_rules().values(), key=lambda rule: rule.code):
        if prefixes and not rule.code.startswith(tuple(prefixes)):
            continue
        checked += 1
        try:
            sentences = list(find_broken_promises(rule))
        except Exception:
            sentences = [traceback.format_exc()]
        for sentence in sentences:
            print(f"{rule.code} {rule.name}: {sentence}")
        wrong += bool(sentences)
    print(f"{checked} rules, {wrong} broken")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
