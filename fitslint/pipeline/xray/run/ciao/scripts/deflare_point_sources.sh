#!/bin/bash
set -e
fluximage ./ ./{obs_id} binsize=1 bands={band.low:g}:{band.high:g}:{band.effective:g} clobber=yes
mkpsfmap {root}_thresh.img outfile={root}.psf energy={band.effective:g} ecf=0.9 clobber=yes
wavdetect infile={root}_thresh.img psffile={root}.psf expfile={root}_thresh.expmap outfile={obs_id}_src_{band.label}.fits scellfile={obs_id}_scell_{band.label}.fits imagefile={obs_id}_imgfile_{band.label}.img defnbkgfile={obs_id}_defnbkg_{band.label}.fits regfile={regions} scales="1 2 4 8 16 32" maxiter=3 sigthresh=5e-6 ellsigma=5.0 clobber=yes
dmcopy "{events}[exclude sky=region({regions})]" {obs_id}_nosources.evt option=all clobber=yes
dmcopy "{obs_id}_nosources.evt[energy={energies}]" {root}_nosources.evt option=all clobber=yes
dmextract "{root}_nosources.evt[bin time=::{seconds:.2f}]" {root}.lc opt=ltc1 clobber=yes
deflare {root}.lc {root}.gti method={method}
dmcopy "{events}[@{root}.gti]" acisf{obs_id}_clean_evt.fits option=all clobber=yes
blanksky evtfile="{events}[@{root}.gti]" outfile={blank} tmpdir=./ clobber=yes
{screening}blanksky_image bkgfile={background} outroot={obs_id}_blank imgfile={root}_thresh.img tmpdir=./ clobber=yes
