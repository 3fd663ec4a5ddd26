/* global oidc */
const config = await (await fetch('config.json')).json()
const { authority, client_id } = config
const here = location.origin + location.pathname

const manager = new oidc.UserManager({
  authority,
  client_id,
  redirect_uri: here,
  scope: 'openid email profile aws.cognito.signin.user.admin',
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }),
  automaticSilentRenew: true,
  loadUserInfo: false,
})

const element = (id) => document.getElementById(id)
manager.events.addUserLoaded(show)

element('sign-in').onclick = () => run(() => manager.signinRedirect())
element('refresh').onclick = () =>
  run(async () => {
    await manager.signinSilent()
    element('notice').textContent = 'New tokens came.'
  })
element('user-info').onclick = () =>
  run(async () => {
    const user = await manager.getUser()
    const { userinfo_endpoint } = await manager.metadataService.getMetadata()
    const answer = await fetch(userinfo_endpoint, { headers: { Authorization: `Bearer ${user.access_token}` } })
    element('user-info-claims').textContent = JSON.stringify(await answer.json(), null, 2)
    element('user-info-answer').hidden = false
  })
element('sign-out').onclick = () =>
  run(async () => {
    await manager.removeUser()
    // The logout endpoint takes client_id and logout_uri.
    const { end_session_endpoint } = await manager.metadataService.getMetadata()
    location.assign(`${end_session_endpoint}?${new URLSearchParams({ client_id, logout_uri: here })}`)
  })

const titles = { passwordless: 'A second app of the same pool', branded: 'An app with pages in its own style' }
const title = titles[location.pathname.split('/').at(-2)]
if (title) element('title').textContent = document.title = title
if (config.more) showMore(config.more)

await run(async () => {
  const query = new URLSearchParams(location.search)
  // Somebody opened the login page by its printed URL: the code is of no request of this app, which makes its own.
  if (query.has('code') && !query.has('state')) return manager.signinRedirect()
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    history.replaceState(null, '', location.pathname)
    await manager.signinCallback(`${here}?${query}`)
  }
  show(await manager.getUser())
})

function show(user) {
  element('signed-out').hidden = Boolean(user)
  element('signed-in').hidden = !user
  if (!user) return
  element('name').textContent = user.profile.email ?? user.profile.sub
  const expires = new Date(user.expires_at * 1000)
  element('expires').textContent = expires.toLocaleTimeString()
  element('expires').dateTime = expires.toISOString()
  element('id-token').textContent = claims(user.id_token)
  element('access-token').textContent = claims(user.access_token)
}

function claims(token) {
  const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  )
  return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2)
}

async function run(action) {
  element('error').hidden = true
  try {
    await action()
  } catch (error) {
    element('error').textContent = error.message
    element('error').hidden = false
    show(await manager.getUser())
  }
}

/** What an app's own code would say, with the addresses and ids of this demo. */
function showMore({ service, totp }) {
  const values = {
    authority,
    client_id,
    pool: config.pool,
    service: service.id,
    secret: service.secret,
    account: `${config.url}/${config.pool}/account?${new URLSearchParams({ client_id })}`,
  }
  const filled = (text) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all)
  for (const code of document.querySelectorAll('#more details pre')) code.textContent = filled(code.textContent)
  for (const link of document.querySelectorAll('#more a.button'))
    link.setAttribute('href', filled(link.getAttribute('href')))
  element('totp-user').textContent = totp.username
  showCode(totp)
  element('ask-service').onclick = () => run(() => askService(service))
  element('more').hidden = false
}

/** The code of the authenticator app, renewed when it ends. */
function showCode({ code, seconds }) {
  element('totp-code').textContent = code
  setTimeout(async () => showCode((await (await fetch('config.json')).json()).more.totp), seconds * 1000 + 200)
}

async function askService({ id, secret }) {
  const { token_endpoint } = await manager.metadataService.getMetadata()
  const answer = await fetch(token_endpoint, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'demo-api/read' }),
  })
  const { access_token, error } = await answer.json()
  if (error) throw new Error(error)
  element('service-token').textContent = claims(access_token)
  element('service-token').hidden = false
}
