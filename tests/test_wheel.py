"""The build hook: a kernel where there is a compiler, and not a word where there is none."""

import importlib.util
import sys
import sysconfig
import types

import pytest


@pytest.fixture
def hook(root, monkeypatch):
    """The build hook, with a stand-in for the builder that is not installed here."""
    name = "hatchling.builders.hooks.plugin.interface"
    stand_in = types.ModuleType(name)
    stand_in.BuildHookInterface = object
    for part in ("hatchling", "hatchling.builders", "hatchling.builders.hooks",
                 "hatchling.builders.hooks.plugin"):  # fmt: skip
        monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
    monkeypatch.setitem(sys.modules, name, stand_in)
    spec = importlib.util.spec_from_file_location("build_hook", root / ".ci" / "build_hook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_compiler_there_is_no_kernel_and_no_alarm(
    hook, monkeypatch, tmp_path, root, capfd
):
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: "no-such-compiler -shared")
    assert not hook.compile_kernel(root, tmp_path / "kernel.so")
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: None)
    assert not hook.compile_kernel(root, tmp_path / "kernel.so")
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_source_that_does_not_compile_gives_no_kernel(hook, tmp_path, capfd):
    assert not hook.compile_kernel(tmp_path, tmp_path / "kernel.so")
    assert capfd.readouterr() == ("", "")


def test_a_pure_wheel_can_be_asked_for(hook, monkeypatch, tmp_path, root):
    monkeypatch.setenv("FITSLINT_PURE", "1")
    assert not hook.compile_kernel(root, tmp_path / "kernel.so")


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("syntax/_kernel.c", 110), ("pipeline/xray/contbin/_loops.c", 300),
        ("pipeline/xray/contbin/_discs.c", 150), ("data/_decoders.c", 310),
        ("audit/_columns.c", 150),
    ],
)  # fmt: skip
def test_kernels_are_small(root, name, most):
    lines = (root / "fitslint" / name).read_text("ascii").splitlines()
    assert len(lines) <= most
    assert max(map(len, lines)) <= 100
