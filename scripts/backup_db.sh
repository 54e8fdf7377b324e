#!/bin/sh
# Makes a backup, from any folder and with cron's bare environment: one line a step on stderr, the backup's path
# last on stdout, and an exit status other than 0 on any failure. A line for cron:  30 2 * * * /path/to/backup_db.sh
set -eu
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONUSERBASE PYTHONWARNINGS PYTHONPLATLIBDIR PYTHONEXECUTABLE
script=$(readlink -f -- "$0" 2>/dev/null || echo "$0") # as a link in /etc/cron.daily, too
here=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd -P)
if [ -x "$here/../.venv/bin/python" ]; then
    cd "$here/.."
    installed=.venv/holdfast/requirements.lock
    if [ -e "$installed" ] && ! cmp -s requirements.lock "$installed"; then
        . scripts/environment.sh
        warn_of_old_packages
    fi
    exec .venv/bin/python -m crm backup "$@"
elif command -v crm >/dev/null; then
    exec crm backup "$@"
fi
echo "$0: there is no .venv yet; scripts/serve or scripts/crm makes it" >&2
exit 1
