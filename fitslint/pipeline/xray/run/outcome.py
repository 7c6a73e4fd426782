"""What a step says of the images that it wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from fitslint.pipeline.run.task import TaskOutcome
from fitslint.products.report import describe_problems
from fitslint.products.result import ConformResult


def judge_products(
    images: Iterable[ConformResult],
    notes: Iterable[str] = (),
    numbers: Mapping[str, float] | None = None,
    folder: Path | None = None,
    step: str = "",
) -> TaskOutcome:
    """The outcome of a task: its notes, and what is wrong with its images.

    Numbers that the report tells are kept beside the products, in ``STEP.json``.

    Raises
    ------
    OSError
        when they cannot be written.
    """
    if numbers and folder is not None:
        text = json.dumps(dict(numbers), indent=1, sort_keys=True)
        (folder / f"{step}.json").write_text(text + "\n", encoding="utf-8")
    problems = [
        f"{Path(image.path).name}: {problem}"
        for image in images
        if not image.ok
        for problem in describe_problems(image)
    ]
    return TaskOutcome((*notes, *problems), has_bad_products=bool(problems))
