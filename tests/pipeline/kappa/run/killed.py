"""Runs a configuration in children that end themselves by SIGKILL at their n-th touch of a file.

``python killed.py WHOLE CONFIG=PART,PART... ...`` runs the first configuration to its end, and then
each other one once for each of its parts: killed after this share of all touches, or not (1).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from fitslint.cli.kappa.run import PipelineOptions, run_pipeline

TOUCHES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate")


class Count:
    def __init__(self, folder: str, point: int) -> None:
        self.folder, self.point, self.touches = folder, point, 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in TOUCHES and self._ours(arguments[:2]):
            self.touches += 1
            if self.touches == self.point:
                os.kill(os.getpid(), signal.SIGKILL)

    def _ours(self, arguments: tuple[object, ...]) -> bool:
        return any(isinstance(one, str | Path) and self.folder in str(one) for one in arguments)


def work(config: Path, point: int) -> int:
    count = Count(str(config.parent / "products"), point)
    sys.addaudithook(count)
    code = run_pipeline(PipelineOptions(config=config))
    print("code", int(code), flush=True)
    return count.touches


def ended(config: Path, point: int) -> str:
    number = os.fork()
    if not number:
        work(config, point)
        os._exit(0)
    _, status = os.waitpid(number, 0)
    return str(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else "whole"


def main(whole: str, *orders: str) -> None:
    # Once in this process, so that the children have everything loaded.
    touches = work(Path(whole), 0)
    print("touches", touches)
    for order in orders:
        config, _, parts = order.partition("=")
        for part in map(float, parts.split(",")):
            point = 0 if part == 1 else max(1, int(part * touches))
            print("ended", ended(Path(config), point), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
