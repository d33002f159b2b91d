# The least that can run the app: its static binary.
ARG BUILDER
FROM ${BUILDER} AS files
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags='-s -w' -o /floor/app .

FROM scratch
COPY --from=files /floor /
