// Shows new messages as they come, without moving whoever is reading.
const main = document.querySelector('main')
const shown = (page) => [...page.querySelectorAll('article')].map((article) => article.dataset.id).join(' ')

setInterval(async () => {
  if (document.hidden) return
  const answer = await fetch('/_poolhouse/').catch(() => undefined)
  if (!answer?.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (shown(fresh) !== shown(document)) {
    document.title = fresh.title
    main.replaceChildren(...fresh.querySelector('main').childNodes)
    return
  }
  const ages = fresh.querySelectorAll('time')
  for (const [index, time] of document.querySelectorAll('time').entries()) time.textContent = ages[index].textContent
}, 3000)
