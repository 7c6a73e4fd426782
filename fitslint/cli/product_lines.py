"""What is said of every product that a command has given its header."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fitslint.products.conformed import Conformed
from fitslint.report.concise import Concise
from fitslint.report.escape import visible


def shortcomings(done: Conformed) -> Iterator[str]:
    """What is unknown, what is wrong with the pixels and, when all is known, what was found."""
    for sentence, group in groupby(done.unknown, key=lambda one: one.sentence):
        yield f"  unknown {', '.join(one.keyword for one in group)}: {visible(sentence)}"
    for problem in done.problems:
        yield f"  {visible(str(problem))}"
    if not done.unknown:
        yield from Concise().file(done.report._file).splitlines()
