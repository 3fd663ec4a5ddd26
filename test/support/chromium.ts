import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where Chromium is. As root on Debian it is installed when it is missing; elsewhere the error says what to do. */
export function requireChromium(): string {
  const found = findChromium()
  if (found) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium for the browser tests (apt-get install chromium) …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error(
    'The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to its binary.',
  )
}

/**
 * Of several such lists Chromium takes the last alone, so those that Playwright switches off are named again. The popups
 * of the address bar are pages that Chromium would load with every window, at thrice the cost of the window itself.
 */
const featuresOff = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
]

// A machine that runs two test files, each with a server and a database, may be slow at it.
const timeout = 120_000

/** A browser with contexts of its own: in the Chromium that all files of a run share, unless it needs arguments of its own. */
export function launchChromium(more: string[] = []): Promise<Browser> {
  const own = () => chromium.launch(optionsWith(more))
  const shared = process.env.POOLHOUSE_TEST_CHROMIUM
  // If the shared one has crashed in the test of another file, that is no fault of this file's.
  return shared && more.length === 0 ? chromium.connect(shared, { timeout }).catch(own) : own()
}

/** For all files of a run. Where there is none it is undefined, and the tests that need one say so. */
export async function startSharedChromium(installs: boolean): Promise<BrowserServer | undefined> {
  try {
    if (installs) requireChromium()
  } catch {}
  if (!findChromium()) return undefined
  const server = await chromium.launchServer(optionsWith([]))
  const missing = server
    .process()
    .spawnargs.flatMap((argument) => /^--disable-features=(.*)/.exec(argument)?.[1]?.split(',') ?? [])
    .filter((feature) => !featuresOff.includes(feature))
  if (missing.length > 0) throw new Error(`Playwright also switches off ${missing}: add it to featuresOff.`)
  process.env.POOLHOUSE_TEST_CHROMIUM = server.wsEndpoint()
  return server
}

function optionsWith(more: string[]): LaunchOptions {
  return {
    executablePath: requireChromium(),
    timeout,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--disable-features=${featuresOff}`,
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  }
}

function findChromium(): string | undefined {
  return candidates.find((path) => path && existsSync(path))
}
