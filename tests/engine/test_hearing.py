"""What is known to be clean is not put to a rule again: this is what makes archives quick."""

from __future__ import annotations

import random

from fitslint.config.settings import Settings
from fitslint.engine.hearing import Hearing
from fitslint.engine.judge import Judge
from fitslint.source.files import read_bytes
from tests.benchmarks.generate import header

WARM, MORE = 400, 100


def test_new_values_in_a_known_layout_are_not_put_to_card_rules(monkeypatch):
    """Every value of these headers differs; hardly any shape and no value needs another look."""
    judge, rng = Judge(Settings()), random.Random(7)
    files = [
        read_bytes(header(rng, number), "x.fits", judge.settings.limits)
        for number in range(WARM + MORE)
    ]
    for file in files[:WARM]:
        judge.judge(file)
    asked = []
    for name in ("_shape", "_slot"):
        original = getattr(Hearing, name)

        def counting(self, header, *args, original=original, **kwargs):
            asked.append(header)
            return original(self, header, *args, **kwargs)

        monkeypatch.setattr(Hearing, name, counting)
    reports = [judge.judge(file) for file in files[WARM:]]
    assert {report.verdict for report in reports} == {"conforms"}
    assert len(asked) < MORE / 2, f"{len(asked)} cards of {MORE} headers were put to rules"
