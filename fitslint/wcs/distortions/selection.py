"""Which distortion a header has, by the types of its celestial axes."""

from __future__ import annotations

from fitslint.model.records import dataclass
from fitslint.wcs.distortions.lookup import LookupMark, list_lookup_marks
from fitslint.wcs.distortions.sip import SipDistortion
from fitslint.wcs.distortions.tnx import TnxDistortion
from fitslint.wcs.distortions.tpv import TanParameters, TpvDistortion, classify_tan_parameters
from fitslint.wcs.keywords import HeaderValues, KeywordError, read_string

_OF_WAT = ("TNX", "ZPX")
_CODE = slice(5, 8)


@dataclass(frozen=True, slots=True)
class CelestialDistortion:
    """The distortions of the two celestial axes of one description.

    Attributes
    ----------
    pixel : SipDistortion, optional
        applied to pixels from CRPIXj, before the linear step.
    plane : TpvDistortion or TnxDistortion, optional
        applied to intermediate world coordinates in degrees, longitude first.
    projection : str
        the projection behind them, TAN for TPV.
    parameters : mapping, optional
        PVi_m of the latitude axis that the projection has in place of the header's; None where
        the header's hold. Empty for TPV: PVi_m are terms of the distortion.
    tan_parameters : str
        what PVi_m beside TAN mean, see :func:`classify_tan_parameters`; "none" elsewhere.
    marks : tuple of LookupMark
        distortions that are there and not worked out.
    """

    pixel: SipDistortion | None
    plane: TpvDistortion | TnxDistortion | None
    projection: str
    parameters: dict[int, float] | None = None
    tan_parameters: TanParameters = "none"
    marks: tuple[LookupMark, ...] = ()

    @classmethod
    def from_values(
        cls, values: HeaderValues, longitude: int = 1, latitude: int = 2, version: str = ""
    ) -> CelestialDistortion:
        """The distortions that a header tells of two celestial axes.

        SIP holds only where both types end with -SIP: without this the names of its terms are
        free. TAN with PVi_m of SCAMP is read as TPV; only m >= 5 are told from the parameters
        of the standard.

        Raises
        ------
        KeywordError
            where a distortion that the types name cannot be read.
        """
        types = [
            read_string(values, f"CTYPE{axis}{version}") or "" for axis in (longitude, latitude)
        ]
        code = types[0][_CODE].strip("- ")
        pixel = _read_sip(values, types, (longitude, latitude), version)
        marks = tuple(list_lookup_marks(values))
        if code == "TPV":
            tpv = TpvDistortion.from_values(values, longitude, latitude, version)
            return cls(pixel, tpv, "TAN", {}, marks=marks)
        if code in _OF_WAT:
            tnx = TnxDistortion.from_values(values, longitude, latitude, code)
            return cls(pixel, tnx, tnx.projection, dict(tnx.parameters), marks=marks)
        if code != "TAN":
            return cls(pixel, None, code, marks=marks)
        told = classify_tan_parameters(values, longitude, latitude, version)
        if told != "scamp" or pixel is not None:
            return cls(pixel, None, code, tan_parameters=told, marks=marks)
        tpv = TpvDistortion.from_values(values, longitude, latitude, version)
        return cls(pixel, tpv, "TAN", {}, told, marks)


def _read_sip(
    values: HeaderValues, types: list[str], axes: tuple[int, int], version: str
) -> SipDistortion | None:
    marked = [kind[8:].rstrip() == "-SIP" for kind in types]
    if not any(marked):
        return None
    if not all(marked):
        axis = axes[marked.index(False)]
        raise KeywordError(f"CTYPE{axis}{version}", "does not end with -SIP as its partner does")
    if set(axes) != {1, 2}:
        raise KeywordError(f"CTYPE{max(axes)}{version}", "has SIP, which knows axes 1 and 2 only")
    return SipDistortion.from_values(values)
