"""``fitslint norh gysy``, ``frfr``, ``invert``: sources and what they send."""

from __future__ import annotations

import functools
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.norh.images import OutputOptions, parse_numbers, read_input, write_outputs
from fitslint.cli.options import FORMAT, FORMATS, Options, Words, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.norh.emission.inversion import Sources

_METHODS = ("dulk", "ramaty")
_KINDS = ("gysy", "frfr")
_ASSUMED = {"gysy": ("theta", "B", "NV"), "frfr": ("T", "VEM")}
_FREQUENCIES_MAX = 1000
_THIN_MAX = 0.3
_DENSITY_MAX = 1e20
_FLUX_MAX = 1e30


class EmissionOptions(Options):
    """What the commands for emission have in common."""

    omega: float | None = option("Solid angle of the source, for its optical depth.", "SR")
    distance: float | None = option("Distance in cm (default: 1 au).", "CM")
    parity: bool = option("As the procedures of IDL do.")
    format: str = FORMAT


class GyroOptions(EmissionOptions):
    """The options of ``fitslint norh gysy``."""

    delta: float = argument("Power-law index of the electrons.", "DELTA")
    field: float = argument("Magnetic field in gauss.", "B")
    theta: float = argument("Angle of field and line of sight in degrees.", "THETA")
    electrons: float = argument("Number of electrons above 10 keV.", "NV")
    freq: str | None = option("In GHz, with commas (17,34; ramaty: 1 to 100).", "GHZ,...")
    method: str = option("dulk (1985, fits) or ramaty (1969, exact sums).", "NAME", default="dulk")
    density: float = option("Thermal plasma for ramaty (0: vacuum).", "CM-3", default=0.0)


def compute_gyro_emission(options: GyroOptions) -> ExitCode:
    """Compute gyrosynchrotron emission: flux density, circular polarisation, optical depth.

    Electrons have a power law from 10 keV on, of which NV is the number, so that the manual's
    K/((delta - 1) E0^(delta - 1)) is not needed: it is right for K E^-delta, and for its own
    K (E/E0)^-delta it would be K E0/(delta - 1). The fits of Dulk are those of the X mode and hold
    for 2 to 7, 20 degrees and more, harmonics 10 to 100. Exit 0: told; 1: outside of that, told
    all the same; 2: usage.
    """
    from fitslint.pipeline.norh.emission import dulk, ramaty

    require_choice("--method", options.method, _METHODS)
    _require_numbers(
        delta=options.delta, B=options.field, theta=options.theta, NV=options.electrons
    )
    if not options.delta > 1:
        raise UsageError("DELTA is above 1: else there is no number of electrons")
    if not 0 <= options.density <= _DENSITY_MAX:
        raise UsageError(f"--density is a number from 0 to {_DENSITY_MAX:g}")
    numbers = (options.delta, options.field, options.theta, options.electrons)
    if options.method == "dulk" and options.density:
        raise UsageError("--density is of --method ramaty; the fits of Dulk are those of a vacuum")
    if options.method == "dulk":
        found = dulk.compute_dulk(
            *numbers, _parse_frequencies(options.freq or "17,34"),
            distance=_find_distance(options), parity=options.parity,
        )  # fmt: skip
    else:
        wanted = _parse_frequencies(options.freq) if options.freq else ramaty.list_frequencies()
        found = ramaty.compute_ramaty(
            *numbers, wanted, density=options.density, distance=_find_distance(options)
        )
    rows = zip(found.frequency, found.flux, found.polarisation, found.depth_area, strict=True)
    _print_emission(options, list(rows))
    if not found.is_valid.all():
        print_error("warning: this is outside of where the method holds (MVD 0)")
        return ExitCode.FOUND
    return ExitCode.OK


class ThermalOptions(EmissionOptions):
    """The options of ``fitslint norh frfr``."""

    temperature: float = argument("Electron temperature in K.", "T")
    field: float = argument("Field along the line of sight in gauss.", "B")
    measure: float = argument("Volume emission measure in cm-3.", "VEM")
    freq: str = option("In GHz, with commas.", "GHZ,...", default="17,34")


def compute_thermal_emission(options: ThermalOptions) -> None:
    """Compute thermal free-free emission: flux density, circular polarisation, optical depth.

    VEM is the integral of n squared over the volume, cm-3. Exit 0: told; 2: usage.
    """
    from fitslint.pipeline.norh.emission.freefree import compute_freefree

    _require_numbers(T=options.temperature, VEM=options.measure)
    if not abs(options.field) <= _RANGES["B"][1]:
        raise UsageError(f"B is a number up to {_RANGES['B'][1]:g}")
    frequencies = _parse_frequencies(options.freq)
    found = compute_freefree(
        options.temperature, options.field, options.measure, frequencies,
        distance=_find_distance(options), parity=options.parity,
    )  # fmt: skip
    rows = zip(frequencies, found.flux, found.polarisation, found.depth_area, strict=True)
    _print_emission(options, list(rows))


def _print_emission(options: EmissionOptions, rows: Sequence[tuple[float, ...]]) -> None:
    require_choice("--format", options.format, FORMATS)
    if options.omega is not None:
        _require_numbers(omega=options.omega)
    told = []
    for frequency, flux, polarisation, depth_area in rows:
        row = {"GHz": frequency / 1e9, "SFU": float(flux), "r_c": float(polarisation)}
        if options.omega is not None:
            row["tau"] = float(depth_area / options.omega)
        told.append(row)
    if options.format == "json":
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write("GHz         SFU          r_c" + "       tau" * bool(options.omega) + "\n")
        for row in told:
            line = f"{row['GHz']:<10.5g}  {row['SFU']:<11.6g}  {row['r_c']:<8.5f}"
            line += f"  {row['tau']:.5g}" if "tau" in row else ""
            sys.stdout.write(line.rstrip() + "\n")
    if any(row.get("tau", 0.0) > _THIN_MAX for row in told):
        print_error(f"warning: the optical depth exceeds {_THIN_MAX}; the flux is that of thin gas")


class InvertOptions(EmissionOptions, OutputOptions):
    """The options of ``fitslint norh invert``."""

    kind: str = argument("gysy or frfr.", "KIND")
    f17: float | None = option("I at 17 GHz.", "SFU")
    f34: float | None = option("I at 34 GHz (gysy).", "SFU")
    v17: float | None = option("V at 17 GHz.", "SFU")
    assume: str | None = option("theta=, B= or NV= of gysy; T= or VEM= of frfr.", "NAME=VALUE")
    delta: float | None = option("Index of the electrons, if known.", "VALUE")
    curve: str | None = option("Fluxes of a light curve (TIME, F17I, F17V, F34).", "FILE")
    image: Words = option("Matched image of 17 GHz R+L, R-L or 34 GHz; repeatable.", "FILE")
    sigma: str | None = option("Noise in the unit of the images; else off the limb.", "S")


def invert_fluxes(options: InvertOptions) -> ExitCode:
    """Find the source that has the fluxes I and V: field, electrons, temperature.

    Of angle, field and number of electrons one has to be assumed (gysy); without T or VEM, frfr
    finds VEM/sqrt(T) with the constant K of IDL. Images need one beam first (fitslint norh match)
    and become a map of the field, with an HDU for all else. The index that the manual rounds to
    -1.1 (alpha - 1.2) is (1.22 - alpha)/0.90. Exit 0: found; 1: there is no such source, or the
    method does not hold there (MVD 0); 2: usage; 3: a file cannot be used.
    """
    require_choice("KIND", options.kind, _KINDS)
    require_choice("--format", options.format, FORMATS)
    if options.delta is not None:
        _require_numbers(delta=options.delta)
    solve = functools.partial(_find_sources, options, _parse_assumption(options))
    if options.image:
        return _invert_images(options, solve)
    if options.out is not None or options.plot is not None:
        raise UsageError("--out and --plot are of --image")
    if options.sigma is not None:
        raise UsageError("--sigma is the noise of --image; fluxes have none")
    found = [
        {**({} if time is None else {"time": time}), **source}
        for time, *fluxes in _list_fluxes(options)
        for source in _list_rows(options, solve(*fluxes))
    ]
    if options.format == "json":
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        for row in found:
            words = [
                f"{key} {told:g}" if isinstance(told, float) else str(told)
                for key, told in row.items()
                if told is not None and key != "mvd"
            ]
            sys.stdout.write("  ".join(words) + "\n")
    return ExitCode.OK if all(row["mvd"] for row in found) else ExitCode.FOUND


def _list_fluxes(options: InvertOptions) -> list[tuple[Any, float, float, float]]:
    """Time (s), I at 17 and 34 GHz, V at 17 GHz."""
    if options.curve is not None:
        from fitslint.pipeline.norh.emission.fluxes import read_flux_table

        return list(read_flux_table(options.curve, with_34=options.kind == "gysy"))
    if options.f17 is None or options.v17 is None:
        raise UsageError("say --f17 and --v17, the fluxes I and V at 17 GHz, --curve or --image")
    if options.kind == "gysy" and options.f34 is None:
        raise UsageError("say --f34, the flux I at 34 GHz")
    high = 0.0 if options.f34 is None else options.f34
    if not all(abs(flux) <= _FLUX_MAX for flux in (options.f17, high, options.v17)):
        raise UsageError(f"fluxes are numbers up to {_FLUX_MAX:g} SFU")
    return [(None, options.f17, high, options.v17)]


def _find_sources(options: InvertOptions, assumed: tuple[str, float], *fluxes: Any) -> Sources:
    """The sources of I at 17 and 34 GHz and V at 17 GHz, numbers or arrays."""
    from fitslint.pipeline.norh.emission import inversion

    distance = _find_distance(options)
    (name, value), (i17, i34, v17) = assumed, fluxes
    if options.kind == "frfr":
        return inversion.solve_freefree(
            i17, v17, 17e9, distance=distance, parity=options.parity,
            temperature=value if name == "T" else None, measure=value if name == "VEM" else None,
        )  # fmt: skip
    problem = inversion.GyroProblem(i17, i34, v17, options.delta, distance, options.parity)
    solve: Any = {
        "theta": inversion.solve_for_field, "B": inversion.solve_for_angle,
        "NV": inversion.solve_for_both,
    }[name]  # fmt: skip
    found: Sources = solve(problem, value)
    return found


def _list_rows(options: InvertOptions, sources: Sources) -> Iterator[dict[str, Any]]:
    """What was found, by the names of the manual; None is what was not."""
    import numpy as np

    from fitslint.pipeline.norh.emission.inversion import Reason

    facts = dict(sources.facts)
    tau = facts.pop("tau", None)
    if tau is not None and options.omega is not None:
        facts["tau"] = tau / options.omega
    for at, reason in enumerate(np.atleast_1d(sources.reasons)):
        row = {key: float(np.atleast_1d(values)[at]) for key, values in facts.items()}
        yield {
            **{
                key: float(f"{value:.8g}") if math.isfinite(value) else None
                for key, value in row.items()
            },
            "mvd": int(not reason),
            "reason": Reason(reason).name.lower().replace("_", " "),
        }


def _invert_images(options: InvertOptions, solve: Callable[..., Sources]) -> ExitCode:
    """A map of the field, and what else the pixels tell."""
    import numpy as np

    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_sources
    from fitslint.pipeline.norh.emission.maps import invert_images, sort_images
    from fitslint.pipeline.norh.flux import FluxMethod

    if (options.assume or "").partition("=")[0] in ("NV", "VEM"):
        raise UsageError("with --image assume theta, B or T: of NV and VEM there are several roots")
    noise = () if options.sigma is None else parse_numbers("--sigma", options.sigma, 1)
    read = [read_input(path, force=options.force) for path in options.image or ()]
    images = sort_images(read, with_34=options.kind == "gysy")
    method = FluxMethod(parity=options.parity)
    sources, ratio = invert_images(images, solve, noise, method)
    name, field = next((key, fact) for key, fact in sources.facts.items() if key[0] == "B")
    is_valid = sources.reasons == 0
    print_lines([f"{int(is_valid.sum())} of {is_valid.size} pixels are valid"])
    top = 1.0
    if is_valid.any():
        low, middle, high = np.percentile(field[is_valid], [0, 50, 100])
        print_lines([f"{name} {low:.4g} to {high:.4g}, median {middle:.4g} gauss"])
        top = float(np.percentile(np.abs(field[is_valid]), 98))
    ordered = list(images.values())
    shown = replace(ratio, values=field, valid=is_valid)
    limits = (-top if options.kind == "frfr" else 0.0, top)
    write_outputs(
        options,
        build_sources(ordered, sources, method, options.assume or ""),
        lambda: plots.draw_ratio(images["F17I"], shown, f"{name} (gauss)", limits),
    )
    return ExitCode.OK if is_valid.any() else ExitCode.FOUND


def _parse_assumption(options: InvertOptions) -> tuple[str, float]:
    if options.assume is None and options.kind == "frfr":
        return "", math.nan
    name, _, text = (options.assume or "").partition("=")
    choices = _ASSUMED[options.kind]
    if name not in choices:
        raise UsageError(f"say what is assumed: --assume {'=, '.join(choices)}=")
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"--assume {name}: {text[:20]!r} is no number") from None
    _require_numbers(**{name: value})
    return name, value


def _find_distance(options: EmissionOptions) -> float:
    from fitslint.pipeline.norh.constants import ASTRONOMICAL_UNIT
    from fitslint.pipeline.norh.emission.dulk import PARITY_DISTANCE

    if options.distance is not None:
        _require_numbers(distance=options.distance)
        return options.distance
    return float(PARITY_DISTANCE) if options.parity else ASTRONOMICAL_UNIT


def _parse_frequencies(text: str) -> Any:
    import numpy as np

    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        raise UsageError(f"--freq {text[:40]}: numbers in GHz, with commas") from None
    if len(found) > _FREQUENCIES_MAX or not all(0 < each < 1e6 for each in found):
        raise UsageError(f"--freq: up to {_FREQUENCIES_MAX} numbers above 0 GHz")
    return np.array(found) * 1e9


_RANGES = {
    "delta": (1e-3, 100.0), "B": (1e-3, 1e6), "theta": (1e-3, 90.0), "NV": (1e-60, 1e60),
    "T": (1.0, 1e12), "VEM": (1e-80, 1e80), "omega": (1e-30, 13.0), "distance": (1.0, 1e30),
}  # fmt: skip
"""Wider than nature, and within what numbers of a computer hold."""


def _require_numbers(**numbers: float) -> None:
    """See to it that all are in their ranges."""
    for name, value in numbers.items():
        low, high = _RANGES[name]
        if not low <= value <= high:
            raise UsageError(f"{name} is a number from {low:g} to {high:g}")
