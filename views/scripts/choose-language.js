// Changes the language as soon as another one is chosen. Without this script a button does.
for (const form of document.querySelectorAll('form.languages')) {
  form.querySelector('button').hidden = true
  form.querySelector('select').addEventListener('change', () => form.requestSubmit())
}
