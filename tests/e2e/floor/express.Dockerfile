# The least that can run the app: node, its libraries, production dependencies, the app; one layer.
ARG BUILDER
FROM ${BUILDER} AS files
WORKDIR /floor/app
COPY . .
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
RUN ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp -L --parents -t /floor && cp --parents /usr/local/bin/node /floor

FROM scratch
COPY --from=files /floor /
