// Shows the document as it is typed; without this script, the button does.
const form = document.querySelector('form')
const status = document.getElementById('status')
let waiting
let sent = 0

async function show() {
  clearTimeout(waiting)
  const turn = ++sent
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => undefined)
  if (turn !== sent) return
  const problem = answer ? (answer.ok ? '' : (await answer.json()).message) : 'The server does not answer.'
  status.textContent = problem || 'Shown.'
  status.classList.toggle('problem', problem !== '')
  if (!problem) for (const frame of document.querySelectorAll('iframe')) frame.src = frame.getAttribute('src')
}

form.addEventListener('input', () => {
  clearTimeout(waiting)
  waiting = setTimeout(show, 400)
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  show()
})
