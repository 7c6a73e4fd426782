"""What all tests share: hypothesis profiles and the places of data."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from fitslint.cli.main import BLAS_THREADS

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 4

# As the commands have it: every worker has a core, and threads of BLAS spin while they wait.
for _name in BLAS_THREADS:
    os.environ.setdefault(_name, "1")

_quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=_quiet,
)
settings.register_profile(
    "long",
    max_examples=5000,
    deadline=None,
    database=None,
    suppress_health_check=_quiet,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers for all of the tests; what is named runs here, where it begins at once."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        config.option.dist = "no"
        return 0
    return min(len(os.sched_getaffinity(0)), WORKERS)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def make_fixtures() -> ModuleType:
    """The script that makes files of the examples of the rules."""
    spec = importlib.util.spec_from_file_location("make_fixtures", ROOT / "fixtures" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory, make_fixtures: ModuleType) -> Path:
    """A folder with the examples of the rules in ``bad`` and ``good``, to be read only.

    It is made once a run: the worker that is first with its own renames it to where all look.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "examples"
    if not folder.is_dir():
        own = tmp_path_factory.mktemp("examples")
        make_fixtures.write_files(own)
        try:
            own.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files and of the catalogue beside the checkout."""
    folder = Path(os.environ.get("FITSLINT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (FITSLINT_SHARED names another place)")
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    """The folder of real FITS files."""
    folder = shared / "corpus"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder
