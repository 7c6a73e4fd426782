"""What a step says of the images that it wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fitslint.pipeline.run.task import TaskOutcome
from fitslint.products.report import describe_problems
from fitslint.products.result import ConformResult


def judge_products(images: Iterable[ConformResult], notes: Iterable[str] = ()) -> TaskOutcome:
    """The outcome of a task: its notes, and what is wrong with its images."""
    problems = [
        f"{Path(image.path).name}: {problem}"
        for image in images
        if not image.ok
        for problem in describe_problems(image)
    ]
    return TaskOutcome((*notes, *problems), has_bad_products=bool(problems))
