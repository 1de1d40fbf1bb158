# kefu in a slim image: dependencies in one layer, bytecode compiled, the dictionary and the learned weights prepared.
# Bytecode is not tied to the time of its source: layers round times, and it would be compiled anew at each start.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --quiet --no-compile --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY intents intents
COPY phrases phrases
RUN /venv/bin/pip install --quiet --no-deps --editable . \
 && /venv/bin/python -W ignore -m compileall -q --invalidation-mode unchecked-hash /venv/lib bot \
 && KEFU_CACHE_DIR=/prepared /venv/bin/kefu parse 什么时候发货 >/dev/null

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin kefu && mkdir -p /data && chown kefu /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=kefu /prepared /prepared
USER kefu
ENV PATH=/venv/bin:$PATH KEFU_HOST=0.0.0.0 KEFU_DATA_DIR=/data KEFU_CACHE_DIR=/prepared KEFU_TRY_PAGE=false
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["kefu", "serve"]
