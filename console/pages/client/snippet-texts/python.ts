import { addressOf, exportSecret, file, issuer, portOf, quoted, run, type Snippet, type SnippetFacts } from './facts.ts'

const install = (packages: string) => run('python3 -m venv .venv', '. .venv/bin/activate', `pip install ${packages}`)

const registration = (facts: SnippetFacts) => `oauth = OAuth()
oauth.register(
    "poolhouse",
    server_metadata_url=${quoted(`${issuer(facts)}/.well-known/openid-configuration`)},
    client_id=${quoted(facts.clientId)},
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": ${quoted(facts.scopes.join(' '))}, "code_challenge_method": "S256"},
)`

export const fastApi = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'authlib',
  title: 'FastAPI, Authlib',
  steps: [
    install('authlib httpx itsdangerous fastapi uvicorn'),
    file(
      'main.py',
      `import os
from urllib.parse import urlparse
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.environ.get("SESSION_SECRET", "only for development"))
redirect_uri = ${quoted(callback)}
${registration(facts)}

@app.get("/login")
async def login(request: Request):
    return await oauth.poolhouse.authorize_redirect(request, redirect_uri)

@app.get(urlparse(redirect_uri).path)
async def callback(request: Request):
    token = await oauth.poolhouse.authorize_access_token(request)
    return token["userinfo"]
`,
    ),
    run(exportSecret(facts), `uvicorn main:app --port ${portOf(callback)}`),
  ],
  open: addressOf('/login', callback),
  callbackUrl: callback,
})

export const django = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'django',
  title: 'Django, Authlib',
  steps: [
    run(install('django authlib requests').text, 'django-admin startproject app .', 'python manage.py migrate'),
    file(
      'app/urls.py',
      `import os
from urllib.parse import urlparse
from authlib.integrations.django_client import OAuth
from django.http import JsonResponse
from django.urls import path

redirect_uri = ${quoted(callback)}
${registration(facts)}

def login(request):
    return oauth.poolhouse.authorize_redirect(request, redirect_uri)

def callback(request):
    token = oauth.poolhouse.authorize_access_token(request)
    return JsonResponse(token["userinfo"])

urlpatterns = [path("login", login), path(urlparse(redirect_uri).path.lstrip("/"), callback)]
`,
    ),
    run(exportSecret(facts), `python manage.py runserver ${portOf(callback)}`),
  ],
  open: addressOf('/login', callback),
  callbackUrl: callback,
})
