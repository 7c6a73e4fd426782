#!/bin/bash
set -e
dmcopy "{name}_thresh.img[exclude sky=region({cluster})]" {name}_thresh_noem.img clobber=yes
wavdetect infile={name}_thresh_noem.img psffile=none expfile={name}_thresh.expmap outfile={name}_src_{band.label}.fits scellfile={name}_scell_{band.label}.fits imagefile={name}_imgfile_{band.label}.img defnbkgfile={name}_defnbkg_{band.label}.fits regfile={name}_src_{band.label}.reg scales="1 2 4 8 16 32" maxiter=3 sigthresh=5e-6 ellsigma=5.0 clobber=yes
dmcopy "scaled_{name}_flux.fits[exclude sky=region({sources})]" scaled_{name}_flux_cropped.fits clobber=yes
dmcopy "scaled_{name}_flux_cropped.fits[sky=region({field})]" scaled_{name}_flux_final.fits clobber=yes
