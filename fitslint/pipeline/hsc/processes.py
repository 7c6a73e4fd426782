"""Work on many files in several processes, whose results come in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
_JOBS_MAX = 64


def map_files(
    function: Callable[[str], Result], paths: Sequence[str], jobs: int, chunk: int = 1
) -> Iterator[Result]:
    """What a function makes of every file; ``chunk`` files go to a process at once."""
    if jobs > 1 and len(paths) > chunk:
        with ProcessPoolExecutor(min(jobs, len(paths), _JOBS_MAX)) as pool:
            yield from pool.map(function, paths, chunksize=chunk)
    else:
        yield from map(function, paths)
