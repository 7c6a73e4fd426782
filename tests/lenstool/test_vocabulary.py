"""The words that Lenstool knows."""

from __future__ import annotations

import re

import pytest

from fitslint.lenstool.parse import parse_parameter_file
from fitslint.lenstool.vocabulary import (
    find_canonical_key,
    find_keyword,
    find_section_kind,
    load_vocabulary,
)

KINDS = {"int", "real", "text", "file", "angle", "position"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("grid", "grille"),
        ("grille", "grille"),
        ("potential", "potentiel"),
        ("potentials", "potentiel"),
        ("potfile12", "potfile"),
        ("cosmology", "cosmologie"),
        ("cosmolimit", "cosmolimit"),
        ("field", "champ"),
        ("limit", "limit"),
        ("vfieldlimit", "vfieldlimit"),
        ("poten", None),
        ("Runmode", None),
        ("", None),
    ],
)
def test_sections_by_their_first_word(word: str, kind: str | None) -> None:
    assert find_section_kind(word) == kind


@pytest.mark.parametrize(
    ("kind", "word", "key"),
    [
        ("potentiel", "profile", "profil"),
        ("potentiel", "ellipticity", "ellipticite"),
        ("potentiel", "gamma", "ellipticite"),
        ("potentiel", "re", "core_radius"),
        ("potentiel", "scale_radius_kpc", "core_radius_kpc"),
        ("potentiel", "virial_radius", "cut_radius"),
        ("potentiel", "r200_kpc", "cut_radius_kpc"),
        ("potentiel", "sigma_e", "v_disp"),
        ("potentiel", "c", "concentration"),
        ("potentiel", "virial_mass", "m200"),
        ("potentiel", "mass", "m200"),
        ("potentiel", "magnitude", "mag"),
        ("potentiel", "zlens", "z_lens"),
        ("potentiel", "V_DISP", None),
        ("potentiel", "identity", None),
        ("grille", "nlens", "nlentille"),
        ("potfile", "z_lens", "zlens"),
        ("potfile", "vdscat", "vdscatter"),
        ("cosmologie", "omega", "omegaM"),
        ("cosmologie", "lambda", "omegaX"),
        ("runmode", "grid", "grille"),
        ("cline", "algo", "algorithm"),
        ("nothing", "profil", None),
    ],
)
def test_aliases(kind: str, word: str, key: str | None) -> None:
    assert find_canonical_key(kind, word) == key


def test_arguments() -> None:
    mass = find_keyword("runmode", "mass")
    assert mass is not None
    assert [(one.name, one.kind) for one in mass.arguments] == [
        ("mode", "int"),
        ("size", "int"),
        ("z_lens", "real"),
        ("file", "file"),
    ]
    assert (mass.min_arguments, mass.max_arguments) == (4, 4)
    assert mass.usage == "mass mode size z_lens file"
    planes = find_keyword("cline", "nplan")
    assert planes is not None
    assert (planes.min_arguments, planes.max_arguments) == (1, None)
    prior = find_keyword("limit", "v_disp")
    assert prior is not None
    assert (prior.min_arguments, prior.max_arguments) == (3, 4)


def test_every_word_is_described_once() -> None:
    for kind, section in load_vocabulary().items():
        assert section.names[0] == kind
        assert section.meaning
        spelled = [name for one in section.keywords.values() for name in (one.key, *one.aliases)]
        assert len(spelled) == len(set(spelled)), kind
        for word in section.keywords.values():
            assert word.meaning, (kind, word.key)
            assert word.arguments, (kind, word.key)
            assert {one.kind for one in word.arguments} <= KINDS
            assert not any(one.repeatable for one in word.arguments[:-1])
            optional = [one.optional for one in word.arguments]
            assert optional == sorted(optional), (kind, word.key)


def test_the_grammar_opens_a_section_at_every_name() -> None:
    for kind, section in load_vocabulary().items():
        for name in section.names:
            document = parse_parameter_file(f"{name}\nword 1\nend\nfini\n".encode(), "m")
            assert [one.kind for one in document.sections] == [kind], name


def test_names_of_sections_are_plain_words() -> None:
    for section in load_vocabulary().values():
        for name in (*section.names, *section.prefixes):
            assert re.fullmatch("[a-z]+", name)
