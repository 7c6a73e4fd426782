"""What a run hands to its workers, and how it sees what they have done: light to load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fitslint._version import __version__
from fitslint.audit.manifest import Manifest
from fitslint.audit.tables import read_shard_facts
from fitslint.config.settings import Settings
from fitslint.model.records import dataclass


@dataclass(frozen=True, slots=True)
class AuditJob:
    """What a worker has to know of an audit."""

    folder: str
    settings: Settings
    ruleset: str
    """Digest of what decides an answer beside the file."""
    today: str = ""
    """The day by which waivers end, YYYY-MM-DD."""
    version: str = __version__
    """Of the fitslint that runs the audit: workers of another one would judge otherwise."""


def is_shard_done(manifest: Manifest, shard: int, ruleset: str) -> bool:
    """Whether the parts of a shard are there, whole, and of the files that it has now."""
    found = read_shard_facts(manifest.path.parent, shard)
    return found is not None and found.facts.get("state") == name_state(manifest, shard, ruleset)


def name_state(manifest: Manifest, shard: int, ruleset: str) -> str:
    """What tells that the parts of a shard are of these files and rules."""
    return f"{manifest.shards[shard].digest}-{ruleset}"


def add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """The sum of counts by name."""
    return dict(sorted((Counter(one) + Counter(other)).items()))
