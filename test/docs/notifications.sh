# What docs/notifications.md takes for given: a ledger, and a key in a file that others cannot read.
set -eu
. "$(dirname "$0")/quiet-night.sh"
(umask 077 && echo a-key-of-32-characters-at-least-1 >key.txt)
