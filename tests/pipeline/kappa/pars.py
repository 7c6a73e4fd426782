"""Parameter files that tests write."""

from __future__ import annotations

from pathlib import Path

RUNMODE = "runmode\n\treference 3 150 30\n\tend\n"
UNIVERSE = "cosmologie\n\tH0 70\n\tomegaM 0.3\n\tomegaX 0.7\n\tend\n"
REST = "grille\n\tnlens 99\n\tend\nsource\n\tz_source 2\n\tend\nchamp\n\tdmax 50\n\tend\nfini\n"
LENS = {
    "profil": "81",
    "x_centre": "1",
    "y_centre": "-2",
    "ellipticite": "0.3",
    "angle_pos": "30",
    "core_radius": "5",
    "cut_radius": "200",
    "v_disp": "900",
    "z_lens": "0.2",
}


def section(name: str, *lines: str) -> str:
    """A section with its lines."""
    return "".join([f"{name}\n", *(f"\t{line}\n" for line in lines), "\tend\n"])


def lens(name: str = "potentiel O1", **changes: str | None) -> str:
    """A potential: LENS with changes; None leaves a keyword out."""
    words = LENS | changes
    return section(name, *(f"{key} {value}" for key, value in words.items() if value is not None))


def write(folder: Path, *parts: str, runmode: str = RUNMODE, rest: str = UNIVERSE + REST) -> Path:
    """A parameter file of the parts, with everything around them that a model needs."""
    path = folder / "model.par"
    path.write_text(runmode + "".join(parts) + rest, encoding="latin-1")
    return path
