# What docs/documents.md takes for given: a declaration with documents.
set -eu
. "$(dirname "$0")/quiet-night.sh"
echo "100200300=$(declaration_of PO-4711)"
