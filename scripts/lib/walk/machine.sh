# shellcheck shell=bash
# shellcheck disable=SC2154  # `work`, `root`, `logs` and `transcript` are the caller's.
# The Debian of scripts/walk: made once, copied for each walk, booted by systemd-nspawn. Sourced; `work`, `root`, `logs` and `transcript` are
# the caller's.

# The Monero project's own donation address: a wallet that is one, and nobody's here.
readonly wallet=44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A
# The copy's directory, the container's process, and that of its first one.
machine=
container=
leader=

# make_machine KEPT PACKAGE: a copy of the fresh Debian 12 in KEPT, with a user who may use sudo, a p2pool that starts at boot, the package in
# the user's home. It has no network once it runs, so what apt will want is downloaded before.
make_machine() {
    local kept=$1 package=$2
    if [ ! -d "$kept" ]; then
        note "making a Debian 12"
        mkdir -p "${kept%/*}"
        rm -rf --one-file-system -- "$kept.new"
        quietly "$logs/debootstrap.log" debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,sudo,python3 \
            bookworm "$kept.new" "$(debian_mirror)"
        mv -- "$kept.new" "$kept"
    fi
    note "downloading what apt will ask for"
    cp -- /etc/resolv.conf "$kept/etc/resolv.conf"
    cp -- "$package" "$kept/tmp/"
    quietly "$logs/walk-apt.log" chroot "$kept" apt-get update -q
    quietly "$logs/walk-apt.log" chroot "$kept" apt-get install -y -q --download-only "/tmp/${package##*/}" git curl
    rm -- "$kept/tmp/${package##*/}"

    machine=$work/machine
    cp -a --reflink=auto -- "$kept" "$machine"
    # It is asked for nothing while it is walked.
    ln -sf /dev/null "$machine/etc/systemd/system/apt-daily.timer"
    ln -sf /dev/null "$machine/etc/systemd/system/apt-daily-upgrade.timer"
    echo debian-walk >"$machine/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 debian-walk\n' >"$machine/etc/hosts"
    chroot "$machine" useradd --create-home --shell /bin/bash --groups sudo miner
    echo 'miner ALL=(ALL) NOPASSWD: ALL' >"$machine/etc/sudoers.d/miner"
    chroot "$machine" useradd --system --user-group --create-home --home-dir /var/lib/p2pool p2pool
    chmod 755 "$machine/var/lib/p2pool"
    cat >"$machine/etc/systemd/system/p2pool.service" <<UNIT
[Service]
User=p2pool
ExecStart=/opt/walk/p2pool --wallet $wallet --stratum 127.0.0.1:3333 --data-api /var/lib/p2pool/api --local-api
[Install]
WantedBy=multi-user.target
UNIT
    chroot "$machine" systemctl --quiet enable p2pool
    install -o 1000 -g 1000 -m 644 "$package" "$machine/home/miner/"
}

# boot_machine: boots it, with nothing but a loopback.
boot_machine() {
    local state=
    note "booting it"
    systemd-nspawn --quiet --boot --directory "$machine" --machine "walk-$$" --register=no --keep-unit --private-network \
        --bind-ro "$root/scripts/lib/walk:/opt/walk" --console=pipe >"$logs/walk-console.log" 2>&1 </dev/null &
    container=$!
    for _ in {1..240}; do
        sleep 0.5
        kill -0 "$container" 2>/dev/null || break
        leader=$(pgrep -P "$container" | head -n 1 || true)
        [ -n "$leader" ] || continue
        state=$(inside systemctl is-system-running 2>/dev/null || true)
        case $state in running | degraded) return ;; esac
    done
    cat -- "$logs/walk-console.log" >&2
    fail "the Debian did not boot (${state:-no answer})"
}

# inside COMMAND...: runs it there, as root.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "$@"
}

# type_as USER LINE [ANSWERS]: types the line there in a shell of that user. `output` is what it said, `ended` its exit code.
type_as() {
    local answers=${3:-}
    ended=0
    output=$(printf '%s' "$answers" | inside timeout 300 runuser --login "$1" --command "$2" 2>&1) || ended=$?
    printf '\n%s$ %s\n%s\n(exit code %d)\n' "$1" "$2" "$output" "$ended" >>"$transcript"
}

# end_machine: shuts it down, by force where that takes too long.
end_machine() {
    [ -n "$container" ] || return 0
    kill -TERM "$container" 2>/dev/null || true
    for _ in {1..60}; do
        kill -0 "$container" 2>/dev/null || break
        sleep 0.5
    done
    kill -KILL "$container" ${leader:+"$leader"} 2>/dev/null || true
    wait "$container" 2>/dev/null || true
    container=
}
