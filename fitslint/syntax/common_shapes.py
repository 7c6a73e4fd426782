"""Common legal card shapes, learnt once when the wheel is built.

Most headers are written by a handful of libraries in fixed format. With the forms of those shapes
stored beside the parse tables, a clean file is read without loading the grammar at all. This is a
cache: a shape that is not in it goes to the grammar, and a test holds that both agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.form import CARD_SIZE

_KEYWORD = "A" * 8


def list_common_shapes() -> Iterator[bytes]:
    """Folded card images of the common layouts, with and without comment."""
    for field in (*_list_numbers(), *_list_strings(), "T".rjust(20), "F".rjust(20), " " * 20):
        yield from _add_comments(f"{_KEYWORD}= {field}")
    for length in range(69):
        yield from _add_comments(f"CONTINUE  '{'a' * length}'")
    yield b"END".ljust(CARD_SIZE)


def _list_numbers() -> Iterator[str]:
    """Integers, and reals as %f, %G and shortest repr write them, right-justified to column 30."""
    mantissas = ["0" * digits for digits in range(1, 20)]
    for whole in range(13):
        mantissas += [f"{'0' * whole}.{'0' * part}" for part in range(18) if whole + part]
    short = [f"0.{'0' * part}" for part in range(18)]
    scaled = [f"{number}{letter}{sign}00" for number in short for letter in "ED" for sign in "+-"]
    for text in (*mantissas, *scaled):
        for signed in (text, f"-{text}"):
            if len(signed) <= 20:
                yield signed.rjust(20)


def _list_strings() -> Iterator[str]:
    """Strings from column 11, their quotes padded as the mandatory format wants or not at all."""
    for length in range(69):
        yield f"'{'a' * length}'"


def _add_comments(image: str) -> Iterator[bytes]:
    shortest = image.rstrip()
    for text in dict.fromkeys((image, f"{image:<30}", shortest)):
        yield text.ljust(CARD_SIZE).encode()
        if len(text) <= CARD_SIZE - 2:
            yield f"{text} /".ljust(CARD_SIZE, "a").encode()
        for gap in (" /", "  /"):
            yield f"{text:<30}{gap}".ljust(CARD_SIZE, "a").encode()[:CARD_SIZE]
