# What has to be installed before confirmd can be built, tried and tested. Sourced by demo, test and .ci/run.
# shellcheck shell=bash disable=SC2034

# The C libraries under Sources/C*: libpq, libcurl, libcrypto.
build_packages=(pkg-config libpq-dev libcurl4-openssl-dev libssl-dev)
# Real servers for tests and demo. They are only ever run privately, in temporary folders.
server_packages=(postgresql litecoind)
# What tests alone put between.
proxy_packages=(pgbouncer)
# systemd-analyze rates deploy/confirmd.service and knows its groups of system calls; libseccomp filters as systemd does.
unit_packages=(systemd libseccomp2)
# Tests look at the contract with another language's eyes, and run a private Ethereum node, in an environment of their
# own, .build-python, and read a TRON node with tronpy in another, .build-tronpy.
python_packages=(python3-venv)

# heading TEXT: a line that stands out, with the seconds since the script began.
heading() {
    local bold='' plain=''
    if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi
    printf '\n%s== %s%s (%d s)\n' "$bold" "$1" "$plain" "$SECONDS"
}

# fail TEXT...: the last line, on standard error.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "needs root to run: $* (there is no sudo here)"
    fi
}

# is_there PACKAGE: installed, by apt or, for the servers, in any other way.
is_there() {
    case $1 in
    postgresql) compgen -G '/usr/lib/postgresql/1[5-8]/bin/initdb' >/dev/null || command -v initdb >/dev/null ;;
    litecoind) [ -x /usr/lib/litecoin/litecoind ] || command -v litecoind >/dev/null ;;
    pgbouncer) [ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null ;;
    python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
    *) dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii' ;;
    esac
}

# install_missing PACKAGE...: says what is missing and installs that alone.
install_missing() {
    local missing=() package
    for package in "$@"; do
        is_there "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "please install ${missing[*]} (there is no apt-get here)"
    heading "Installing ${missing[*]}"
    as_root apt-get -o DPkg::Lock::Timeout=300 -qq update
    (
        # Debian's server packages would make and start servers of their own; nobody here wants those.
        no_cluster=/etc/postgresql-common/createcluster.d/confirmd-none.conf
        no_start=/usr/sbin/policy-rc.d
        [ ! -e "$no_start" ] || no_start=
        trap 'as_root rm -f "$no_cluster" $no_start' EXIT
        if [ -n "$no_start" ]; then
            printf '#!/bin/sh\nexit 101\n' | as_root tee "$no_start" >/dev/null
            as_root chmod 755 "$no_start"
        fi
        as_root mkdir -p "${no_cluster%/*}"
        echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq -y \
            --no-install-recommends install "${missing[@]}"
    ) || fail "apt-get could not install ${missing[*]}"
}

# require_swift: a toolchain is not a Debian package, so it is only looked for.
require_swift() {
    command -v swift >/dev/null ||
        fail "there is no Swift toolchain on PATH; confirmd needs 6.2 or later: https://www.swift.org/install/linux"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    [ "$(printf '%s\n' 6.2 "$version" | sort -V | head -n 1)" = 6.2 ] ||
        fail "Swift ${version:-of unknown version} is too old; confirmd needs 6.2 or later: https://www.swift.org/install/linux"
}

# prepare_promtool: takes Prometheus's tool for metrics and alert rules out of Debian's package, which would also install
# and start a server.
prepare_promtool() {
    [ ! -x .build-promtool/promtool ] && ! command -v promtool >/dev/null || return 0
    heading "Getting promtool"
    rm -rf .build-promtool
    mkdir -p .build-promtool
    (
        cd .build-promtool
        apt-get -qq download prometheus
        dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool
        rm -f prometheus_*.deb
    ) || fail "promtool could not be taken out of Debian's package prometheus"
}

# prepare_python: makes .build-python with what the tests need, unless it is there.
prepare_python() { make_environment .build-python Tests/Python/requirements.txt; }

# prepare_tronpy: the same for .build-tronpy. tronpy wants an older eth-abi than web3.
prepare_tronpy() { make_environment .build-tronpy Tests/Python/tron/requirements.txt; }

# prepare_debian: makes .build-debian, a Debian 12 that the tests boot to do in it what the documents say. That takes root, and
# where it can't be had those tests are left out.
prepare_debian() {
    local wanted=systemd,systemd-sysv,dbus,sudo,procps,postgresql,litecoind,libpq5,libcurl4
    [ "$(cat .build-debian/made-of 2>/dev/null)" != $wanted ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "The documents are not tried out on a fresh Debian: that takes root."
        return 0
    fi
    install_missing debootstrap systemd-container
    heading "Making a Debian to try the documents on, in .build-debian"
    rm -rf .build-debian
    if LANG=C.UTF-8 debootstrap --variant=minbase --include=$wanted bookworm .build-debian >.build-debian.log 2>&1; then
        rm -f .build-debian/var/cache/apt/archives/*.deb
        echo $wanted >.build-debian/made-of
    else
        tail -n 3 .build-debian.log
        rm -rf .build-debian
        echo "The documents are not tried out on a fresh Debian: it could not be made."
    fi
}

make_environment() { # make_environment FOLDER REQUIREMENTS
    local folder=$1 wanted=$2 made=$1/requirements.txt
    cmp -s "$wanted" "$made" && return
    heading "Preparing Python in $folder"
    # Wheels, which need no compiler, but for e-x, of which there is none and which needs none either. Most modules are
    # never imported, so none is compiled beforehand.
    if ! { python3 -m venv --clear "$folder" &&
        "$folder/bin/pip" install -q --only-binary :all: --no-binary e-x --no-compile -r "$wanted"; }; then
        fail "the Python packages of $wanted could not be installed"
    fi
    cp "$wanted" "$made"
}
