# Pakbon as one small image: `docker build -t pakbon .`
#
# Every stage begins with the same Debian, for amd64 and arm64 alike. What is installed is in the lock files, with
# checksums. BASE may name another Debian 12 (`make image-check` builds on one that it made itself).
ARG BASE=docker.io/library/debian:bookworm-slim

# -- the browser's files: htmx, from package-lock.json --------------------------------------------------------
FROM ${BASE} AS browser
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends npm >/dev/null
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts

# -- Python and its packages, from requirements.lock ----------------------------------------------------------
FROM ${BASE} AS packages
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        python3 python3-venv >/dev/null
WORKDIR /app
RUN python3 -m venv --without-pip .venv && python3 -m venv /pip
COPY requirements.lock requirements-postgres.lock ./
RUN /pip/bin/pip --python .venv/bin/python install --quiet --disable-pip-version-check --no-cache-dir --no-compile \
        --only-binary :all: --require-hashes -r requirements.lock -r requirements-postgres.lock
COPY wsgi.py babel.cfg ./
COPY webapp webapp
COPY jobs jobs
RUN .venv/bin/pybabel --quiet compile -d webapp/translations && rm babel.cfg requirements*.lock
# Half of the packages is what Pakbon never looks at: other languages' calendars, where a number was issued.
RUN cd .venv/lib/python3*/site-packages \
    && find babel/locale-data -name '*.dat' ! -name root.dat ! -name 'en*.dat' ! -name 'nl*.dat' -delete \
    && rm -rf phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata \
    && find . -name '*.pyi' -delete \
    && find . -type d -name tests -prune -exec rm -rf {} + \
    && ln -s "$PWD/certifi/cacert.pem" /app/certificates.pem
# Compiled here, because the running container cannot write; by content, so that two builds give the same files.
RUN .venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash .venv/lib webapp jobs wsgi.py
COPY templates templates
COPY static static
COPY docs docs
COPY --from=browser /src/node_modules/htmx.org/dist/htmx.min.js static/vendor/htmx.min.js

# -- the system it runs on: of Debian only the packages below, with Python's own library compiled ---------------
FROM ${BASE} AS system
COPY container/system-packages /tmp/
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        python3 tini tzdata >/dev/null
RUN mkdir -p /out/usr/bin /out/usr/lib /out/usr/lib64 /out/usr/sbin /out/var/lib/dpkg /out/tmp /out/data \
    && for folder in bin lib lib64 sbin; do ln -s usr/$folder /out/$folder; done \
    && packages=$(sed 's/#.*//' /tmp/system-packages) \
    && dpkg -L $packages | grep -v -E '^/usr/share/(doc|man|info|locale|lintian|bash-completion)|/gconv|tini-static' | sort -u \
        | tar -c --no-recursion --ignore-failed-read -T - -f - 2>/dev/null | tar -x --keep-directory-symlink -C /out -f - \
    && dpkg -s $packages > /out/var/lib/dpkg/status \
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash -s /out /out/usr/lib/python3.11 \
    && ldconfig -r /out \
    && printf 'root:x:0:0:root:/:/bin/sh\npakbon:x:10001:10001::/data:/bin/sh\n' > /out/etc/passwd \
    && printf 'root:x:0:\npakbon:x:10001:\n' > /out/etc/group \
    && chown 10001:10001 /out/data && chmod 700 /out/data && chmod 1777 /out/tmp
COPY container/pakbon /out/usr/bin/pakbon

FROM scratch
COPY --from=system /out /
COPY --from=packages /app /app
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Pakbon" \
      org.opencontainers.image.description="Self-hosted connector between Exact Online and Sendcloud" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/app/.venv/bin:/usr/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SSL_CERT_FILE=/app/certificates.pem \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["pakbon", "alive"]
ENTRYPOINT ["tini", "-g", "--", "pakbon"]
CMD ["serve"]
