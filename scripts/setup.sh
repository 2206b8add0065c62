# Sourced by run, check and bench, from the project's folder. Makes .venv and installs what is pinned:
# `prepare requirements.txt [more.txt ...]`. Installs again only when one of the files changes.

say() { printf '%s\n' "keyspace: $*"; }
fail() { printf '%s\n' "keyspace: $*" >&2; exit 1; }

# The newest Python that everything pinned has wheels for; KEYSPACE_PYTHON overrides the search.
find_python() {
    for candidate in ${KEYSPACE_PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

prepare() {
    if ! .venv/bin/python -c '' 2>/dev/null; then
        python=$(find_python) || fail "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one, or name it: KEYSPACE_PYTHON=/path/to/python $0"
        say "making .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv || fail "$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"
    fi
    for file in "$@"; do
        stamp=.venv/installed-$(basename "$file")
        if ! cmp -s "$file" "$stamp"; then
            say "installing $file (once; again only when it changes)"
            .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$file" \
                || fail "pip could not install $file; its own message is above. A wheel that does not exist for this machine is the usual cause: see 'Platforms' in README.md"
            cp "$file" "$stamp"
        fi
    done
}
