# The gateway as a sidecar: no mitmproxy, no compiler, no shell needed, not root.
#
#   docker build -t binance-signing-proxy .
#   docker run --read-only --tmpfs /journal:uid=10001,mode=0700 -v ./secrets:/run/secrets:ro \
#       -e BINANCE_API_KEY_FILE=/run/secrets/api_key -e BINANCE_API_SECRET_FILE=/run/secrets/api_secret \
#       --network container:my-bot binance-signing-proxy
#
# See docs/docker.md for the two ways of placing it beside a bot.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/run.txt requirements/
RUN python -m venv /opt/gateway && /opt/gateway/bin/pip install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY proxy proxy
RUN cp -r proxy "$(/opt/gateway/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/" \
    && printf '#!/opt/gateway/bin/python\nimport sys\nfrom proxy.__main__ import main\nsys.exit(main())\n' > /opt/gateway/bin/signing-proxy \
    && chmod 755 /opt/gateway/bin/signing-proxy \
    && /opt/gateway/bin/pip uninstall --yes pip \
    && /opt/gateway/bin/python -m compileall -q /opt/gateway/lib

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin gateway \
    && install -d -o gateway -g gateway -m 0700 /journal
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SIGNING_PROXY_JOURNAL=/journal
USER gateway
VOLUME /journal
EXPOSE 8180
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s CMD ["signing-proxy", "healthcheck", "--live"]
ENTRYPOINT ["signing-proxy"]
CMD ["run"]
