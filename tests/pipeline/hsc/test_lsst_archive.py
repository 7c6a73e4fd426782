"""Real solutions of hscPipe: what meas_mosaic ships as the data of its tests."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.lsst_archive import read_archive, read_flux_scale, read_wcs

VALUES = {
    49: (35.96635147, -3.80703960, 0.998344, 0.000592, 0.3542522, 0.353473),
    50: (35.76667208, -3.80726915, 0.997794, -0.001709, None, 0.354346),
    101: (35.21031714, -4.24161363, 0.853795, -0.047273, None, 0.315182),
    102: (36.52326367, -3.37169279, 0.858757, -0.030772, None, 0.307648),
}
"""By CCD at its middle: RA, Dec, area, surface, mean and calibration."""


@pytest.fixture(scope="module")
def folder(shared):
    found = shared / "corpus" / "HyperSuprime-Cam+meas_mosaic" / "tests" / "data"
    if not found.is_dir():
        pytest.skip("the data of meas_mosaic are not there")
    return found


@pytest.mark.parametrize("ccd", VALUES)
def test_positions_and_flux_scales_of_real_files(folder, ccd):
    pytest.importorskip("starlink.Ast")
    ra, dec, area, surface, mean, calibration = VALUES[ccd]
    x, y = np.array([1023.5]), np.array([2087.5])
    found = read_wcs(str(folder / f"jointcal_wcs-0011506-{ccd:03d}.fits")).locate(x, y)
    assert found[0][0] == pytest.approx(ra, abs=1e-8)
    assert found[1][0] == pytest.approx(dec, abs=1e-8)
    scale, wcs = read_flux_scale(str(folder / f"jointcal_photoCalib-0011506-{ccd:03d}.fits"))
    assert scale.evaluate_surface(x, y)[0] == pytest.approx(surface, abs=1e-6)
    assert mean is None or scale.mean == pytest.approx(mean, abs=1e-7)
    part = float(wcs.find_area(x, y)[0] / wcs.find_axis_area())
    assert part == pytest.approx(area, abs=1e-6)
    value = scale.mean * 10 ** (-0.4 * surface) * part
    assert value == pytest.approx(calibration, abs=1e-6)


def test_a_file_that_holds_no_archive(tmp_path):
    path = tmp_path / "plain.fits"
    fits.PrimaryHDU().writeto(path)
    with pytest.raises(HscError, match="no archive of LSST"):
        read_archive(str(path))
