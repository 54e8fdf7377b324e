#!/bin/sh
# Makes a backup, from any folder and with cron's bare environment: one line a step on stderr, the backup's path
# last on stdout, and an exit status other than 0 on any failure. A line for cron:  30 2 * * * /path/to/backup_db.sh
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH
if [ -x "$here/../.venv/bin/python" ]; then
    cd "$here/.."
    exec .venv/bin/python -m crm backup "$@"
elif command -v crm >/dev/null; then
    exec crm backup "$@"
fi
echo "$0: there is no .venv yet; scripts/serve or scripts/crm makes it" >&2
exit 1
