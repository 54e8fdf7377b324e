# Sourced, in the project's folder, by the scripts that need its Python: prepare_environment LOCK.
# Everything that it says goes to stderr, in the form of LOG_FORMAT: the output of a command stays its own.

# Settings of another Python must not reach ours.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONUSERBASE PYTHONWARNINGS PYTHONPLATLIBDIR PYTHONEXECUTABLE

# The last LOG_FORMAT of .env, where the environment has none.
find_log_format() {
    quote="[\"']"
    found=$(sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}LOG_FORMAT[[:space:]]*=[[:space:]]*$quote\{0,1\}\([A-Za-z]*\).*/\2/p" .env 2>/dev/null | tail -n 1)
    printf '%s' "${LOG_FORMAT:-$found}" | tr '[:upper:]' '[:lower:]'
}

# One entry: log_entry LEVEL TEXT. Where nobody can read it, the work goes on all the same.
log_entry() {
    if [ "$(find_log_format)" = json ]; then
        text=$(printf '%s' "$2" | tr '[:cntrl:]' ' ' | sed 's/[\\"]/\\&/g')
        line="{\"event\": \"$text\", \"level\": \"$1\", \"logger\": \"scripts\", \"time\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}"
    else
        line=$2
    fi
    (trap '' PIPE && printf '%s\n' "$line" >&3) 3>&2 2>/dev/null || :
}

say() { log_entry info "$*"; }

stop() {
    log_entry error "$*"
    exit 1
}

# Runs a command that is quiet when all is well; what it says when not is said line by line.
quietly() {
    if ! said=$("$@" 2>&1); then
        printf '%s\n' "$said" | while IFS= read -r line; do log_entry error "$line"; done
        return 1
    fi
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_environment() {
    python=$(find_python) || stop "Python 3.11 or newer is needed and not found; install it, or name it: PYTHON=/path/to/python3 $0"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "$python has no venv; on Debian this mends it: ${SUDO_HINT}apt-get install -y $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    say "Making .venv with $python"
    quietly "$python" -m venv --clear .venv
}

# True when what stands in .venv was installed from this lock, this pyproject.toml and this place.
is_prepared() {
    cmp -s "$1" ".venv/holdfast/$1" && cmp -s pyproject.toml .venv/holdfast/pyproject.toml &&
        [ "$(cat .venv/holdfast/place 2>/dev/null)" = "$PWD" ] && .venv/bin/python -c '' 2>/dev/null
}

install_project() {
    say "Installing what $1 lists (once; it takes about a minute)"
    rm -rf .venv/holdfast
    quietly .venv/bin/python -I scripts/install.py --require-hashes --requirement "$1"
    quietly .venv/bin/python -I scripts/install.py --no-deps --no-build-isolation --editable .
    mkdir .venv/holdfast
    cp pyproject.toml requirements.lock .venv/holdfast/ # each lock holds all that requirements.lock lists
    cp "$1" .venv/holdfast/
    printf '%s' "$PWD" >.venv/holdfast/place
}

# One at a time: held by descriptor 9, whichever way this script ends. Not every system has the command flock.
wait_for_turn() {
    python=$(find_python) || return 0
    exec 9>.venv.lock
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    say "Another start is preparing .venv; waiting for it"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

# What an appliance runs on is not changed under it: descriptor 8 of a running one holds .venv.used.
refuse_while_in_use() {
    python=$(find_python) || return 0
    exec 7>>.venv.used
    "$python" -c 'import fcntl; fcntl.flock(7, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null ||
        stop "Holdfast is running from this folder, and $1 needs other packages than it uses. Restart it (stop it, then ./scripts/serve, or systemctl restart holdfast); after that this works again."
}

# After a `git pull`, before the restart: a backup changes no packages, so the new program has to do with the old ones.
warn_of_old_packages() {
    .venv/bin/python -c 'import crm.cli' 2>/dev/null ||
        stop "No backup was made: the program on the disk is newer than its packages in .venv, and does not run on them. Restart Holdfast (stop it, then ./scripts/serve, or systemctl restart holdfast); after that backups work again."
    say "The program on the disk is newer than its packages in .venv; should this fail, restart Holdfast first"
}

# For as long as the process goes on that this script becomes.
keep_environment() {
    exec 8>>.venv.used
    .venv/bin/python -I -c 'import fcntl; fcntl.flock(8, fcntl.LOCK_SH)'
}

prepare_environment() {
    exec 8>&- # of the appliance that starts anew by this script
    SUDO_HINT=$([ "$(id -u)" = 0 ] || echo "sudo ")
    is_prepared "$1" && return
    wait_for_turn
    if ! is_prepared "$1"; then
        refuse_while_in_use "$1"
        .venv/bin/python -I -m pip --version >/dev/null 2>&1 || make_environment
        install_project "$1"
    fi
    exec 7>&- 9>&-
}
