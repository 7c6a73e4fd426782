"""Flags of rules to findings of a report: severity, place, fingerprint, caps."""

from __future__ import annotations

from fitslint.engine.conflicts import Conflict, load_family_conflicts
from fitslint.engine.plain_linter import RULE_FAILURES
from fitslint.engine.ruleset import RuleSet
from fitslint.engine.structural import changes_data, changes_structure
from fitslint.engine.text_edits import translate_edits
from fitslint.model.finding import Finding, FindingCap, Fix, Severity
from fitslint.model.header import Header
from fitslint.model.records import replace
from fitslint.model.rule import Flag, Rule
from fitslint.model.safety import grade_fix
from fitslint.text import fill_template, say, translate, translate_rule

_Pending = tuple[Rule, Flag, Header | None]
_PENDING_MAX = 256
"""Flags of a rule in one HDU after which those beyond the cap are only counted."""
_FACTS_MAX = 10_000
"""Facts that are told once; of more of them that are not kept every place counts."""
_Counts = dict[Severity, int]


class FindingCollector:
    """The findings of one file, at most ``cap`` of each rule; all are counted.

    With ``every`` a fact that is told once a file is told in each of its places.
    """

    def __init__(
        self, rules: RuleSet, ignored: frozenset[str], cap: int, *, keep_repeats: bool = False
    ) -> None:
        self.findings: list[Finding] = []
        self._rules = rules
        self._ignored = ignored
        self._cap = cap
        self._keeps_repeats = keep_repeats
        self._places_by_fact: dict[object, tuple[int, int]] = {}
        """By fact: the position of its finding, -1 where it was not kept, and in how many places it
        was found."""
        self._kept_by_rule: dict[str, int] = {}
        self._hidden_by_rule: dict[str, _Counts] = {}
        """Findings that are counted and not kept, by rule and severity."""
        self._counts_by_place: dict[tuple[str, str, str | None], int] = {}
        self._pending: dict[str, list[_Pending]] = {}
        """By rule: its flags in the present HDU, of which only the first can be kept."""
        self._surplus: dict[str, _Counts] = {}
        """By rule: its flags in the present HDU that are counted and no more, by severity."""
        self._flagged: set[str] = set()
        self.failed_rules: set[str] = set()
        """Codes of rules whose flags could not be told."""
        self.flag_count = 0
        """Flags taken."""
        self.has_flags = False
        """Whether a rule flagged anything; an unused collector serves the next file."""

    def add(self, rule: Rule, flag: Flag, header: Header | None) -> None:
        """Note a flag of the HDU that is being judged, in whatever order rules are asked."""
        self.has_flags = True
        self.flag_count += 1
        code = rule.code
        self._flagged.add(code)
        if code in self._ignored or self._rules.severity(code, flag.level) is None:
            return
        pending = self._pending.setdefault(code, [])
        pending.append((rule, flag, header))
        if len(pending) >= _PENDING_MAX and len(pending) > 2 * self._cap and not rule.once:
            # Of very many, those that come first are kept, and the memory of the others given back.
            pending.sort(key=_build_sort_key)
            room = max(self._cap - self._kept_by_rule.get(code, 0), 1)
            surplus = self._surplus.setdefault(code, {})
            for entry in pending[room:]:
                _count(surplus, self._decide_severity(*entry)[0])
            del pending[room:]

    def close_hdu(self) -> None:
        """Keep the flags whose required rules flagged nothing in this HDU, in its order."""
        if not self._flagged:
            return
        for code, pending in self._pending.items():
            pending.sort(key=_build_sort_key)
            for rule, flag, header in pending:
                if not self._flagged.isdisjoint(rule.requires):
                    self._surplus.pop(code, None)
                    break
                try:
                    self._record(rule, flag, header)
                except RULE_FAILURES:  # its message does not fit its parameters
                    self.failed_rules.add(code)
        for code, counts in self._surplus.items():
            hidden = self._hidden_by_rule.setdefault(code, {})
            for severity, number in counts.items():
                _count(hidden, severity, number)
        self._pending.clear()
        self._surplus.clear()
        self._flagged.clear()

    def _record(self, rule: Rule, flag: Flag, header: Header | None) -> None:
        card = flag.card
        keyword = card.keyword if card else flag.keyword
        fact = self._identify_fact(rule, flag, keyword)
        if fact in self._places_by_fact:
            at, places = self._places_by_fact[fact]
            self._places_by_fact[fact] = at, places + 1
            return
        severity, conflict = self._decide_severity(rule, flag, header)
        kept = self._kept_by_rule.get(rule.code, 0)
        is_kept = kept < self._cap
        if fact is not None and (is_kept or len(self._places_by_fact) < _FACTS_MAX):
            self._places_by_fact[fact] = len(self.findings) if is_kept else -1, 1
        if not is_kept:
            _count(self._hidden_by_rule.setdefault(rule.code, {}), severity)
            return
        self._kept_by_rule[rule.code] = kept + 1
        message = _format_message(rule, flag)
        if conflict and conflict.sides:
            message = say(
                "{message}. Authorities differ ({id}): {sides}",
                message=message,
                id=conflict.id,
                sides=conflict.sides,
            )
        extname = header.string("EXTNAME") if header else None
        start = flag.start if card or flag.line else None
        self.findings.append(
            Finding(
                code=rule.code,
                name=rule.name,
                severity=severity,
                message=message,
                message_id=f"{rule.code}.{flag.message}" if flag.message else rule.code,
                params=flag.params,
                hdu=header.hdu if header else flag.hdu,
                extname=extname,
                card=card.number if card else None,
                keyword=keyword,
                byte=_locate_byte(flag, header),
                column=start + 1 if start is not None else None,
                end_column=flag.end if start is not None else None,
                clause=flag.clause or rule.clause,
                fingerprint=self._compute_fingerprint(rule, flag, header, keyword),
                fix=self._build_fix(rule, flag, header, severity)
                if conflict is None or conflict.allows_fix
                else None,
                image=card.raw if card else flag.image,
                line=flag.line,
            )
        )

    def _decide_severity(
        self, rule: Rule, flag: Flag, header: Header | None
    ) -> tuple[Severity, Conflict | None]:
        """The severity of a flag that counts, and the disagreement of authorities behind it."""
        severity = self._rules.severity(rule.code, flag.level) or "info"
        conflict = _find_conflict(rule, flag, header)
        if conflict:
            severity = self._rules.cap_severity(rule.code, severity, conflict.severity)
        return severity, conflict

    def _identify_fact(self, rule: Rule, flag: Flag, keyword: str | None) -> object | None:
        """What is told once a file of a flag; None when it is told wherever it stands."""
        if not rule.once or self._keeps_repeats:
            return None
        severity = self._rules.severity(rule.code, flag.level)
        if rule.once == "rule":
            return rule.code, flag.message, severity
        message = rule.messages[flag.message].format(**flag.params)
        return rule.code, message, severity, keyword

    def _build_fix(
        self, rule: Rule, flag: Flag, header: Header | None, severity: Severity
    ) -> Fix | None:
        """The repair of a flag, graded by whether the card conforms as it is."""
        edits = flag.build_edits()
        if edits and header and header.is_text:
            edits = translate_edits(edits, flag, header)
        if not edits:
            return None
        level = flag.level or rule.level
        safety = grade_fix(
            flag.safety or rule.fix, conforming=level == "style" or severity == "info"
        )
        card = flag.card
        if (
            safety == "safe"
            and card
            and header
            and (changes_data(card, edits) or changes_structure(card, header, edits))
        ):
            safety = "unsafe"
        return Fix(safety, translate(flag.title) or rule.told_summary, edits)

    def _compute_fingerprint(
        self, rule: Rule, flag: Flag, header: Header | None, keyword: str | None
    ) -> str:
        """The same for the same fault when cards are inserted or HDUs appended before or after.

        It is made of the rule, the HDU (by name where it has one), the keyword, and a count among
        findings of which all these are the same.
        """
        import hashlib  # a file where nothing is found does without

        where = _identify_hdu(header) if header else str(flag.hdu)
        twin = (rule.code, where, keyword)
        count = self._counts_by_place[twin] = self._counts_by_place.get(twin, 0) + 1
        text = "\0".join((*map(str, twin), flag.message, str(count)))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    @property
    def has_errors(self) -> bool:
        """Whether there is an error, kept or not."""
        return any(finding.severity == "error" for finding in self.findings) or any(
            "error" in hidden for hidden in self._hidden_by_rule.values()
        )

    @property
    def finding_caps(self) -> list[FindingCap]:
        """The rules of which not every finding was kept."""
        return [
            FindingCap(code, self._kept_by_rule.get(code, 0), hidden)
            for code, hidden in sorted(self._hidden_by_rule.items())
        ]

    def sort_findings(self, hdus: int) -> list[Finding]:
        """The findings in the order of the file, which has so many HDUs."""
        last = hdus + 1
        for at, places in self._places_by_fact.values():
            if places > 1 and at >= 0:
                self.findings[at] = replace(self.findings[at], places=places)
        return sorted(
            self.findings,
            key=lambda finding: (
                finding.hdu or last,
                finding.card or finding.line or 0,
                finding.column or 0,
                finding.code,
            ),
        )


def _format_message(rule: Rule, flag: Flag) -> str:
    """The message in the language of the process."""
    english = rule.messages[flag.message]
    template = translate_rule(rule.code, "messages", flag.message, english)
    return fill_template(template, flag.params)


def _build_sort_key(pending: tuple[Rule, Flag, Header | None]) -> tuple[int, int, int]:
    """Where a flag stands in its file; flags without a card come first."""
    _, flag, header = pending
    number = flag.card.number if flag.card else flag.line or 0
    return (header.hdu if header else flag.hdu or 0), number, flag.start or 0


def _count(counts: _Counts, severity: Severity, number: int = 1) -> None:
    counts[severity] = counts.get(severity, 0) + number


def _find_conflict(rule: Rule, flag: Flag, header: Header | None) -> Conflict | None:
    """The disagreement of authorities that a flag rests on."""
    authority = header.authority if header else None
    if authority is None:
        return None
    keyword = flag.card.keyword if flag.card else flag.keyword
    return load_family_conflicts(authority.families).find(rule.code, flag.message, keyword)


def _identify_hdu(header: Header) -> str:
    name = header.string("EXTNAME")
    if name is None:
        return f"#{header.hdu}"
    return f"{header.kind}:{name.rstrip().upper()}:{header.value('EXTVER') or 1}"


def _locate_byte(flag: Flag, header: Header | None) -> int | None:
    if flag.card is not None:
        return flag.card.offset + (flag.start or 0)
    if flag.byte is not None:
        return flag.byte
    return header.offset if header else None
