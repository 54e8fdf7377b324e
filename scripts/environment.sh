# Sourced, in the project's folder, by the scripts that need its Python: prepare_environment LOCK.
# Everything that it says goes to stderr: the output of a command stays its own.

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
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
    "$python" -m venv --clear .venv
}

# True when what stands in .venv was installed from this lock, this pyproject.toml and this place.
is_prepared() {
    cmp -s "$1" ".venv/holdfast/$1" && cmp -s pyproject.toml .venv/holdfast/pyproject.toml &&
        [ "$(cat .venv/holdfast/place 2>/dev/null)" = "$PWD" ] && .venv/bin/python -c '' 2>/dev/null
}

install_project() {
    say "Installing what $1 lists (once; it takes about a minute)"
    rm -rf .venv/holdfast
    .venv/bin/python -m pip install --quiet --require-hashes --requirement "$1"
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
    mkdir .venv/holdfast
    cp pyproject.toml requirements.lock .venv/holdfast/ # each lock holds all that requirements.lock lists
    cp "$1" .venv/holdfast/
    printf '%s' "$PWD" >.venv/holdfast/place
}

prepare_environment() {
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
    SUDO_HINT=$([ "$(id -u)" = 0 ] || echo "sudo ")
    is_prepared "$1" && return
    .venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
    install_project "$1"
}
