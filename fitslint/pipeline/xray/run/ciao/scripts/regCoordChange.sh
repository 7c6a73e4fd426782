#!/bin/bash
set -e
export XPA_METHOD=local
exec 3>display.txt
Xvfb -displayfd 3 -screen 0 1024x768x24 & server=$!
trap 'kill $viewer $server 2>/dev/null; rm -f display.txt' EXIT
until [ -s display.txt ]; do kill -0 $server; sleep 0.1; done
DISPLAY=:$(cat display.txt) ds9 -title fitslint {image} & viewer=$!
# xpaaccess ends with the number of access points, 0 where there is none.
until xpaaccess fitslint | grep -q yes; do kill -0 $viewer; sleep 0.3; done
for region in {folder}/xaf_*.reg; do
    xpaset -p fitslint regions load $region
    xpaset -p fitslint regions format ciao
    xpaset -p fitslint regions system wcs
    xpaset -p fitslint regions skyformat sexagesimal
    xpaset -p fitslint regions save $(basename $region .reg)_sex.reg
    xpaset -p fitslint regions delete all
done
