"""Commands of the pipeline where its packages are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.tool import environment
from tests.patience import HANG

WITHOUT = """
import sys
for name in ("numpy", "scipy", "astropy", "matplotlib", "jinja2", "httpx", "fitsio"):
    sys.modules[name] = None
from fitslint.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("kappa", "maps", "x.par"),
        ("kappa", "rescale", "x.fits", "--unity"),
        ("kappa", "fetch", "a1689"),
        ("kappa", "qc", "x.fits"),
        ("kappa", "run", "x.toml"),
        ("conform", "kappa", "x.fits"),
        ("demo",),
    ],
    ids=" ".join,
)
def test_what_is_missing_is_named(arguments, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=HANG, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("pip install 'fitslint[pipeline]'\n")
