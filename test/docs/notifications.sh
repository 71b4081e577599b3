# What docs/notifications.md takes for given: a key, in a file that others cannot read, and a ledger.
set -eu
. "$(dirname "$0")/sample-night.sh"
(umask 077 && echo a-key-of-32-characters-at-least-1 >key.txt)
