// Shows the document as it is typed; without this script, the button does.
const form = document.querySelector('form')
const settings = document.getElementById('settings')
const status = document.getElementById('status')
let waiting
let sent = 0

async function show() {
  clearTimeout(waiting)
  const turn = ++sent
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({ _csrf: form.elements._csrf.value, settings: settings.value }),
  }).catch(() => undefined)
  if (turn !== sent) return
  const problem = answer ? (answer.ok ? '' : (await answer.json()).message) : 'The server does not answer.'
  status.textContent = problem || 'Shown.'
  status.classList.toggle('problem', problem !== '')
  if (!problem) for (const frame of document.querySelectorAll('iframe')) frame.src = frame.getAttribute('src')
}

settings.addEventListener('input', () => {
  clearTimeout(waiting)
  waiting = setTimeout(show, 400)
})
form.addEventListener('submit', (event) => {
  // A picture goes its own way, and the page comes back with it.
  if (event.submitter?.hasAttribute('formaction')) return
  event.preventDefault()
  show()
})
