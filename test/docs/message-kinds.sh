# What docs/message-kinds.md takes for given: movement orders.
set -eu
