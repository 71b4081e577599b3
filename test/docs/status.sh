# What docs/status.md takes for given: a ledger with a run.
set -eu
. "$(dirname "$0")/quiet-night.sh"
