# The image of the one binary: compiled with TLS to PostgreSQL, run by a user who owns nothing but /data.
#
#   docker build --tag atiende .
#   docker run --publish 127.0.0.1:8073:8073 --volume atiende:/data atiende
#
# The second line serves with the embedded database in the volume; with DATABASE_URL and ATIENDE_SECRET
# in the environment it uses PostgreSQL (see docker-compose.yml).

# The version of rust-toolchain.toml, which stays outside so that rustup fetches nothing more (.ci/run compares).
ARG RUST=1.95.0

FROM rust:${RUST}-bookworm AS builder
# What OpenSSL's own build needs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --release --locked --package atiende --features postgres-tls

FROM debian:bookworm-slim
# The authorities that sslmode=verify-full with sslrootcert=system trusts; curl asks for the health.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 atiende \
    && useradd --system --uid 10001 --gid atiende --home-dir /data --shell /usr/sbin/nologin atiende \
    && install --directory --owner atiende --group atiende --mode 0700 /data
COPY --from=builder /source/target/release/atiende /usr/local/bin/atiende

# The OpenSSL inside the binary looks for authorities where it was built to; Debian keeps them here.
# The allocator gives memory back at once, not a second later.
ENV ATIENDE_LISTEN=0.0.0.0:8073 \
    MIMALLOC_PURGE_DELAY=0 \
    ATIENDE_DATA_DIR=/data \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_DIR=/etc/ssl/certs
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8073
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8073/health/live"]
ENTRYPOINT ["atiende"]
CMD ["serve"]
