# Holdfast in one image. Build: docker compose build, or docker build . (BuildKit is not needed).
ARG BASE_IMAGE=python:3.13-slim-trixie

FROM ${BASE_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/holdfast
ENV PATH=/opt/holdfast/bin:$PATH
WORKDIR /app
COPY requirements.lock ./
# Wheels alone: what would need a compiler fails here, and none is in either stage.
RUN pip install --only-binary :all: --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY crm crm
RUN pip install --no-deps --no-build-isolation --editable . \
 && pip uninstall --yes --quiet pip \
 && python -c "from crm.db.sqlite.engine import assert_safe_engine; assert_safe_engine()" \
 && python -m compileall -q crm /opt/holdfast/lib

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Holdfast" \
      org.opencontainers.image.description="A self-hosted CRM that does not lose data" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 holdfast \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin holdfast \
 && install -d -o 10001 -g 10001 -m 0700 /app/data /app/uploads /app/backups
COPY --from=build /opt/holdfast /opt/holdfast
COPY --from=build /app /app
ENV PATH=/opt/holdfast/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=3001 \
    SQLITE_PATH=/app/data/crm.db \
    UPLOAD_FOLDER=/app/uploads \
    BACKUP_DIR=/app/backups
USER 10001:10001
WORKDIR /app
VOLUME ["/app/data", "/app/uploads", "/app/backups"]
EXPOSE 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import http.client, os, sys; asked = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); asked.request('GET', '/api/health'); sys.exit(asked.getresponse().status != 200)"]
ENTRYPOINT ["crm"]
CMD ["serve"]
