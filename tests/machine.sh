# What the tests look for on a machine: read by tests/install and tests/run, at the root of the repository.

readonly TOOLS="$PWD/target/test-tools"
readonly BROWSER_TESTS=tests/browser

say() { printf '\n== %s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The browser tests and their checkers name these versions of Node.
node_is_new_enough() {
    has node && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 16) || major >= 24 ? 0 : 1);
    '
}

find_browser() {
    local name
    if [ -n "${CHROMIUM:-}" ]; then
        echo "$CHROMIUM"
        return
    fi
    for name in chromium google-chrome-stable google-chrome chromium-browser; do
        # The last is a stub on Ubuntu that only says how to get the real one.
        if has "$name" && "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# What tests/install put below target/ is used where the system's own is too old.
find_node() {
    node_is_new_enough || export PATH="$TOOLS/node_modules/.bin:$PATH"
}
