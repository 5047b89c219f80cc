#!/usr/bin/env bash
# Installs what the browser tests need (Node, Chromium, playwright-core, axe-core) and, given words, runs them with it:
#   scripts/browser.sh crates/testkit/browser/axe.mjs FOLDER-OR-URL [page …]
#   scripts/browser.sh crates/testkit/browser/shot.mjs FOLDER-OR-URL --out FOLDER [page …]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_browser() {
    local from="$root/crates/testkit/browser" playwright axe
    playwright="$(sed -n 's/.*"playwright-core": *"\(.*\)".*/\1/p' "$from/package.json")"
    axe="$(sed -n 's/.*"axe-core": *"\(.*\)".*/\1/p' "$from/package.json")"
    need_node
    export BEDSIDE_BROWSER="$peers/browser-$playwright-$axe"
    if [ ! -d "$BEDSIDE_BROWSER" ]; then
        say "installing playwright-core $playwright and axe-core $axe"
        begin_peer "browser-$playwright-$axe"
        cp "$from/package.json" "$building/"
        (cd "$building" && quietly npm install --ignore-scripts --no-package-lock) ||
            die "playwright-core and axe-core could not be installed"
        end_peer
    fi
    need_chromium
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    need_browser
    [ $# -eq 0 ] || exec "$BEDSIDE_NODE" "$@"
fi
