"""SAOImage DS9 on a display of its own (Debian: saods9, xpa-tools, xvfb), asked by XPA."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.patience import wait_for

PROGRAMS = ("ds9", "xpaset", "xpaget", "Xvfb")


def list_missing() -> list[str]:
    """The programs that are not here."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Ds9:
    """A DS9 that shows an image."""

    def __init__(self, image: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        answers, told = os.pipe()
        self._display = subprocess.Popen(
            ["Xvfb", "-displayfd", str(told), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
            pass_fds=(told,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(told)
        with os.fdopen(answers) as stream:
            number = stream.readline().strip()
        self._environment = {
            **os.environ, "DISPLAY": f":{number}", "XPA_METHOD": "local", "XPA_TMPDIR": str(folder),
            "HOME": str(folder),
        }  # fmt: skip
        self._process = subprocess.Popen(
            ["ds9", "-title", "fitslint", str(image)], env=self._environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(lambda: self.ask("file").strip() == str(image))

    def ask(self, *words: str) -> str:
        """What ``xpaget`` says."""
        done = subprocess.run(["xpaget", "fitslint", *words], env=self._environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.stdout

    def tell(self, *words: str) -> None:
        """Give a command by ``xpaset``."""
        subprocess.run(["xpaset", "-p", "fitslint", *words], env=self._environment, check=True,
                       capture_output=True)  # fmt: skip

    def convert_regions(self, source: Path, target: Path) -> None:
        """What the seed's step 8 does with a region file."""
        self.tell("regions", "delete", "all")
        self.tell("regions", "load", str(source))
        self.tell("regions", "format", "ciao")
        self.tell("regions", "system", "wcs")
        self.tell("regions", "skyformat", "sexagesimal")
        self.tell("regions", "save", str(target))

    def close(self) -> None:
        """End both programs."""
        for process in (self._process, self._display):
            process.kill()
            process.wait()
