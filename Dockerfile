FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY manage.py ./
COPY readiness ./readiness
COPY assessments ./assessments
COPY templates ./templates
COPY static ./static

# Collected once, here: compressing plotly.js takes a while. The values serve this one command and are not kept.
RUN SECRET_KEY=for-collecting-static-files-only-0123456789 BASE_URL=https://build.example.org \
    EMAIL_URL=consolemail:// DATABASE_URL=sqlite:///:memory: \
    python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home readiness \
    && mkdir var && chown readiness var

USER readiness
EXPOSE 8000
ENV GUNICORN_CMD_ARGS="--bind=0.0.0.0:8000 --worker-class=gthread --workers=2 --threads=4 --no-control-socket --worker-tmp-dir=/dev/shm"
CMD ["gunicorn", "assessments.wsgi:application"]
