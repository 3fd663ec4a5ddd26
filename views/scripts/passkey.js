// Asks the browser for a passkey, and sends what it answers with the form. The only part of the pages that needs script.
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

const form = document.querySelector('form[data-passkey]')
const { passkey, failed, unsupported } = form.dataset
const optionsJSON = JSON.parse(form.dataset.options)

if (passkey === 'autofill') autofill()
else form.addEventListener('submit', ask)

/** Until a passkey is chosen among the names that the browser offers, the form works as it is. */
async function autofill() {
  if (!browserSupportsWebAuthn() || !(await browserSupportsWebAuthnAutofill())) return
  try {
    send(await startAuthentication({ optionsJSON, useBrowserAutofill: true }))
  } catch {
    // Nobody chose one.
  }
}

async function ask(event) {
  if (form.elements.credential.value) return
  event.preventDefault()
  if (!browserSupportsWebAuthn()) return tell(unsupported)
  tell('')
  try {
    send(passkey === 'create' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON }))
  } catch {
    tell(failed)
  }
}

function send(credential) {
  form.elements.credential.value = JSON.stringify(credential)
  form.submit()
}

function tell(text) {
  const place = form.querySelector('[data-passkey-error]')
  place.hidden = text === ''
  place.querySelector('span').textContent = text
}
