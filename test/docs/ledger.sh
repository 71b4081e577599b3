# What docs/ledger.md takes for given: a ledger.
set -eu
. "$(dirname "$0")/quiet-night.sh"
