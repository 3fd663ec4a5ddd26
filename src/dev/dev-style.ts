export const stylesheet = `:root {
  color-scheme: light dark;
  --ink: light-dark(#0f141a, #ebebf0);
  --faint: light-dark(#424650, #b4b4bb);
  --paper: light-dark(#f6f6f9, #161d26);
  --card: light-dark(#fff, #1b232d);
  --edge: light-dark(#c6c6cd, #424650);
  --accent: light-dark(#006ce0, #42b4ff);
}
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 "Open Sans", "Helvetica Neue", Roboto, Arial, sans-serif }
main { margin: 0 auto; padding: 2rem 1rem; max-inline-size: 48rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.title { margin-block-end: 1.5rem }
h1 { margin: 0; font-size: 1.6rem }
h2 { margin: .5rem 0; font-size: 1.05rem }
.title p, footer, time, .pool, .empty { color: var(--faint); font-size: .875rem; margin: 0 }
.empty { padding: 3rem 1rem; text-align: center; border: 1px dashed var(--edge); border-radius: .75rem; font-size: 1rem }
article { margin-block-end: 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--edge);
  border-radius: .75rem }
article header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
article strong { overflow-wrap: anywhere }
time { margin-inline-start: auto }
.medium { padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; color: var(--card); background: var(--accent) }
.code { margin: .5rem 0 }
.code code { font-size: 1.5rem; letter-spacing: .08em; user-select: all; overflow-wrap: anywhere }
pre { margin: .5rem 0; padding: .75rem; max-block-size: 20rem; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; border-radius: .5rem; background: var(--paper); font-size: .875rem }
.link { margin: .25rem 0; overflow-wrap: anywhere }
a { color: var(--accent) }
footer { margin-block-start: 2rem }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem;
  margin: 0 0 2rem; padding: 0; list-style: none }
.cards a { display: grid; gap: .25rem; block-size: 100%; padding: 1rem 1.25rem; color: var(--ink); text-decoration: none;
  background: var(--card); border: 1px solid var(--edge); border-radius: .75rem }
.cards a:hover { border-color: var(--accent) }
.cards strong { color: var(--accent) }
.cards span { color: var(--faint); font-size: .9rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
main > pre { background: var(--card); border: 1px solid var(--edge) }
.docs { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2rem; margin: 0 auto;
  padding: 1rem 1rem 4rem; max-inline-size: 68rem }
.docs main { margin: 0; padding: 1rem 0; max-inline-size: none }
.docs nav h2 { margin: 1rem 0 .25rem; color: var(--faint); font-size: .8rem }
.docs nav ul { margin: 0; padding: 0; list-style: none }
.docs nav a { display: block; padding: .2rem .5rem; color: var(--faint); text-decoration: none; border-radius: .4rem }
.docs nav a:hover { color: var(--accent) }
.docs nav [aria-current] { color: var(--accent); font-weight: 700; background: var(--card) }
.text h1 { margin-block-end: 1rem }
.text h2 { margin-block: 2rem .5rem; font-size: 1.3rem }
.text h3 { margin-block: 1.5rem .5rem }
.text p, .text li { overflow-wrap: anywhere }
.text code { font-family: Monaco, Menlo, Consolas, "Courier New", monospace; font-size: .875em }
.text pre { max-block-size: none; border: 1px solid var(--edge); background: var(--card) }
.text pre code { font-size: 1em }
.text img { max-inline-size: 100%; border: 1px solid var(--edge); border-radius: .75rem }
.wide { margin-block: 1rem; overflow-x: auto }
table { border-collapse: collapse; font-size: .875rem }
th, td { padding: .4rem .75rem; min-inline-size: 7rem; vertical-align: top; text-align: start;
  border: 1px solid var(--edge); background: var(--card) }
@media (width < 60rem) {
  .docs { grid-template-columns: minmax(0, 1fr); gap: 1rem }
  .docs nav ul { display: flex; flex-wrap: wrap }
}
`
