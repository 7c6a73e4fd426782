#!/bin/bash
set -e
cat > clean_evt.list <<'END'
{events}
END
merge_obs @clean_evt.list ./ bin=1 bands={bands} clobber=yes
