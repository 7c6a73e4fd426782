#!/bin/bash
set -e
contbin --sn={sn:g} --smoothsn={smooth_sn:g} {constraint}{image}
mkdir -p outreg
make_region_files --minx={origin[0]:.10g} --miny={origin[1]:.10g} --bin={origin[2]:.10g} --outdir=outreg contbin_binmap.fits
