# Sourced by ./demo and ./check: a virtual environment in .venv, with this checkout installed.
# Needs only Python 3.11 or newer, with pip and venv.

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in ${PYTHON:-} python3 python python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c "$new_enough" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "No Python 3.11 or newer was found.  Install one, or say where: PYTHON=/path/to/python $0" >&2
    return 1
}

# environment EXTRAS: make .venv, and install the checkout with these extras unless that was done
# since pyproject.toml last changed.
environment() {
    if ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
        python=$(find_python)
        echo "setting up .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
    fi
    stamp=.venv/installed-$1
    if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
        # pip comes first: the start scripts that older ones write take half as long again to start
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
        .venv/bin/python -m pip install --quiet --editable ".[$1]"
        touch "$stamp"
    fi
}
