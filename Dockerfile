# cas-batch in a container: not root, and nothing written but to the volumes, so that it runs with a read-only root
# file system. docs/installing.md has the commands.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY scripts/prepare.js scripts/prepare.js
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.ts \
  && npm pack --ignore-scripts --pack-destination /packed \
  && npm install --global --prefix /installed --omit=dev --ignore-scripts --no-audit --no-fund /packed/*.tgz

FROM node:24-bookworm-slim
# The ledger, the reports and the files: volumes, because a container is thrown away and the ledger must not be.
RUN groupadd --gid 10001 customs \
  && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home customs \
  && install -d -o customs -g customs -m 750 /data /inbox /out
COPY --from=build /installed/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/cas-batch/bin/cas-batch.js /usr/local/bin/cas-batch
ENV NODE_ENV=production HOME=/data XDG_STATE_HOME=/data
USER 10001:10001
WORKDIR /data
VOLUME ["/data", "/inbox", "/out"]
# No HEALTHCHECK: the nightly job ends by itself, and its exit code says how. The listener has an address to ask.
ENTRYPOINT ["cas-batch"]
CMD ["--help"]
