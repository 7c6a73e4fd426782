"""Who made a product, and from what: model, engine, inputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fitslint._version import __version__
from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.cards.wcs import is_lenstool_map
from fitslint.products.digest import compute_sha256
from fitslint.products.errors import ProductError

CREATOR = f"fitslint {__version__}"


def choose_provenance(case: ProductContext) -> Iterator[CardChoice]:
    """The settings of provenance.

    Raises
    ------
    ProductError
        when the model cannot be read, or is not the one whose digest is given.
    """
    if case.has_keyword("CREATOR") and not case.read_text("CREATOR"):
        yield CardChoice("CREATOR", CREATOR, "this program")
    if case.has_keyword("ENGINE") and not case.read_text("ENGINE") and is_lenstool_map(case):
        yield CardChoice("ENGINE", "lenstool", "ORIGIN of the header")
    if case.user_facts.model is not None:
        yield from _choose_model(case, case.user_facts.model)
    for at, (name, digest) in enumerate(case.user_facts.inputs, 1):
        yield CardChoice(f"INPUT{at}", name, "given")
        yield CardChoice(f"INSHA{at}", digest, "given")
    at = len(case.user_facts.inputs) + 1
    while case.user_facts.inputs and f"INPUT{at}" in case.header:
        yield CardChoice(f"INPUT{at}", None, "not among the inputs that are given")
        yield CardChoice(f"INSHA{at}", None, "not among the inputs that are given")
        at += 1


def _choose_model(case: ProductContext, path: str) -> Iterator[CardChoice]:
    if not case.has_keyword("MODEL"):
        raise ProductError(f"the dictionary of {case.kind.name} has no MODEL")
    said = case.user_facts.cards.get("MODELSHA")
    try:
        digest = compute_sha256(path)
    except (OSError, ValueError) as error:
        if said is None:
            why = getattr(error, "strerror", None) or str(error)
            raise ProductError(f"the lens model cannot be read: {why}", path=path) from None
        digest = str(said)
    if said is not None and said != digest:
        raise ProductError("this is not the lens model whose SHA-256 is given", path=path)
    yield CardChoice("MODEL", _require_file_name(path), "given")
    yield CardChoice("MODELSHA", digest, "SHA-256 of the model")
    if not case.read_text("MAPTYPE"):
        yield CardChoice("MAPTYPE", "model", "a model is given")


def _require_file_name(path: str) -> str:
    name = Path(path).name
    if not all(" " <= letter <= "~" for letter in name):
        raise ProductError(
            "the name of the lens model has characters that a FITS header cannot hold; rename it",
            path=path,
        )
    return name
