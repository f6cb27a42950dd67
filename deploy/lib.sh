# What deploy/demo and tests/run share: telling what they do, installing what is missing, a Docker Engine,
# and builds that say how long they took. To be sourced by bash with `set -euo pipefail`; prints to stdout.

build_packages=(g++ cmake ninja-build libboost1.81-dev nlohmann-json3-dev libyaml-cpp-dev libsqlite3-dev
  libssl-dev libzstd-dev libpugixml-dev libzip-dev libcli11-dev
  libagg-dev libfreetype-dev libpng-dev fonts-dejavu-core)
engine_packages=(docker.io iptables)

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# No command ends the script in silence.
trap 'printf "%s: line %s ended with exit code %s: %s\n" "$0" "$LINENO" "$?" "$BASH_COMMAND" >&2' ERR

now() { date +%s.%N; }
# Seconds since a time that `now` gave, with one digit.
since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f", to - from }'; }

can_be_root() {
  [[ $EUID -eq 0 ]] && return
  command -v sudo > /dev/null || return 1
  [[ -t 0 ]] || sudo -n true 2> /dev/null
}
as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

# ---- packages

# Those of the given Debian packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) == installed ]] || echo "$package"
  done
}

# Says what is missing and installs it. Elsewhere than on Debian it says so and takes all for granted.
install_packages() {
  command -v dpkg-query apt-get > /dev/null || {
    say "This is not Debian; taken for granted: the counterparts of $*"
    return
  }
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "To install: nothing, all packages are there."
    return
  fi
  say "To install, with apt-get: ${missing[*]}"
  can_be_root || fail "that needs root: run it through sudo, or install the packages first"
  local begin log
  begin=$(now)
  log=$(mktemp --suffix .apt.log)
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  if ! { as_root "${apt[@]}" update && as_root "${apt[@]}" install --no-install-recommends "${missing[@]}"; } \
    > "$log" 2>&1 < /dev/null; then
    tail -n 20 "$log" >&2
    fail "apt-get failed; its whole output is in $log"
  fi
  rm -f "$log"
  say "Installed in $(since "$begin") s."
}

# ---- the Docker Engine

engine_answers() { command -v docker > /dev/null && timeout 20 docker version > /dev/null 2>&1; }
engine_version() { docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})'; }

engine_pidfile=/var/run/docker.pid
engine_log=/tmp/flowyard-dockerd.log

# Runs dockerd with the given options in a session of its own and waits until it answers, or has ended, or
# half a minute is over. The socket is for this user's group, should sudo have been needed.
try_dockerd() {
  as_root rm -f "$engine_log"
  as_root env PATH="$PATH:/usr/sbin:/sbin" setsid dockerd --group "$(id -g)" "$@" > "$engine_log" 2>&1 < /dev/null &
  local started=$! deadline=$((SECONDS + 30))
  until engine_answers; do
    # Another one, started by the package, may be on its way: ours then ends at once.
    if ! kill -0 "$started" 2> /dev/null && ! as_root kill -0 "$(cat "$engine_pidfile" 2> /dev/null)" 2> /dev/null; then
      return 1
    fi
    if ((SECONDS > deadline)); then
      as_root kill "$started" 2> /dev/null || true
      return 1
    fi
    sleep 0.2
  done
}

# The same with the older iptables, for kernels without nftables; nothing on the system is changed.
try_dockerd_with_legacy_iptables() {
  [[ -x /usr/sbin/iptables-legacy ]] || return 1
  local tools
  tools=$(mktemp -d)
  ln -s /usr/sbin/iptables-legacy "$tools/iptables"
  ln -s /usr/sbin/ip6tables-legacy "$tools/ip6tables"
  PATH=$tools:$PATH try_dockerd
}

# Makes a Docker Engine answer. Sets engine to "there" (it answered before), "started" (by us), or "none",
# and why_no_engine to the reason of the last.
engine=none
why_no_engine=''
need_engine() {
  if engine_answers; then
    engine=there
    say "Docker Engine: $(engine_version) answers."
    return
  fi
  if ! can_be_root; then
    why_no_engine='none answers, and starting one needs root'
  elif ! PATH=$PATH:/usr/sbin command -v dockerd > /dev/null; then
    why_no_engine='dockerd is not installed'
  elif [[ -d /run/systemd/system ]] && as_root systemctl start docker 2> /dev/null && engine_answers; then
    engine=started
  else
    say "To start: a Docker Engine (dockerd; its log: $engine_log)."
    if try_dockerd || try_dockerd_with_legacy_iptables || try_dockerd --iptables=false --bridge=none; then
      engine=started
    else
      why_no_engine="dockerd does not come up here: $(tail -n 1 "$engine_log" 2> /dev/null | cut -c 1-200)"
    fi
  fi
  if [[ $engine == started ]]; then say "Docker Engine: $(engine_version) was started."; fi
}

# Only an Engine that need_engine started.
stop_engine() {
  [[ $engine == started ]] || return 0
  if [[ -d /run/systemd/system ]] && as_root systemctl stop docker.socket docker 2> /dev/null; then return; fi
  local pid deadline=$((SECONDS + 20))
  pid=$(cat "$engine_pidfile" 2> /dev/null) || return 0
  as_root kill "$pid" 2> /dev/null || return 0
  while as_root kill -0 "$pid" 2> /dev/null && ((SECONDS < deadline)); do sleep 0.2; done
}

# ---- builds

# build PRESET [TARGET...]: configures and builds below build/PRESET and says how long it took.
build() {
  local preset=$1 begin log=build/$1/build.log status=0
  shift
  begin=$(now)
  mkdir -p "build/$preset"
  if command -v ccache > /dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  fi
  local arguments=(--preset "$preset" -j "$(nproc)")
  (($# == 0)) || arguments+=(--target "$@")
  { cmake --preset "$preset" && cmake --build "${arguments[@]}"; } 2>&1 < /dev/null | tee "$log" | show_steps || status=1
  if ((status != 0)); then
    grep -v '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 60 >&2
    fail "the build failed; its whole output is in $PWD/$log"
  fi
  say "Built in $(since "$begin") s on $(nproc) cores."
}

# Ninja's steps: on one line of a terminal, a line for every hundred in a pipe.
show_steps() {
  local line told=0
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    if [[ -t 1 ]]; then
      printf '\r  %s of %s steps\e[K' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    elif ((BASH_REMATCH[1] / 100 > told)); then
      told=$((BASH_REMATCH[1] / 100))
      printf '  %s of %s steps\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    fi
  done
  [[ ! -t 1 ]] || printf '\r\e[K'
}

# slowest_objects PRESET SINCE COUNT: what took longest to compile of all that was, since then.
# (The last awk reads to the end: a head that closes the pipe early would end the script with SIGPIPE, now and then.)
slowest_objects() {
  awk -v since="${2%.*}" 'NR > 1 && $3 / 1e9 >= since && $4 ~ /\.o$/ {
      file = $4
      sub(/CMakeFiles\/[^\/]*\.dir\//, "", file)
      sub(/\.o$/, "", file)
      printf "%6.1f s  %s\n", ($2 - $1) / 1000, file
    }' "build/$1/.ninja_log" | sort -rn | uniq | awk -v count="$3" 'NR <= count'
}
