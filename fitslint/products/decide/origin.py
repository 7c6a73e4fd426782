"""Who made a product, and from what: model, engine, inputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fitslint._version import __version__
from fitslint.products.decide.case import Case, Setting
from fitslint.products.decide.world import by_lenstool
from fitslint.products.digest import sha256
from fitslint.products.errors import ProductError

CREATOR = f"fitslint {__version__}"


def origin(case: Case) -> Iterator[Setting]:
    """The settings of provenance.

    Raises
    ------
    ProductError
        when the model cannot be read, or is not the one whose digest is given.
    """
    if case.has("CREATOR") and not case.text("CREATOR"):
        yield Setting("CREATOR", CREATOR, "this program")
    if case.has("ENGINE") and not case.text("ENGINE") and by_lenstool(case):
        yield Setting("ENGINE", "lenstool", "ORIGIN of the header")
    if case.given.model is not None:
        yield from _model(case, case.given.model)
    for at, (name, digest) in enumerate(case.given.inputs, 1):
        yield Setting(f"INPUT{at}", name, "given")
        yield Setting(f"INSHA{at}", digest, "given")
    at = len(case.given.inputs) + 1
    while case.given.inputs and f"INPUT{at}" in case.header:
        yield Setting(f"INPUT{at}", None, "not among the inputs that are given")
        yield Setting(f"INSHA{at}", None, "not among the inputs that are given")
        at += 1


def _model(case: Case, path: str) -> Iterator[Setting]:
    if not case.has("MODEL"):
        raise ProductError(f"the dictionary of {case.kind.name} has no MODEL")
    said = case.given.cards.get("MODELSHA")
    try:
        digest = sha256(path)
    except (OSError, ValueError) as error:
        if said is None:
            why = getattr(error, "strerror", None) or str(error)
            raise ProductError(f"the lens model cannot be read: {why}", path=path) from None
        digest = str(said)
    if said is not None and said != digest:
        raise ProductError("this is not the lens model whose SHA-256 is given", path=path)
    yield Setting("MODEL", _name(path), "given")
    yield Setting("MODELSHA", digest, "SHA-256 of the model")
    if not case.text("MAPTYPE"):
        yield Setting("MAPTYPE", "model", "a model is given")


def _name(path: str) -> str:
    name = Path(path).name
    if not all(" " <= letter <= "~" for letter in name):
        raise ProductError(
            "the name of the lens model has characters that a FITS header cannot hold; rename it",
            path=path,
        )
    return name
