#!/usr/bin/env bash
# astropy 8.0.2, a tile-compressed image with BSCALE and BZERO opened with mode="update": setting one
# keyword of the header, and never touching the data, changes the pixels. The stored integers are
# replaced by the scaled values while BSCALE and BZERO stay, so that they are applied once more with
# every such edit.
#
# Seen: 100, 100.5, 101, 101.5 become 150, 150, 150.5, 150.5 and, after a second edit, 175 four times.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6
venv/bin/python - <<'PYTHON'
import numpy as np
from astropy.io import fits

image = fits.CompImageHDU(np.arange(100, dtype="i2").reshape(10, 10), compression_type="RICE_1")
image.header["BSCALE"] = 0.5
image.header["BZERO"] = 100.0
fits.HDUList([fits.PrimaryHDU(), image]).writeto("image.fits")
pixels = [fits.getdata("image.fits", 1)[0, :4].tolist()]
for observer in ("first", "second"):
    with fits.open("image.fits", mode="update") as file:
        file[1].header["OBSERVER"] = observer
    pixels.append(fits.getdata("image.fits", 1)[0, :4].tolist())
print(*pixels, sep="\n")
assert pixels == [[100.0, 100.5, 101.0, 101.5], [150.0, 150.0, 150.5, 150.5], [175.0] * 4]
PYTHON
