#!/bin/sh
# Installs packages without starting their services: the tests start what they need by themselves.
# Its first argument is the policy file (/usr/sbin/policy-rc.d) that forbids packages to start services meanwhile, the
# others are the packages.
set -e
policy=$1
shift
restore() {
    if [ -e "$policy.before" ]; then mv -f "$policy.before" "$policy"; else rm -f "$policy"; fi
}

if [ -e "$policy" ]; then mv "$policy" "$policy.before"; fi
trap restore EXIT
# Also after Ctrl-C, which ends the test command but not this script.
trap 'exit 130' INT TERM
# 101: forbidden.
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends "$@"
