import type { ConsoleEntry } from './files.ts'

/**
 * The application's only page. Its settings are embedded as data, which the content security policy does not execute.
 */
export function consolePage({ script, stylesheet, icon, preload }: ConsoleEntry, settings: object): string {
  const at = (name: string) => `/console/assets/${name}`
  const preloads = preload.map((name) => `<link rel="modulepreload" href="${at(name)}">`)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Poolhouse</title>
<link rel="icon" href="${at(icon)}" type="image/svg+xml">
<link rel="stylesheet" href="${at(stylesheet)}">
${preloads.join('\n')}
<script type="module" src="${at(script)}"></script>
<script type="application/json" id="settings">${JSON.stringify(settings).replaceAll('<', '\\u003c')}</script>
</head>
<body>
<div id="app"></div>
<noscript><p>The console needs JavaScript. The AWS CLI and <code>poolhouse --help</code> do without it.</p></noscript>
</body>
</html>
`
}
