# What docs/changes.md takes for given: a declaration, an item of it, and the files with content and key.
set -eu
. "$(dirname "$0")/sample-night.sh"
echo "100200300=$(declaration_with Invalid)"
echo '{"commodity":{"description":"Steel nuts, M8"}}' >item.json
echo '{}' >content.json
(umask 077 && echo a-key-of-32-characters-at-least-1 >key.txt)
