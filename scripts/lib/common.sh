# shellcheck shell=bash
# What scripts/run and scripts/test share: messages, the Debian packages, the Swift toolchain, quiet steps.
# Sourced, never run. The caller sets `root` to the top of the repository and uses `set -euo pipefail`.

# The oldest toolchain that can read Package.swift.
readonly swift_needed_major=6
readonly swift_needed_minor=2

# What the build needs beside the toolchain: our six C libraries with pkg-config to find five of them, git and the
# certificates for fetching the one Swift package, and what swift.org names for its Debian toolchain.
readonly debian_packages=(
    libuv1-dev libssl-dev libcurl4-openssl-dev libsqlite3-dev libmicrohttpd-dev librandomx-dev pkg-config
    git ca-certificates
    binutils gcc libc6-dev libstdc++6 zlib1g-dev libncurses-dev libedit2 libsqlite3-0 libxml2 tzdata
)

# fail MESSAGE...: one clear message on standard error, exit 1.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# unsaid LINE COMMAND STATUS: what ends a script by `set -e` and has said nothing itself.
unsaid() {
    [ -n "$said" ] || printf '%s: line %d failed (exit %d): %s\n' "${0##*/}" "$1" "$3" "$2" >&2
}
# Set by who has shown why a command failed.
said=
trap 'unsaid "$LINENO" "$BASH_COMMAND" "$?"' ERR

# The step that runs, for the lines that show that it lives.
step=
# Seconds between two of them.
readonly alive_seconds=${ALIVE_SECONDS:-15}

# note MESSAGE...: prints a line: the step that begins.
note() {
    step=$*
    printf '%s: %s\n' "${0##*/}" "$step" >&2
}

# alive LOG COMMAND...: runs the command with its output in LOG, and says now and then that it still runs and what it wrote last.
alive() {
    local log=$1 status=0 watcher
    shift
    : >"$log"
    watch_alive "$log" &
    watcher=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$watcher" 2>/dev/null || true
    wait "$watcher" 2>/dev/null || true
    return "$status"
}

# watch_alive LOG: a line every 15 s until it is killed or the script has gone. It waits without a process of its own, which
# would hold the other end of a pipe for as long.
watch_alive() {
    local began=$SECONDS nothing last=
    exec {nothing}<> <(:)
    while :; do
        read -r -t "$alive_seconds" -u "$nothing" || true
        kill -0 "$$" 2>/dev/null || return 0
        if [ -s "$1" ]; then last=$(tail -c 400 "$1" | tr '\r' '\n' | tr -cd '[:print:]\n' | sed '/^$/d' | tail -n 1); fi
        printf '%s: %s: %d s%s\n' "${0##*/}" "${step:-working}" "$((SECONDS - began))" "${last:+, ${last:0:100}}" >&2
    done
}

# quietly LOG COMMAND...: runs the command with its output in LOG; shows all of LOG only when the command fails.
quietly() {
    local log=$1
    shift
    local status=0
    alive "$log" "$@" || status=$?
    if [ "$status" -ne 0 ]; then
        cat "$log" >&2
        printf '%s: failed (exit %d): %s\n' "${0##*/}" "$status" "$*" >&2
        said=yes
        return "$status"
    fi
}

# missing_packages PACKAGE...: those of them that are not installed, one a line.
missing_packages() {
    local package
    for package; do
        # shellcheck disable=SC2016  # ${Status} is dpkg-query's own syntax.
        case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true) in
            'install ok installed') ;;
            *) printf '%s\n' "$package" ;;
        esac
    done
}

# as_root COMMAND...: runs the command as root, through sudo if needed.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# install_packages LOG PACKAGE...: tries with the present package lists, then once more with fresh ones.
install_packages() {
    local log=$1
    shift
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends)
    if as_root "${install[@]}" "$@" >"$log" 2>&1 </dev/null; then return; fi
    quietly "$log" as_root apt-get update -qq || return
    quietly "$log" as_root "${install[@]}" "$@"
}

# ensure_packages LOGDIR PACKAGE...: installs what is missing, or says what to do.
ensure_packages() {
    local logs=$1
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        # Not a Debian: the libraries may be there all the same.
        local library
        for library in libuv openssl libcurl sqlite3 libmicrohttpd; do
            pkg-config --exists "$library" 2>/dev/null ||
                fail "this is no Debian or Ubuntu, and pkg-config does not find $library." \
                    "Install pkg-config and the development packages of libuv, OpenSSL 3, libcurl, SQLite and RandomX, then try again."
        done
        [ -e /usr/include/randomx.h ] || [ -e /usr/local/include/randomx.h ] ||
            fail "this is no Debian or Ubuntu, and there is no randomx.h. Install RandomX (https://github.com/tevador/RandomX), then try again."
        return
    fi
    local missing=()
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "these packages are missing: ${missing[*]}." \
            "There is no sudo here; as root run: apt-get update && apt-get install ${missing[*]}"
    fi
    note "installing ${missing[*]}"
    install_packages "$logs/apt.log" "${missing[@]}" ||
        fail "could not install what is missing; the messages of $([ "$(id -u)" -eq 0 ] || printf 'sudo or ')apt are above." \
            "As root it is: apt-get update && apt-get install ${missing[*]}"
}

# debian_mirror [DIR]: the mirror that apt uses here, by its sources in DIR (/etc/apt); Debian's own where none is told. A Debian has
# sources.list, sources.list.d or both.
# shellcheck disable=SC2120  # Only a test gives it a directory.
debian_mirror() {
    local file mirror
    for file in "${1:-/etc/apt}"/sources.list "${1:-/etc/apt}"/sources.list.d/*.{list,sources}; do
        [ -f "$file" ] || continue
        mirror=$(sed -n 's,^\(URIs: *\|deb \(\[[^]]*\] \)\? *\)\(https\?://[^ ]*/debian\)/\?\( .*\)\?$,\3,p;T;q' "$file")
        if [ -n "$mirror" ]; then
            printf '%s\n' "$mirror"
            return
        fi
    done
    printf 'http://deb.debian.org/debian\n'
}

# ensure_swift: a Swift new enough on PATH, or how to get one.
ensure_swift() {
    # Swiftly, the installer of swift.org, leaves its tools here; a shell opened before does not know it yet.
    local swiftly=${SWIFTLY_BIN_DIR:-${HOME:-/nonexistent}/.local/share/swiftly/bin}
    if ! command -v swift >/dev/null && [ -x "$swiftly/swift" ]; then PATH=$swiftly:$PATH; fi
    local how="Get Swift $swift_needed_major.$swift_needed_minor or later for your system from https://www.swift.org/install/linux/
and put its usr/bin on PATH. With the installer of swift.org, in a shell:
    curl -O https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz
    tar zxf swiftly-\$(uname -m).tar.gz && ./swiftly init
then open a new shell and try again."
    command -v swift >/dev/null || fail "no swift on PATH. $how"
    local version major minor
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "'swift --version' does not work here. $how"
    major=${version%%.*}
    minor=${version#*.}
    if [ "$major" -lt "$swift_needed_major" ] ||
        { [ "$major" -eq "$swift_needed_major" ] && [ "$minor" -lt "$swift_needed_minor" ]; }; then
        fail "the swift on PATH is $version, which is too old. $how"
    fi
}

# ensure_own_build DIR: everything in DIR, the build's, belongs to who builds, or what to do where it doesn't.
ensure_own_build() {
    local build=$1 other owner
    if [ "$(id -u)" -eq 0 ]; then
        owner=$(stat -c %U "${build%/*}")
        [ "$owner" = root ] || note "this builds as root, and $build will belong to root: run it as $owner, without sudo"
        return
    fi
    [ -e "$build" ] || return 0
    other=$(find "$build" ! -user "$(id -u)" -print -quit 2>/dev/null || true)
    [ -n "$other" ] || return 0
    fail "$other belongs to $(stat -c %U "$other"), who has built here before (with sudo?)." \
        "Make it yours with: sudo chown -R $(id -un) $build"
}

# prepare LOGDIR [PACKAGE...]: everything that a build needs, and these packages as well. The toolchain is asked for after
# the packages: it needs some of them to start at all.
prepare() {
    local logs=$1
    shift
    ensure_own_build "${logs%/logs}"
    mkdir -p "$logs" || fail "cannot write to $logs"
    ensure_packages "$logs" "${debian_packages[@]}" "$@"
    ensure_swift
}

# commit_of ROOT: the commit of the working tree, with "-modified" where files that git knows differ from it; nothing where git knows
# no commit.
commit_of() {
    local commit
    commit=$(git -C "$1" rev-parse --short=12 HEAD 2>/dev/null) || return 0
    git -C "$1" diff --quiet HEAD -- 2>/dev/null || commit=$commit-modified
    printf '%s\n' "$commit"
}

# only_targets TARGETS: Swift for the end of a copy of Package.swift, so that it builds these targets ("A", "B") and what they are built from, and
# nothing else: minutes less.
only_targets() {
    printf 'var kept: Set = [%s]\n' "$1"
    cat <<'SWIFT'
var found = Array(kept)
while let name = found.popLast() {
    for case .byNameItem(let name, _) in package.targets.first(where: { $0.name == name })?.dependencies ?? []
    where kept.insert(name).inserted { found.append(name) }
}
package.targets.removeAll { !kept.contains($0.name) }
package.products.removeAll { $0.name == "stratum-proxy" && !kept.contains("StratumProxy") }
SWIFT
}
