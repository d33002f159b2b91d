# The least that can run the app: the interpreter, the libraries of it and its extension modules, the standard
# library without what only developers use, dependencies, the app; all with bytecode; one layer.
ARG BUILDER
FROM ${BUILDER} AS files
WORKDIR /floor/app
COPY . .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt --target /floor/packages && rm -rf /floor/packages/bin
RUN cd /usr/local/lib/python3.* && rm -rf site-packages ensurepip idlelib tkinter turtledemo
RUN cp -a --parents /usr/local/bin/python3.?? /usr/local/lib/python3.?? /floor
RUN find /floor -type f \( -name '*.so*' -o -path '*/bin/*' \) -exec ldd {} \; | grep -oE '(=> |^\s)/[^ ]*' | grep -o '/.*' | sort -u | xargs cp -L --parents -t /floor
RUN python -m compileall -q /floor

FROM scratch
COPY --from=files /floor /
