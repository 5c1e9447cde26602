# shellcheck shell=bash
# shellcheck disable=SC2154  # What is assigned in machine.sh and by the caller.
# What scripts/walk does with each command of README, and what it looks for: walk_NAME LINE. Sourced; machine.sh has what types and boots.

# What is wrong with the present step; where it was typed; what has to be said of it.
problem=
where=
remark=
table=()
failures=0

# wants TEXT WHAT: the output of what was typed has TEXT.
wants() {
    case $output in *"$1"*) ;; *) blame "$2: no \"$1\" in the output" ;; esac
}
# succeeds: what was typed ended with 0.
succeeds() {
    [ "$ended" -eq 0 ] || blame "exit code $ended: $(tail -n 1 <<<"$output")"
}
# blame WHAT: that is wrong.
blame() {
    problem=${problem:+$problem; }$1
}

# conclude COMMAND: the step's rows of the table.
conclude() {
    local outcome=ok
    case $where in 'not run') outcome='-' ;; 'in part'*) outcome=part ;; esac
    if [ -n "$problem" ]; then
        outcome=FAILED
        failures=$((failures + 1))
        note "FAILED: $problem"
    fi
    table+=("$(printf '%-6s  %s\n        %s' "$outcome" "$1" "$where: ${problem:-$remark}")")
    problem='' where='' remark=''
}

# type_there LINE [ANSWERS]: types it in the booted Debian: with sudo as a user, without as root.
type_there() {
    local user=root
    case $1 in *sudo\ *) user=miner ;; esac
    where="booted, $user"
    type_as "$user" "$@"
}

# MARK: the package

walk_install() {
    local name
    name=$(cd -- "$machine/home/miner" && echo stratum-proxy_*.deb)
    # shellcheck disable=SC2001  # A pattern of the shell takes too much.
    type_there "$(sed "s/stratum-proxy_[^ ]*\.deb/$name/" <<<"$1")" $'y\n'
    succeeds
    wants "is installed and not started: it needs your wallet" "what to do next"
    remark="$(inside stratum-proxy --version 2>&1 || true); starts nothing and says what to do"
    if inside systemctl --quiet is-active stratum-proxy; then blame "the service runs, without a wallet"; fi
}

walk_setup() {
    # Enter to each question: the p2pool that runs knows the answers.
    type_there "$1" $'\n\n\n\n\n\n\n\n'
    succeeds
    wants "p2pool runs here" "it finds p2pool"
    wants "The proxy runs." "the service"
    inside systemctl --quiet is-active stratum-proxy || blame "the service is not active"
    inside systemctl --quiet is-enabled stratum-proxy || blame "the service is not enabled"
    type_as miner "/opt/walk/rig 3355 rig-name 2 0"
    succeeds
    remark="Enter to each question; the service is active and enabled; a rig's login answered, two shares accepted"
}

walk_status() {
    # The service's, as README's comment says.
    type_there "sudo $1"
    succeeds
    wants "p2pool" "the upstream"
    wants "rig-name" "the rig"
    remark="answers, and knows the rig"
}

walk_journal() {
    type_there "timeout 5 $1"
    # It follows until it is stopped.
    [ "$ended" -eq 124 ] || blame "exit code $ended"
    wants "use pool 127.0.0.1:3333 p2pool" "the pool"
    wants "rig-name" "the rig"
    remark="follows the log: pool and rig are in it"
}

walk_reload() {
    local rig=$work/rig.log holder
    inside /opt/walk/rig 3355 stays 0 12 >"$rig" 2>&1 </dev/null &
    holder=$!
    for _ in {1..40}; do
        grep -q 'logged in' "$rig" && break
        sleep 0.25
    done
    inside sed -i 's/"mode": "default"/"mode": "hero"/' /etc/stratum-proxy/config.json
    type_there "$1"
    succeeds
    wait "$holder" || blame "the rig: $(tail -n 1 "$rig")"
    grep -q 'still connected' "$rig" || blame "the rig has lost its connection"
    type_as root "journalctl -u stratum-proxy -n 20"
    wants "SIGHUP: /etc/stratum-proxy/config.json reloaded: mode" "the log"
    remark="a changed mode is taken, a rig's connection stays"
}

# MARK: the image

storage=()
image=
data=

# buildah_run COMMAND...: runs it in the image, in the network of the booted machine, with the volume, seeing no process but its own.
buildah_run() {
    nsenter --target "$leader" --net unshare --mount --pid --fork --kill-child --mount-proc \
        buildah "${storage[@]}" run --isolation chroot --volume "$data:/data" "$image" -- "$@"
}
# configured FORMAT: what the image's configuration says.
configured() {
    buildah "${storage[@]}" inspect --format "$1" "$image"
}

walk_image_setup() {
    where="in part, without an engine: buildah, in the booted machine's network"
    local archive line
    # The service's port is the image's now.
    inside systemctl stop stratum-proxy
    storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
    archive=$(scripts/image --deb "$package" --root "$machine" 2>"$work/image.log") || {
        cat -- "$work/image.log" >&2
        fail "scripts/image makes no image"
    }
    image=$(buildah "${storage[@]}" from --quiet "docker-archive:$archive")
    data=$work/data
    install -d -o 10001 -g 10001 -m 700 "$data"
    line=${1/P2POOL-HOST/127.0.0.1}
    local words
    read -r -a words <<<"$(configured '{{range .Docker.Config.Entrypoint}}{{.}} {{end}}') ${line##* IMAGE }"
    ended=0
    output=$(printf '%s\n\n\n\n' "$wallet" | buildah_run "${words[@]}" 2>&1) || ended=$?
    printf '\nimage$ %s\n%s\n(exit code %d)\n' "${words[*]}" "$output" "$ended" >>"$transcript"
    succeeds
    wants "good: logged in" "p2pool is tried"
    wants "/data/config.json is written" "the configuration"
    promised_by "$1"
    /usr/bin/python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))["services"]["stratum-proxy"]["image"]' deploy/compose.yaml ||
        blame "compose.yaml is no YAML"
    remark="wallet typed, p2pool tried, configuration written. Not tried: -it; of compose.yaml no more than that it is YAML"
}

walk_image_run() {
    where="in part, without an engine: buildah, in the booted machine's network"
    local words process proxy=''
    read -r -a words <<<"$(configured '{{range .Docker.Config.Entrypoint}}{{.}} {{end}}{{range .Docker.Config.Cmd}}{{.}} {{end}}')"
    promised_by "$1"
    buildah_run "${words[@]}" >"$work/image.log" 2>&1 </dev/null &
    process=$!
    for _ in {1..60}; do
        grep -q 'use pool' "$work/image.log" && break
        sleep 0.5
    done
    type_as miner "/opt/walk/rig 3355 rig-name 1 0"
    succeeds
    read -r -a words <<<"$(configured '{{range .Docker.Config.Healthcheck.Test}}{{.}} {{end}}')"
    buildah_run "${words[@]:1}" >>"$work/image.log" 2>&1 || blame "the health check fails"
    proxy=$(proxy_below "$process")
    [ -n "$proxy" ] || blame "it does not run"
    [ -z "$proxy" ] || [ "$(stat -c %u "/proc/$proxy")" = 10001 ] || blame "it is not user 10001"
    [ -z "$proxy" ] || kill -TERM "$proxy"
    wait "$process" || blame "it ends with $? at SIGTERM"
    printf '\nimage$ %s\n%s\n' "the image's own command" "$(cat "$work/image.log")" >>"$transcript"
    remark="its own command as user 10001; a rig's share accepted; healthy; ends at SIGTERM. Not tried: -d, --read-only, --restart, -p"
}

# promised_by LINE: the image has the volume and the port that the line names.
promised_by() {
    local volume port
    volume=$(sed -n 's/.* -v [^: ]*:\([^ ]*\) .*/\1/p' <<<"$1")
    port=$(sed -n 's/.* -p [0-9]*:\([0-9]*\) .*/\1/p' <<<"$1")
    [ -z "$volume" ] || case $(configured '{{.Docker.Config.Volumes}}') in *"$volume:"*) ;; *) blame "the image has no volume $volume" ;; esac
    [ -z "$port" ] || case $(configured '{{.Docker.Config.ExposedPorts}}') in *"[$port:"* | *" $port:"* | *"$port/tcp:"*) ;; *) blame "the image has no port $port" ;; esac
}

# proxy_below PROCESS: the proxy among what that process has started.
proxy_below() {
    local child
    for child in $(pgrep -P "$1"); do
        case $(readlink "/proc/$child/exe") in */usr/bin/stratum-proxy) echo "$child" ;; *) proxy_below "$child" ;; esac
    done
}

# MARK: the sources

walk_tools() {
    type_there "$1" $'y\n'
    succeeds
    type_as miner "git --version && curl --version"
    succeeds
    remark=$(sed -n 's/^\(git version .*\|curl [^ ]*\).*/\1/p' <<<"$output" | paste -s -d ',')
}

walk_clone() {
    where="booted, miner"
    # The user's, as git clones nobody else's.
    git clone --quiet --bare "$root" "$machine/srv/stratum-proxy.git"
    chown -R 1000:1000 "$machine/srv/stratum-proxy.git"
    type_as miner "${1/REPOSITORY-URL//srv/stratum-proxy.git} && pwd && git rev-parse HEAD && ls scripts"
    succeeds
    wants "$(git rev-parse HEAD)" "the commit"
    remark="this repository in place of REPOSITORY-URL, which has none yet"
}

walk_enter() {
    where="booted, miner"
    wants "/home/miner/stratum-proxy" "the directory"
    remark="in one line with the one before"
}

walk_run() {
    where="not run"
    remark="not asked for: --sources"
    [ -n "$sources" ] || return 0
    where="this machine, a fresh clone"
    [ ! -e /etc/stratum-proxy/config.json ] || blame "this machine has a configuration, so it is no demo"
    git clone --quiet "$root" "$work/clone"
    ended=0
    [ -n "$problem" ] || output=$(cd -- "$work/clone" && XDG_CONFIG_HOME=$work/none timeout 3600 scripts/run 2>&1 </dev/null) || ended=$?
    printf '\nclone$ scripts/run\n%s\n(exit code %d)\n' "$output" "$ended" >>"$transcript"
    succeeds
    wants "demo: ok: the books of rigs, proxy and pools agree" "the demo"
    remark="builds, and the demo's books agree"
}

walk_test() {
    where="not run"
    remark="continuous integration runs it in a fresh clone (.ci/run)"
}
