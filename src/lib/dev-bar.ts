/** The bar on top of every page of a dev server, in the look of the console's own. */

/** The pages of a dev server, in the order of the bar. */
export const devLinks = {
  home: { url: '/', text: 'Home' },
  demo: { url: '/_poolhouse/demo/', text: 'Demo' },
  inbox: { url: '/_poolhouse/', text: 'Inbox' },
  branding: { url: '/_poolhouse/branding', text: 'Branding' },
  console: { url: '/console/', text: 'Console' },
  docs: { url: '/_poolhouse/docs/', text: 'Docs' },
} as const

export type DevLink = keyof typeof devLinks

/** HTML; the page has to load `devBarStyle` too. */
export function devBar(at: DevLink, hasConsole: boolean): string {
  const links = Object.entries(devLinks)
    .filter(([name]) => name !== 'console' || hasConsole)
    .map(([name, { url, text }]) => `<a href="${url}"${name === at ? ' aria-current="page"' : ''}>${text}</a>`)
  return `<header class="bar"><a class="brand" href="/">${mark}Poolhouse</a>
<nav aria-label="Development">${links.join('\n')}</nav></header>`
}

const mark =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="m7.5 13.5 8.5-6 8.5 6M7.5 19c1.4-1.4 2.8-1.4 4.25 0s2.85 1.4 4.25 0 2.85-1.4 4.25 0 2.85 1.4 4.25 0M7.5 24c1.4-1.4 2.8-1.4 4.25 0s2.85 1.4 4.25 0 2.85-1.4 4.25 0 2.85 1.4 4.25 0"/></svg>'

/** Where `devBarStyle` is served. */
export const devBarStyleUrl = '/_poolhouse/bar.css'

export const devBarStyle = `.bar { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; min-block-size: 3rem; margin: 0;
  padding: .25rem 1.25rem; color: #ebebf0; background: #131920; border-block-end: 1px solid #424650;
  font: 14px/1.43 "Open Sans", "Helvetica Neue", Roboto, Arial, sans-serif }
.bar nav { display: flex; flex-wrap: wrap; gap: 0 1rem }
.bar a { padding-block: .35rem; color: #ebebf0; text-decoration: none }
.bar a:hover { text-decoration: underline }
.bar a:focus-visible { outline: 2px solid #42b4ff; outline-offset: 2px }
.bar [aria-current] { font-weight: 700; box-shadow: inset 0 -2px #5fc8cf }
.bar .brand { display: flex; gap: .5rem; align-items: center; font-size: 1.05rem; font-weight: 700 }
.bar svg { inline-size: 1.6rem; fill: none; stroke: #5fc8cf; stroke-width: 2.4; stroke-linecap: round;
  stroke-linejoin: round }
@media (width < 34rem) {
  .bar { padding-inline: .75rem }
  .bar nav { gap: 0 .9rem }
}
`
