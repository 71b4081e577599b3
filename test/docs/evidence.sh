# What docs/evidence.md takes for given: a run, whose files lie in an archive, and its name.
set -eu
. "$(dirname "$0")/quiet-night.sh"
mv inbox archive
echo "/archive/2026=$PWD/archive"
echo "20261120T184128Z-3f2a=$(basename "$(readlink out/latest)")"
