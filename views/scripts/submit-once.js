// Sends a form once however often its button is pressed, and shows that it is under way.
const patience = 10_000

function release(form) {
  delete form.dataset.sent
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy')
}

addEventListener('submit', (event) => {
  // Such as a passkey's form, which asks the browser first and then sends itself.
  if (event.defaultPrevented) return
  const form = event.target
  if ('sent' in form.dataset) return event.preventDefault()
  form.dataset.sent = ''
  event.submitter?.setAttribute('aria-busy', 'true')
  // Whoever stopped the browser may try again.
  setTimeout(release, patience, form)
})

// The page comes back as it was left.
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release))
