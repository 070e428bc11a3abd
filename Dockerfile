# syntax=docker/dockerfile:1
# Holdfast in a container. The data, the keys and the media are three volumes: whoever takes one has not the others.

# The system's Node only starts npm; the lock file brings the Node that everything runs under.
FROM debian:bookworm-slim AS base
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
	&& apt-get install -y --no-install-recommends ca-certificates ffmpeg bubblewrap tini \
	&& rm -rf /var/lib/apt/lists/*

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.base.json ./
COPY contract/package.json contract/
COPY server/package.json server/
COPY web/package.json web/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY contract contract
COPY web web
RUN cd web && ../node_modules/.bin/node ../node_modules/vite/bin/vite.js build
# What runs needs no compilers, no test tools and none of the packages that are in the pages already.
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev -w contract -w server --include-workspace-root

FROM base
RUN useradd --system --uid 8420 --user-group --no-create-home --shell /usr/sbin/nologin holdfast \
	&& mkdir -p /data /keys /media /var/cache/holdfast \
	&& chown holdfast:holdfast /data /keys /var/cache/holdfast \
	&& chmod 700 /data /keys
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/web/dist web/dist
COPY package.json LICENSE ./
COPY contract contract
COPY server server
RUN printf '#!/bin/sh\nexec node --disable-warning=ExperimentalWarning /app/server/src/cli/main.ts "$@"\n' \
		> /usr/local/bin/holdfast \
	&& chmod 755 /usr/local/bin/holdfast
ENV NODE_ENV=production \
	PATH=/app/node_modules/.bin:$PATH \
	HOLDFAST_HOST=0.0.0.0 \
	HOLDFAST_PORT=8420 \
	HOLDFAST_DATA_DIR=/data \
	HOLDFAST_KEYS_DIR=/keys \
	HOLDFAST_MEDIA_ROOTS=/media \
	NODE_COMPILE_CACHE=/var/cache/holdfast \
	MALLOC_ARENA_MAX=2
USER holdfast
VOLUME ["/data", "/keys"]
EXPOSE 8420
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
	CMD ["node", "-e", "fetch('http://127.0.0.1:8420/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=2", "server/src/main.ts"]
