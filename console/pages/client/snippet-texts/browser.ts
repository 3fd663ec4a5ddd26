import { addressOf, file, issuer, js, portOf, run, type Snippet, type SnippetFacts, webCallback } from './facts.ts'

const newApp = (library: string) =>
  run('npm create --yes vite@latest app -- --template vanilla --no-interactive', 'cd app', `npm install ${library}`)

const serve = (url: string) => run(`npm run dev -- --port ${portOf(url)}`)

/** At the login pages too, where they may lead back: otherwise the next sign-in asks for nothing. */
const signOut = ({ clientId, logoutUrls }: SnippetFacts, callback: string) =>
  logoutUrls.includes(callback)
    ? `
function signOut() {
  const extraQueryParams = { client_id: ${js(clientId)}, logout_uri: ${js(callback)} }
  return users.signoutRedirect({ extraQueryParams })
}
`
    : `
async function signOut() {
  await users.removeUser()
  location.reload()
}
`

export const oidcClientTs = (facts: SnippetFacts, callback: string): Snippet => ({
  id: 'oidc-client-ts',
  title: 'Vite, oidc-client-ts',
  steps: [
    newApp('oidc-client-ts'),
    file(
      'src/main.js',
      `import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

const users = new UserManager({
  authority: ${js(issuer(facts))},
  client_id: ${js(facts.clientId)},
  redirect_uri: ${js(callback)},
  scope: ${js(facts.scopes.join(' '))},
  userStore: new WebStorageStateStore({ store: sessionStorage }),
})

document.body.innerHTML = '<button></button><pre></pre>'
const button = document.querySelector('button')
const output = document.querySelector('pre')

try {
  const query = new URLSearchParams(location.search)
  if (query.has('code') || query.has('error')) {
    history.replaceState(null, '', location.pathname)
    await users.signinCallback(\`\${location.origin}\${location.pathname}?\${query}\`)
  }
} catch (error) {
  output.textContent = error.message
}
const user = await users.getUser()
button.textContent = user ? 'Sign out' : 'Sign in'
button.onclick = () => (user ? signOut() : users.signinRedirect())
output.textContent ||= user ? JSON.stringify(user.profile, null, 2) : 'Signed out'
${signOut(facts, callback)}`,
    ),
    serve(callback),
  ],
  open: callback,
  callbackUrl: callback,
})

export const amplify = (facts: SnippetFacts): Snippet => {
  const url = webCallback(facts) ?? 'http://localhost:5173/'
  return {
    id: 'amplify',
    title: 'Amplify',
    steps: [
      newApp('aws-amplify'),
      file(
        'src/main.js',
        `import { Amplify } from 'aws-amplify'
import { confirmSignIn, fetchUserAttributes, signIn, signOut } from 'aws-amplify/auth'

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: ${js(facts.poolId)},
      userPoolClientId: ${js(facts.clientId)},
      userPoolEndpoint: ${js(facts.publicUrl)},
    },
  },
})

async function show() {
  const attributes = await fetchUserAttributes().catch(() => undefined)
  document.body.innerHTML = attributes
    ? '<button>Sign out</button><pre></pre>'
    : \`<form>
        <input name="username" aria-label="Username" placeholder="Username" autocomplete="username" required>
        <input name="password" aria-label="Password" placeholder="Password" autocomplete="current-password" required type="password">
        <button>Sign in</button>
      </form>
      <pre></pre>\`
  const output = document.querySelector('pre')
  if (attributes) {
    output.textContent = JSON.stringify(attributes, null, 2)
    document.querySelector('button').onclick = () => signOut().then(show)
    return
  }
  document.querySelector('form').onsubmit = async (event) => {
    event.preventDefault()
    try {
      let { nextStep } = await signIn(Object.fromEntries(new FormData(event.target)))
      // A code, a new password, a choice of factors: an app of your own has a page for each.
      while (nextStep.signInStep !== 'DONE') {
        const secret = nextStep.totpSetupDetails?.sharedSecret ?? ''
        const challengeResponse = prompt(\`\${nextStep.signInStep} \${secret}\`)
        if (!challengeResponse) return
        nextStep = (await confirmSignIn({ challengeResponse })).nextStep
      }
      await show()
    } catch (error) {
      output.textContent = error.message
    }
  }
}
await show()
`,
      ),
      serve(url),
    ],
    open: addressOf('/', url),
  }
}
