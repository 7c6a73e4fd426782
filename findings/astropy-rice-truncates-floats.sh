#!/usr/bin/env bash
# FITS 4.0, sections 10.2 and 10.4: RICE_1, PLIO_1 and HCOMPRESS_1 compress integers, and floating-point
# pixels become integers by ZSCALE and ZZERO. Asked not to quantise (quantize_level=0), astropy 8.0.2
# writes the whole parts of the pixels without ZSCALE and ZZERO, without a warning, and reads them
# back as the image; fitsio 1.4.2 takes their bits for floating-point numbers. CFITSIO refuses to write
# such a file ("Lossless compression of floating point images must use GZIP").
#
# Seen: 0.25, 1.5 and 2.75 come back as 0, 1 and 2 in astropy, and below 1e-40 in fitsio.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6 fitsio==1.4.2
venv/bin/python -W error - <<'PYTHON'
import fitsio
import numpy as np
from astropy.io import fits

image = np.array([[0.25, 1.5, 2.75, 3.0]], dtype="f4")
hdu = fits.CompImageHDU(image, compression_type="RICE_1", quantize_level=0)
fits.HDUList([fits.PrimaryHDU(), hdu]).writeto("rice.fits")

with fits.open("rice.fits") as hdus:
    astropy_reads = [float(pixel) for pixel in hdus[1].data[0]]
fitsio_reads = [float(pixel) for pixel in fitsio.read("rice.fits", ext=1)[0]]
print("written", image[0].tolist(), "astropy", astropy_reads, "fitsio", fitsio_reads)
assert astropy_reads == [0.0, 1.0, 2.0, 3.0]
assert all(0 <= pixel < 1e-40 for pixel in fitsio_reads)
PYTHON
