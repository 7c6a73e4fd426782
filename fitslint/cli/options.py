"""How a command declares its options: once, for the parser, for help and for the code that acts.

A command has a class of options; its attributes are declared by :func:`argument`, :func:`option`
and, where configuration files have the same option,
:func:`configuration_option`. Nothing here needs the
parser: :mod:`fitslint.cli.command` spreads a class over it, and :mod:`fitslint.cli.quick` reads
plain words without it. Bases are groups that several commands share. In help their options stand
behind those of the class itself, and one that is declared again keeps its place; their arguments
come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from fitslint.cli.completion import complete_dictionaries, complete_output, complete_rules
from fitslint.cli.errors import UsageError
from fitslint.config.options import OPTIONS
from fitslint.model.records import NamedTuple
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.repair.fixer import WriteOptions
    from fitslint.repair.model import Mode

Complete = Callable[[str], Sequence[str] | Sequence[tuple[str, str]]]
Words = list[str] | None
REQUIRED: Any = ...
_BY_TYPE: Any = object()
"""The default of most options: False, an empty string or None, by the type of the attribute."""
_DEFAULTS = {"bool": False, "str": ""}
LIST_TYPES = ("Words", "list[str]")
CONVERTERS: dict[str, Callable[[str], object]] = {
    "str": str, "int": int, "float": float, "Path": Path,
}  # fmt: skip
"""What turns the word behind an option of one value into it, by the type of the attribute."""


class Declaration(NamedTuple):
    """An option or argument as it is declared."""

    help: str
    metavar: str = ""
    names: tuple[str, ...] = ()
    """As it is written, ``--zsource``; empty for an argument."""
    default: Any = _BY_TYPE
    complete: Complete | None = None
    minimum: float | None = None
    is_argument: bool = False
    type: str = ""
    """The annotation of the attribute."""

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value."""
        return self.type == "bool"

    @property
    def is_list(self) -> bool:
        """Whether it may be given several times."""
        return self.type in LIST_TYPES

    def convert(self, word: str) -> object:
        """The value of an option that is given once.

        Raises
        ------
        ValueError
            when it is not a number and has to be one.
        """
        return CONVERTERS[self.type.removesuffix(" | None")](word)


def option(
    help: str,
    metavar: str = "",
    *names: str,
    default: Any = _BY_TYPE,
    complete: Complete | None = None,
    minimum: float | None = None,
) -> Any:
    """Declare an option; it is called as its attribute is, unless ``names`` say otherwise."""
    return Declaration(help, metavar, names, default, complete, minimum)


def argument(
    help: str, metavar: str, *, default: Any = REQUIRED, complete: Complete | None = None
) -> Any:
    """Declare an argument."""
    return Declaration(help, metavar, default=default, complete=complete, is_argument=True)


def configuration_option(name: str, help: str = "", *, complete: Complete | None = None) -> Any:
    """Declare an option that configuration files have too, as their table has it."""
    row = OPTIONS[name]
    return Declaration(help or row.help, row.metavar, row.flags, complete=complete)


class Options:  # noqa: PLW1641 -- values may be lists
    """The options of a command, with their values; a subclass declares them."""

    declared: ClassVar[dict[str, Declaration]] = {
        "lang": Declaration(OPTIONS["lang"].help, "LANG", ("--lang",), "", type="str")
    }
    """By attribute, in the order of the help; every command has those that stand here."""
    lang: str = ""
    """The language of the answer, which is chosen before the options are read."""

    def __init_subclass__(cls) -> None:
        inherited: dict[str, Declaration] = {}
        for base in cls.__bases__:
            inherited.update(getattr(base, "declared", {}))
        common = {name: inherited.pop(name) for name in Options.declared}
        own: dict[str, Declaration] = {}
        for name, annotation in cls.__annotations__.items():
            row = cls.__dict__.get(name)
            if isinstance(row, Declaration):
                row = _complete_declaration(row, name, annotation)
                (inherited if name in inherited else own)[name] = row
                setattr(cls, name, row.default)
        arguments = {name: row for name, row in inherited.items() if row.is_argument}
        cls.declared = {**arguments, **own, **inherited, **common}

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            if name not in self.declared:
                raise TypeError(f"{type(self).__name__} has no option {name!r}")
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.declared)


def _complete_declaration(row: Declaration, name: str, annotation: str) -> Declaration:
    """What a declaration leaves to the attribute."""
    names = row.names or (() if row.is_argument else (f"--{name.replace('_', '-')}",))
    default = _DEFAULTS.get(annotation) if row.default is _BY_TYPE else row.default
    return row._replace(names=names, default=default, type=annotation)


CONFIG = option("Configuration file (default: the nearest one).", "FILE")
NO_CONFIG = option("Read no configuration file.")
PROFILE = configuration_option(
    "profile", "standard, strict, lenient or archive; and/or an authority."
)
COLOR = option("auto, always or never.", "WHEN", default="auto")
CORRECTIONS = option("Apply these corrections first, in memory.", "FILE")
ONLY_FITS = option("Pass over named files that are no FITS files.")
DRY_RUN = option("Write nothing.")
DIFF = option("Show what would change, card by card; write nothing.")
IN_PLACE = option("Write into the file, under an undo journal.")
BACKUP = option("Keep the old file under NAME + SUFFIX.", "SUFFIX")
FOLLOW_LINKS = option("Also files that are links or have several names.")
LOG_FILE = option("Add what is changed to a repair log.", "FILE")
HDU = option("HDU by number from 1, or by EXTNAME.", "N|NAME")
FORMAT = option("text or json.", "NAME", default="text")
FORMATS = ("text", "json")
KEY_VALUES = option("Any keyword of the dictionary.", "KEY=VALUE", "--set")


class SelectOptions(Options):
    """Which rules run on which files, how they count, and where the report goes."""

    select: Words = configuration_option("select", complete=complete_rules)
    ignore: Words = configuration_option("ignore", complete=complete_rules)
    extend_select: Words = configuration_option("extend-select", complete=complete_rules)
    severity: Words = configuration_option("severity")
    per_file_ignores: Words = configuration_option("per-file-ignores")
    profile: str = configuration_option("profile")
    dictionary: Words = configuration_option("dictionary", complete=complete_dictionaries)
    dictionary_path: Words = configuration_option("dictionary-path")
    fail_on: str = configuration_option("fail-on")
    exclude: Words = configuration_option("exclude")
    output: Words = option(
        "full (default), concise, grouped, json, jsonl, sarif, github, gitlab, junit, html; "
        "repeatable.",
        "FORMAT[=FILE]",
        complete=complete_output,
    )


def build_write_options(
    *,
    quiet: bool,
    in_place: bool,
    backup: str | None,
    follow: bool,
    log: str | None,
    output_dir: str | None = None,
    diff: bool = False,
    corrections: bool = False,
) -> WriteOptions:
    """How results are to be written.

    Raises
    ------
    UsageError
        when the options contradict each other.
    """
    from fitslint.repair.fixer import WriteOptions

    if in_place and output_dir is not None:
        raise UsageError(say("--in-place and --output-dir exclude each other"))
    if backup is not None and output_dir is not None:
        raise UsageError(say("--backup is of no use with --output-dir: the files stay as they are"))
    if quiet:
        return WriteOptions("none", diff=diff, corrections=corrections)
    mode: Mode = "in-place" if in_place else "copy" if output_dir is not None else "replace"
    return WriteOptions(mode, output_dir, backup, follow, log)


def parse_position_option(name: str, text: str) -> tuple[float, float]:
    """Right ascension and declination in degrees of ``RA,DEC``.

    Raises
    ------
    UsageError
        when it is no position.
    """
    from fitslint.wcs.position import parse_position

    ra, comma, dec = text.partition(",")
    if not comma:
        raise UsageError(
            say("{name} takes RA,DEC: 197.873,-1.341 or 13:11:29.52,-01:20:27.6", name=name)
        )
    try:
        return parse_position(ra, dec)
    except ValueError as error:
        raise UsageError(say("{name}: {error}", name=name, error=error)) from None
