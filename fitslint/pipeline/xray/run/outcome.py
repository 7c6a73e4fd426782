"""What a step says of the images that it wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fitslint.pipeline.run.task import TaskContext, TaskOutcome
from fitslint.pipeline.xray.steps.result import StepResult
from fitslint.products.report import describe_problems
from fitslint.products.result import ConformResult


def judge_step(step: str, result: StepResult, context: TaskContext) -> TaskOutcome:
    """The outcome of a step; its numbers, which the report tells, are kept in ``STEP.json``.

    Raises
    ------
    OSError
        when they cannot be written.
    """
    if result.numbers:
        text = json.dumps(dict(result.numbers), indent=1, sort_keys=True)
        (context.folder / f"{step}.json").write_text(text + "\n", encoding="utf-8")
    return judge_products(result.maps, result.notes)


def judge_products(images: Iterable[ConformResult], notes: Iterable[str] = ()) -> TaskOutcome:
    """The outcome of a task: its notes, and what is wrong with its images."""
    problems = [
        f"{Path(image.path).name}: {problem}"
        for image in images
        if not image.ok
        for problem in describe_problems(image)
    ]
    return TaskOutcome((*notes, *problems), has_bad_products=bool(problems))
