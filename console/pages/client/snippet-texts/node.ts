import {
  addressOf,
  callbackAt,
  exportSecret,
  file,
  issuer,
  js,
  portOf,
  run,
  type Snippet,
  type SnippetFacts,
  sh,
  unseen,
} from './facts.ts'

export function nextAuth(facts: SnippetFacts): Snippet {
  const path = '/api/auth/callback/'
  const callback =
    facts.callbackUrls.find((url) => /^https?:/.test(url) && new URL(url).pathname.startsWith(path)) ??
    callbackAt(`${path}poolhouse`, facts)
  const id = new URL(callback).pathname.slice(path.length)
  return {
    id: 'next-auth',
    title: 'Next.js, Auth.js',
    steps: [
      run(
        'npx --yes create-next-app@latest app --empty --yes',
        'cd app',
        "npm install 'next-auth@^5.0.0-beta'",
        `printf 'AUTH_SECRET=%s\\nCLIENT_SECRET=%s\\n' "$(openssl rand -base64 32)" ${sh(facts.secret ?? unseen)} > .env.local`,
      ),
      file(
        'auth.ts',
        `import NextAuth from 'next-auth'

export const { handlers, signIn, signOut, auth } = NextAuth({
  providers: [
    {
      id: ${js(id)},
      name: 'Poolhouse',
      type: 'oidc',
      issuer: ${js(issuer(facts))},
      clientId: ${js(facts.clientId)},
      clientSecret: process.env.CLIENT_SECRET,
      authorization: { params: { scope: ${js(facts.scopes.join(' '))} } },
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
})
`,
      ),
      file(
        'app/api/auth/[...nextauth]/route.ts',
        `import { handlers } from '@/auth'

export const { GET, POST } = handlers
`,
      ),
      file(
        'app/page.tsx',
        `import { auth, signIn, signOut } from '@/auth'

export default async function Home() {
  const session = await auth()
  async function change() {
    'use server'
    await (session ? signOut() : signIn(${js(id)}))
  }
  return (
    <form action={change}>
      <p>{session ? \`Signed in: \${session.user?.email ?? session.user?.name}\` : 'Signed out'}</p>
      <button>{session ? 'Sign out' : 'Sign in'}</button>
    </form>
  )
}
`,
      ),
      run(`npm run dev -- --port ${portOf(callback)}`),
    ],
    open: addressOf('/', callback),
    callbackUrl: callback,
  }
}

export const openidClient = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'openid-client',
  title: 'Express, openid-client',
  steps: [
    run('npm init -y', 'npm install openid-client express express-session'),
    file(
      'app.mjs',
      `import express from 'express'
import session from 'express-session'
import * as oidc from 'openid-client'

const config = await oidc.discovery(
  new URL(${js(issuer(facts))}),
  ${js(facts.clientId)},
  process.env.CLIENT_SECRET,
  undefined,
  { execute: ${facts.publicUrl.startsWith('http:') ? '[oidc.allowInsecureRequests]' : '[]'} },
)
const redirect_uri = ${js(callback)}
const app = express()
app.use(session({ secret: process.env.SESSION_SECRET ?? 'only for development', resave: false, saveUninitialized: false }))

app.get('/login', async (req, res) => {
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  Object.assign(req.session, { verifier, state })
  res.redirect(oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    state,
    scope: ${js(facts.scopes.join(' '))},
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
app.listen(${portOf(callback)})
`,
    ),
    run(exportSecret(facts), 'node app.mjs'),
  ],
  open: addressOf('/login', callback),
  callbackUrl: callback,
})

export const nodeMachine = (facts: SnippetFacts): Snippet => ({
  id: 'node',
  title: 'Node',
  steps: [
    file(
      'token.mjs',
      `const basic = Buffer.from(\`${facts.clientId}:\${process.env.CLIENT_SECRET}\`).toString('base64')
const response = await fetch(${js(`${issuer(facts)}/oauth2/token`)}, {
  method: 'POST',
  headers: { authorization: \`Basic \${basic}\` },
  body: new URLSearchParams({ grant_type: 'client_credentials', scope: ${js(facts.scopes.join(' '))} }),
})
const { access_token, error } = await response.json()
console.log(access_token ?? error)
`,
    ),
    run(exportSecret(facts), 'node token.mjs'),
  ],
})
