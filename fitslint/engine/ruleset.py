"""Which rules run, and how much each finding weighs."""

from __future__ import annotations

from collections.abc import Callable

from fitslint.config.settings import Profile, Settings
from fitslint.model.errors import FitslintError
from fitslint.model.finding import SEVERITIES, Level, Severity
from fitslint.model.records import dataclass
from fitslint.model.rule import Rule, Scope
from fitslint.rules.registry import (
    load_archive_rules,
    load_data_rules,
    load_fits_rules,
    load_rules,
)
from fitslint.text import find_similar, say, suggest_word

PROFILE_SEVERITIES: dict[Profile, dict[Level, Severity | None]] = {
    "standard": {
        "must": "error", "should": "warning", "conv": "warning", "style": "info",
        "project": "warning",
    },
    "strict": {
        "must": "error", "should": "error", "conv": "warning", "style": "warning",
        "project": "error",
    },
    "lenient": {
        "must": "error", "should": "info", "conv": "info", "style": None, "project": "info",
    },
    "archive": {
        "must": "error", "should": "warning", "conv": "info", "style": None,
        "project": "warning",
    },
}  # fmt: skip
"""Severity of a level in each profile; None means that the rule is not reported."""


_DEMANDING = ("standard", "archive")
"""Profiles in which a dictionary that was asked for weighs like the standard."""
FITS_SCOPES: tuple[Scope, ...] = ("card", "header", "file")
"""What the rules on FITS files are called with."""
_LOADERS: dict[tuple[Scope, ...], Callable[[], dict[str, Rule]]] = {
    FITS_SCOPES: load_fits_rules, ("archive",): load_archive_rules,
}  # fmt: skip
"""What loads all rules of some scopes without the others."""


class UnknownSelectorError(FitslintError, ValueError):
    """A selector that no rule has; the message suggests the nearest."""


UnknownSelector = UnknownSelectorError
"""The name until 0.1."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The selected rules and their severities."""

    rules: dict[str, Rule]
    profile: Profile
    overrides: dict[str, Severity]
    dictionary_requested: bool = False
    """Whether dictionaries were asked for: then what they demand weighs like the standard."""

    @classmethod
    def from_settings(cls, settings: Settings, scopes: tuple[Scope, ...] = FITS_SCOPES) -> RuleSet:
        """The rules that ``settings`` select, of those scopes.

        Raises
        ------
        UnknownSelectorError
            when a selector names no rule.
        """
        named_any = settings.select or settings.extend_select or settings.ignore
        is_plain = not named_any and not settings.severity
        load_scoped = _LOADERS.get(scopes, load_rules)
        if settings.data and scopes == FITS_SCOPES:
            scopes, load_scoped = (*scopes, "data"), load_data_rules
        rules = load_scoped() if is_plain else load_rules()
        chosen = set(expand_selectors(settings.select)) if settings.select else set(rules)
        chosen |= set(expand_selectors(settings.extend_select))
        # An explicit code beats a prefix that ignores its group, as in other linters.
        named = {one for one in (*settings.select, *settings.extend_select) if one in rules}
        if settings.select and scopes == FITS_SCOPES and not settings.data:
            _refuse_data_rules(chosen, rules)
        for selector in settings.ignore:
            matched = set(expand_selectors((selector,)))
            chosen -= matched if selector in rules else matched - named
        overrides = {}
        for selector, severity in settings.severity:
            overrides.update(dict.fromkeys(expand_selectors((selector,)), severity))
        table = PROFILE_SEVERITIES[settings.profile]
        kept = {
            code: rule
            for code, rule in rules.items()
            if rule.scope in scopes
            and code in chosen
            and (code in overrides or code in named or table[rule.level])
        }
        asked = bool(settings.dictionary) and settings.dictionary != ("none",)
        return cls(kept, settings.profile, overrides, asked)

    def severity(self, code: str, level: Level | None = None) -> Severity | None:
        """The severity of a finding of rule ``code``; ``level`` is that of the flag, if its own."""
        override = self.overrides.get(code)
        if override:
            return override
        rule = self.rules[code]
        said = level or rule.level
        if said == "project" and self.dictionary_requested and self.profile in _DEMANDING:
            return "error"
        severity = PROFILE_SEVERITIES[self.profile][said]
        # A rule that was asked for by name speaks even where its profile would be silent.
        return severity or (None if level else "info")

    def cap_severity(self, code: str, severity: Severity, most: Severity) -> Severity:
        """A severity, at most ``most`` unless the user gave it."""
        if code in self.overrides:
            return severity
        return min(severity, most, key=SEVERITIES.index)


def _refuse_data_rules(chosen: set[str], rules: dict[str, Rule]) -> None:
    """Refuse to run rules on data alone where no data are read: they would find nothing."""
    if chosen and all(rules[code].scope == "data" for code in chosen):
        raise UnknownSelectorError(
            f"{', '.join(sorted(chosen))} looks at data units, which are read with --data"
        )


def expand_selectors(selectors: tuple[str, ...]) -> list[str]:
    """The codes that selectors (codes, prefixes, names) stand for.

    Raises
    ------
    UnknownSelectorError
        when one names no rule.
    """
    codes: list[str] = []
    if not selectors:
        return codes
    rules = load_rules()
    for selector in selectors:
        if selector == "ALL":
            codes += rules
            continue
        found = [code for code in rules if code.startswith(selector.upper())] if selector else []
        found = found or [code for code, rule in rules.items() if rule.name == selector.lower()]
        if not found:
            raise UnknownSelectorError(_describe_unknown(selector, rules))
        codes += found
    return codes


def list_exact_codes(selectors: tuple[str, ...]) -> frozenset[str]:
    """The codes of the rules that selectors name one by one, by code or name."""
    if not selectors:
        return frozenset()
    rules = load_rules()
    names = {rule.name: code for code, rule in rules.items()}
    named = (names.get(selector.lower(), selector.upper()) for selector in selectors)
    return frozenset(code for code in named if code in rules)


def _describe_unknown(selector: str, rules: dict[str, Rule]) -> str:
    names = [*rules, *(rule.name for rule in rules.values())]
    near = find_similar(selector, names)
    hint = suggest_word(near, otherwise="; `fitslint rules` lists them all", quote=False)
    return say(
        "no rule has the code, prefix or name {selector!r}{hint}", selector=selector, hint=hint
    )
