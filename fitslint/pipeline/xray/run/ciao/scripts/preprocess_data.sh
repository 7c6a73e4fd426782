#!/bin/bash
set -e
chandra_repro {folder} {veto}outdir=./ verbose=1 clobber=yes
