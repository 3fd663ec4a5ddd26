// Checks that run inside a page.

globalThis.structureFaults = () => {
  const found = []
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
  if (new Set(ids).size !== ids.length) found.push('an id stands twice')
  for (const input of document.querySelectorAll('input:not([type=hidden], [aria-hidden=true])')) {
    if (!input.labels[0]?.textContent.trim()) found.push(`${input.name} has no label`)
    if (!input.getAttribute('autocomplete')) found.push(`${input.name} has no autocomplete`)
    const explained = (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
    for (const id of explained) if (!document.getElementById(id)) found.push(`${input.name} is explained by nothing`)
    const wrong = input.getAttribute('aria-invalid') === 'true'
    if (wrong !== explained.some((id) => id.endsWith('-error'))) found.push(`${input.name}: error and aria differ`)
  }
  for (const graphic of document.querySelectorAll('svg'))
    if (graphic.getAttribute('aria-hidden') !== 'true') found.push('a graphic is read out')
  for (const link of document.querySelectorAll('a, button')) if (!link.textContent.trim()) found.push('an empty link')
  return found
}

globalThis.fitsInWidth = () => document.documentElement.scrollWidth <= innerWidth

/** What is below 24 pixels is hard to hit. */
globalThis.smallTargets = () =>
  [...document.querySelectorAll('a, button, input:not([type=hidden], [aria-hidden=true])')]
    .map((one) => ({ text: one.textContent, height: one.getBoundingClientRect().height }))
    .filter((one) => one.height < 24)

/** Texts whose contrast to what is behind them is below 4.5 : 1, or 3 : 1 for large ones. */
globalThis.contrastFaults = () => {
  const found = []
  for (const element of document.querySelectorAll(
    'h1, p, label, a, button, li, span, input:not([type=hidden], [aria-hidden=true])',
  )) {
    if (!element.textContent.trim() && element.tagName !== 'INPUT') continue
    const { color, fontSize } = getComputedStyle(element)
    const [lighter, darker] = [luminance(rgba(color)), luminance(colorBehind(element))].sort((a, b) => b - a)
    const ratio = (lighter + 0.05) / (darker + 0.05)
    if (ratio < (Number.parseFloat(fontSize) >= 24 ? 3 : 4.5))
      found.push(`${element.tagName} ${element.textContent.trim()} ${ratio.toFixed(2)}`)
  }
  return found
}

function rgba(color) {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  canvas.fillStyle = color
  canvas.fillRect(0, 0, 1, 1)
  return [...canvas.getImageData(0, 0, 1, 1).data]
}

function luminance(color) {
  const [red, green, blue] = color.map((value) => {
    const part = value / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function colorBehind(element) {
  for (let one = element; one; one = one.parentElement) {
    const color = rgba(getComputedStyle(one).backgroundColor)
    if (color[3] > 250) return color
  }
  return [255, 255, 255, 255]
}
