/** The device described by a User-Agent, as shown to people. */
export interface Device {
  /** `Chrome 125` */
  browser: string
  /** `macOS 15.0` */
  system: string
}

const browsers: [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/],
  ['Safari', /\bVersion\/(\d{1,6})[\d.]{0,32} (?:Mobile\/\w{1,16} )?Safari\//],
  ['Amplify', /\baws-amplify\/(\d+)/],
  ['AWS CLI', /\baws-cli\/(\d+)/],
  ['Boto3', /\bBoto3\/(\d+)/i],
  ['AWS SDK for JavaScript', /\baws-sdk-js\/(\d+)/],
  ['AWS SDK', /\baws-sdk-(?:go-v2|\w{1,32})\/(\d+)/],
]

const systems: [name: string, pattern: RegExp][] = [
  ['iOS', /\b(?:iPhone )?OS (\d{1,3}(?:[._]\d{1,3})?)[\d_]{0,16} like Mac OS X/],
  ['Android', /\bAndroid (\d+(?:\.\d+)?)/],
  ['Windows', /\bWindows NT (\d+\.\d+)/],
  ['macOS', /\bMac OS X (\d+(?:[._]\d+)?)/],
  ['Chrome OS', /\bCrOS\b/],
  ['Linux', /\blinux\b/i],
  ['macOS', /\bos\/(?:darwin|macos)\b/i],
  ['Windows', /\bos\/win(?:32|dows)\b/i],
]

/** Undefined if none of it is recognized. */
export function deviceOf(userAgent: string | undefined): Device | undefined {
  if (!userAgent) return undefined
  const text = userAgent.slice(0, 1024)
  const browser = firstOf(browsers, text)
  const system = firstOf(systems, text)
  return browser || system ? { browser: browser ?? 'unknown', system: system ?? 'unknown' } : undefined
}

function firstOf(known: [string, RegExp][], text: string): string | undefined {
  for (const [name, pattern] of known) {
    const match = pattern.exec(text)
    if (!match) continue
    // Windows 11 also reports NT 10.0.
    const version = match[1]?.replace('_', '.')
    return version ? `${name} ${name === 'Windows' ? version.replace(/\.0$/, '') : version}` : name
  }
  return undefined
}
