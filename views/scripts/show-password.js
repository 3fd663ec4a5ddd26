// Adds a button to each password field that shows what was typed. Without this script there is no button.
const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

for (const input of document.querySelectorAll('input[data-show]')) {
  const button = document.createElement('button')
  const label = document.createElement('span')
  const icon = svg('svg', { viewBox: '0 0 24 24', width: 20, height: 20, 'aria-hidden': true, focusable: false })
  button.type = 'button'
  button.className = 'show'
  label.className = 'unseen'
  label.textContent = input.dataset.show
  icon.append(
    svg('path', { d: 'M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12Z' }),
    svg('circle', { cx: 12, cy: 12, r: 3 }),
    svg('path', { class: 'slash', d: 'M4 4l16 16' }),
  )
  const show = (shown) => {
    input.type = shown ? 'text' : 'password'
    button.setAttribute('aria-pressed', shown)
  }
  button.setAttribute('aria-controls', input.id)
  button.append(label, icon)
  button.addEventListener('click', () => show(input.type === 'password'))
  // Browsers remember what was typed into text fields, and look for passwords in password fields.
  input.form.addEventListener('submit', () => show(false))
  addEventListener('pagehide', () => show(false))
  show(false)
  input.parentElement.append(button)
}
