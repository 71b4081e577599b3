# What docs/nightly.md takes for given: the samples.
set -eu
mkdir samples && cp -r "$ROOT/samples/first-night" samples/
