from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"
DJANGO = {"requirements.txt": "django\ngunicorn", "manage.py": MANAGE, "site/wsgi.py": "", "site/settings.py": ""}


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({}, "gunicorn site.wsgi:application (site/wsgi.py)"),
        ({"requirements.txt": "django\nwaitress"}, "waitress-serve site.wsgi:application (site/wsgi.py)"),
        ({"requirements.txt": "uvicorn", "site/asgi.py": ""}, "uvicorn site.asgi:application (site/asgi.py)"),
        (
            {
                "requirements.txt": "gunicorn\nchannels\ndaphne",
                "site/asgi.py": "",
                "site/settings.py": "ASGI_APPLICATION = 'site.asgi.application'",
            },
            "daphne site.asgi:application (site/asgi.py)",
        ),
        (
            {"site/settings.py": "WSGI_APPLICATION = 'site.serve.web'", "site/serve.py": ""},
            "gunicorn site.serve:web (site/serve.py)",
        ),
        ({"Procfile": "web: gunicorn site.wsgi --log-file -"}, "gunicorn site.wsgi --log-file - (Procfile:1)"),
        ({"Procfile": "web: python manage.py runserver"}, "gunicorn site.wsgi:application (site/wsgi.py)"),
        ({"Procfile": "web: gunicorn other.wsgi"}, "gunicorn site.wsgi:application (site/wsgi.py)"),
        ({"manage.py": "print('DJANGO_SETTINGS_MODULE')"}, "manage.py names no settings in a call"),
        (
            {"manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site.settings'"},
            "gunicorn site.wsgi:application (site/wsgi.py)",
        ),
    ],
)
def test_start(found: Look, files: dict[str, str], start: str) -> None:
    assert found("python", {**DJANGO, **files}, "start").startswith(start)


def test_nothing_to_serve(found: Look) -> None:
    files = {"requirements.txt": "django", "manage.py": MANAGE, "site/settings.py": ""}
    assert found("python", files, "start").startswith("manage.py names settings (site.settings) without a wsgi.py")


@pytest.mark.parametrize(
    ("files", "env"),
    [
        ({"site/settings/__init__.py": "", "site/settings/prod.py": ""}, "DJANGO_SETTINGS_MODULE=site.settings.prod"),
        ({"site/settings/__init__.py": "", "site/settings/base.py": ""}, "DJANGO_SETTINGS_MODULE=site.settings.base"),
        ({"site/settings/__init__.py": "from .base import *", "site/settings/prod.py": ""}, "none"),
        (
            {
                "site/wsgi.py": MANAGE.replace("site.settings", "site.settings.dev"),
                "site/settings/dev.py": "",
                "site/settings/production.py": "",
            },
            "DJANGO_SETTINGS_MODULE=site.settings.production",
        ),
        ({"site/wsgi.py": MANAGE.replace("site.settings", "site.live"), "site/live.py": ""}, "none"),
        ({"manage.py": MANAGE.replace("'site.settings'", "os.environ.get('S', 'site.settings')")}, "none"),
        (
            {"site/settings.py": "import os\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',')"},
            "HOSTS=localhost,127.0.0.1",
        ),
        (
            {"site/settings.py": "import os\nALLOWED_HOSTS = os.environ.get('HOSTS', 'example.com').split()"},
            "'HOSTS=localhost 127.0.0.1'",
        ),
        ({"site/settings.py": "import os\nALLOWED_HOSTS = os.environ.get('HOSTS', '*').split(',')"}, "none"),
    ],
)
def test_environment(found: Look, files: dict[str, str], env: str) -> None:
    tree = {
        key: value for key, value in DJANGO.items() if key != "site/settings.py" or "site/settings" not in str(files)
    }
    assert found("python", {**tree, **files}, "env").partition(" (")[0] == env
