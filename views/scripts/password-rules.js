import './show-password.js'

// Marks the rules that a new password keeps, while it is typed. Without it the list just stands there.
for (const list of document.querySelectorAll('ul[data-rules]')) {
  const input = document.getElementById(list.dataset.rules)
  const said = list.nextElementSibling
  const judge = () => {
    let broken = 0
    for (const rule of list.querySelectorAll('li[data-pattern]')) {
      const kept = new RegExp(rule.dataset.pattern, 'u').test(input.value)
      rule.classList.toggle('kept', kept)
      if (!kept) broken++
    }
    return broken
  }
  input.addEventListener('input', judge)
  // Read out when the field is left, not at every key.
  input.addEventListener('change', () => {
    const texts = [...list.querySelectorAll('li[data-pattern]:not(.kept)')].map((rule) => rule.textContent.trim())
    said.textContent = judge() === 0 ? said.dataset.kept : `${list.getAttribute('aria-label')}: ${texts.join(', ')}`
  })
  judge()
}
