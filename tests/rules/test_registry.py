"""Finding the modules that hold rules."""

import pkgutil

import fitslint.rules
from fitslint.rules import registry


def test_the_modules_are_those_that_pkgutil_finds():
    def listed(path):
        return [module.name for module in pkgutil.iter_modules(path)]

    assert list(registry._list_modules(fitslint.rules.__path__)) == listed(fitslint.rules.__path__)
    for package in pkgutil.iter_modules(fitslint.rules.__path__):
        if package.ispkg:
            path = [f"{fitslint.rules.__path__[0]}/{package.name}"]
            assert list(registry._list_modules(path)) == listed(path)


def test_folders_that_are_no_packages_hold_no_rules(tmp_path):
    for name in ("b.py", "a.py", "__init__.py", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    assert list(registry._list_modules([str(tmp_path)])) == ["a", "b", "package"]
    assert list(registry._list_modules([])) == []


def test_a_place_that_is_no_folder_is_left_to_pkgutil(monkeypatch):
    asked = []
    monkeypatch.setattr(pkgutil, "iter_modules", lambda path: asked.append(path) or [])
    assert list(registry._list_modules(["/bundle.zip/fitslint/rules"])) == []
    assert asked == [["/bundle.zip/fitslint/rules"]]
