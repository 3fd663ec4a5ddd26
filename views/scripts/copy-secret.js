// Adds a button that copies the secret of an authenticator app. Without this script there is no button.
for (const secret of document.querySelectorAll('code[data-copy]')) {
  if (!navigator.clipboard) continue
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'link'
  button.textContent = secret.dataset.copy
  const status = document.createElement('span')
  status.className = 'unseen'
  status.setAttribute('role', 'status')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(secret.textContent.replace(/\s/g, ''))
    button.textContent = status.textContent = secret.dataset.copied
  })
  secret.after(' ', button, status)
}
