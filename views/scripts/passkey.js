// Asks the browser for a passkey, and sends what it answers with the form. The only part of the pages that needs script.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'

const form = document.querySelector('form[data-passkey]')
const { passkey, options, failed, unsupported } = form.dataset

form.addEventListener('submit', async (event) => {
  if (form.elements.credential.value) return
  event.preventDefault()
  if (!browserSupportsWebAuthn()) return tell(unsupported)
  tell('')
  try {
    const optionsJSON = JSON.parse(options)
    const credential =
      passkey === 'create' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON })
    form.elements.credential.value = JSON.stringify(credential)
    form.requestSubmit()
  } catch {
    tell(failed)
  }
})

function tell(text) {
  const place = form.querySelector('[data-passkey-error]')
  place.hidden = text === ''
  place.querySelector('span').textContent = text
}
