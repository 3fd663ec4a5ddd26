/** Code that signs in with an app client, as it runs once it is pasted. */

export interface SnippetFacts {
  publicUrl: string
  region: string
  poolId: string
  clientId: string
  hasSecret: boolean
  isMachine: boolean
  callbackUrl: string
  logoutUrl: string
  scopes: string[]
}

export interface Snippet {
  id: string
  title: string
  /** What to install or run first. */
  install?: string
  code: string
}

export function snippetsFor(facts: SnippetFacts): Snippet[] {
  if (facts.isMachine) return [curlMachine(facts), nodeMachine(facts), goMachine(facts)]
  return facts.hasSecret
    ? [nextAuth(facts), openidClient(facts), spring(facts), authlib(facts), go(facts), curl(facts)]
    : [oidcClientTs(facts), amplify(facts), curl(facts)]
}

const text = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`
const issuer = ({ publicUrl, poolId }: SnippetFacts) => `${publicUrl}/${poolId}`

const oidcClientTs = (facts: SnippetFacts): Snippet => ({
  id: 'oidc-client-ts',
  title: 'Vite, oidc-client-ts',
  install: 'npm create vite@latest app -- --template vanilla && cd app && npm install oidc-client-ts',
  code: `// src/main.js
import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

const users = new UserManager({
  authority: ${text(issuer(facts))},
  client_id: ${text(facts.clientId)},
  redirect_uri: ${text(facts.callbackUrl)},
  post_logout_redirect_uri: ${text(facts.logoutUrl)},
  scope: ${text(facts.scopes.join(' '))},
  userStore: new WebStorageStateStore({ store: sessionStorage }),
})

const query = new URLSearchParams(location.search)
if (query.has('code') || query.has('error')) {
  await users.signinCallback()
  history.replaceState(null, '', location.pathname)
}
const user = await users.getUser()
document.body.innerHTML = '<button></button><pre></pre>'
const button = document.querySelector('button')
button.textContent = user ? 'Sign out' : 'Sign in'
button.onclick = () => (user ? users.removeUser().then(() => location.reload()) : users.signinRedirect())
document.querySelector('pre').textContent = user ? JSON.stringify(user.profile, null, 2) : 'Signed out'
`,
})

const amplify = (facts: SnippetFacts): Snippet => ({
  id: 'amplify',
  title: 'Amplify',
  install: 'npm install aws-amplify',
  code: `import { Amplify } from 'aws-amplify'
import { signIn } from 'aws-amplify/auth'

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: ${text(facts.poolId)},
      userPoolClientId: ${text(facts.clientId)},
      userPoolEndpoint: ${text(facts.publicUrl)},
    },
  },
})

const { isSignedIn, nextStep } = await signIn({ username, password })
`,
})

const nextAuth = (facts: SnippetFacts): Snippet => ({
  id: 'next-auth',
  title: 'Next.js, Auth.js',
  install: 'npm install next-auth@beta',
  code: `// auth.ts; AUTH_SECRET and POOLHOUSE_CLIENT_SECRET are in .env.local
// The callback URL of the app client is YOUR_APP/api/auth/callback/poolhouse
import NextAuth from 'next-auth'

export const { handlers, signIn, signOut, auth } = NextAuth({
  providers: [
    {
      id: 'poolhouse',
      name: 'Poolhouse',
      type: 'oidc',
      issuer: ${text(issuer(facts))},
      clientId: ${text(facts.clientId)},
      clientSecret: process.env.POOLHOUSE_CLIENT_SECRET,
      authorization: { params: { scope: ${text(facts.scopes.join(' '))} } },
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
})
`,
})

const openidClient = (facts: SnippetFacts): Snippet => ({
  id: 'openid-client',
  title: 'Node, openid-client',
  install: 'npm install openid-client express express-session',
  code: `import express from 'express'
import session from 'express-session'
import * as oidc from 'openid-client'

const config = await oidc.discovery(
  new URL(${text(issuer(facts))}),
  ${text(facts.clientId)},
  process.env.CLIENT_SECRET,
  undefined,
  { execute: ${facts.publicUrl.startsWith('http:') ? '[oidc.allowInsecureRequests]' : '[]'} },
)
const redirect_uri = ${text(facts.callbackUrl)}
const app = express()
app.use(session({ secret: process.env.SESSION_SECRET ?? 'only for development', resave: false, saveUninitialized: false }))

app.get('/login', async (req, res) => {
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  Object.assign(req.session, { verifier, state })
  res.redirect(oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    state,
    scope: ${text(facts.scopes.join(' '))},
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).href)
})
app.get(new URL(redirect_uri).pathname, async (req, res) => {
  const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, redirect_uri), {
    pkceCodeVerifier: req.session.verifier,
    expectedState: req.session.state,
  })
  res.json(tokens.claims())
})
app.listen(new URL(redirect_uri).port || 80)
`,
})

const spring = (facts: SnippetFacts): Snippet => ({
  id: 'spring',
  title: 'Spring Boot',
  code: `# application.yml, with spring-boot-starter-oauth2-client; the callback URL of the app client is
# YOUR_APP/login/oauth2/code/poolhouse
spring:
  security:
    oauth2:
      client:
        registration:
          poolhouse:
            client-id: ${facts.clientId}
            client-secret: \${CLIENT_SECRET}
            scope: ${facts.scopes.join(', ')}
        provider:
          poolhouse:
            issuer-uri: ${issuer(facts)}
            user-name-attribute: sub
`,
})

const authlib = (facts: SnippetFacts): Snippet => ({
  id: 'authlib',
  title: 'Python, Authlib',
  install: 'pip install authlib httpx itsdangerous fastapi uvicorn',
  code: `import os
from urllib.parse import urlparse
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.environ.get("SESSION_SECRET", "only for development"))
redirect_uri = ${JSON.stringify(facts.callbackUrl)}
oauth = OAuth()
oauth.register(
    "poolhouse",
    server_metadata_url=${JSON.stringify(`${issuer(facts)}/.well-known/openid-configuration`)},
    client_id=${JSON.stringify(facts.clientId)},
    client_secret=os.environ["CLIENT_SECRET"],
    client_kwargs={"scope": ${JSON.stringify(facts.scopes.join(' '))}, "code_challenge_method": "S256"},
)

@app.get("/login")
async def login(request: Request):
    return await oauth.poolhouse.authorize_redirect(request, redirect_uri)

@app.get(urlparse(redirect_uri).path)
async def callback(request: Request):
    token = await oauth.poolhouse.authorize_access_token(request)
    return token["userinfo"]
`,
})

const go = (facts: SnippetFacts): Snippet => ({
  id: 'go',
  title: 'Go',
  install: 'go get github.com/coreos/go-oidc/v3/oidc golang.org/x/oauth2',
  code: `provider, err := oidc.NewProvider(ctx, ${JSON.stringify(issuer(facts))})
if err != nil {
	log.Fatal(err)
}
config := oauth2.Config{
	ClientID:     ${JSON.stringify(facts.clientId)},
	ClientSecret: os.Getenv("CLIENT_SECRET"),
	Endpoint:     provider.Endpoint(),
	RedirectURL:  ${JSON.stringify(facts.callbackUrl)},
	Scopes:       []string{${facts.scopes.map((scope) => JSON.stringify(scope)).join(', ')}},
}
verifier := oauth2.GenerateVerifier()
http.Redirect(w, r, config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), http.StatusFound)
// In the callback: config.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(verifier))
`,
})

const curl = (facts: SnippetFacts): Snippet => ({
  id: 'curl',
  title: 'curl',
  code: `# With the code that the login page has sent to ${facts.callbackUrl}
curl ${issuer(facts)}/oauth2/token \\
  --data grant_type=authorization_code \\
  --data client_id=${facts.clientId} \\${facts.hasSecret ? '\n  --data-urlencode "client_secret=$CLIENT_SECRET" \\' : ''}
  --data-urlencode 'redirect_uri=${facts.callbackUrl}' \\
  --data-urlencode "code=$CODE"
`,
})

const curlMachine = (facts: SnippetFacts): Snippet => ({
  id: 'curl',
  title: 'curl',
  code: `curl ${issuer(facts)}/oauth2/token \\
  --user "${facts.clientId}:$CLIENT_SECRET" \\
  --data grant_type=client_credentials \\
  --data-urlencode 'scope=${facts.scopes.join(' ')}'
`,
})

const nodeMachine = (facts: SnippetFacts): Snippet => ({
  id: 'node',
  title: 'Node',
  code: `const basic = Buffer.from(\`${facts.clientId}:\${process.env.CLIENT_SECRET}\`).toString('base64')
const response = await fetch(${text(`${issuer(facts)}/oauth2/token`)}, {
  method: 'POST',
  headers: { authorization: \`Basic \${basic}\` },
  body: new URLSearchParams({ grant_type: 'client_credentials', scope: ${text(facts.scopes.join(' '))} }),
})
const { access_token } = await response.json()
console.log(access_token)
`,
})

const goMachine = (facts: SnippetFacts): Snippet => ({
  id: 'go',
  title: 'Go',
  install: 'go get golang.org/x/oauth2',
  code: `config := clientcredentials.Config{
	ClientID:     ${JSON.stringify(facts.clientId)},
	ClientSecret: os.Getenv("CLIENT_SECRET"),
	TokenURL:     ${JSON.stringify(`${issuer(facts)}/oauth2/token`)},
	Scopes:       []string{${facts.scopes.map((scope) => JSON.stringify(scope)).join(', ')}},
}
client := config.Client(ctx) // Sends the token with each request.
`,
})
