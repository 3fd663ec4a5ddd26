/** A style that leaves nothing as it was: colours, shapes, pictures and places, for both colour schemes. */
import { asset, drawing } from './brand-scene.ts'

const both = (light: object, dark: object) => ({ lightMode: light, darkMode: dark })

export const alpine = {
  categories: {
    auth: {
      authMethodOrder: [[{ display: 'INPUT', type: 'USERNAME_PASSWORD' }], [{ display: 'BUTTON', type: 'FEDERATED' }]],
    },
    form: { location: { horizontal: 'END', vertical: 'CENTER' } },
    global: {
      colorSchemeMode: 'DYNAMIC',
      pageHeader: { enabled: true },
      pageFooter: { enabled: true },
      spacingDensity: 'REGULAR',
    },
  },
  componentClasses: {
    buttons: { borderRadius: 24 },
    input: {
      borderRadius: 12,
      ...both(
        { defaults: { backgroundColor: 'ffffffff', borderColor: 'b08968ff' } },
        { defaults: { backgroundColor: '251c3aff', borderColor: '7a6a9cff' } },
      ),
    },
    inputLabel: both({ textColor: '5c2c18ff' }, { textColor: 'f0d4c4ff' }),
    inputDescription: both({ textColor: '7a5a48ff' }, { textColor: 'c4b0ccff' }),
    focusState: both({ borderColor: 'b23e20ff' }, { borderColor: 'ff9e6eff' }),
    optionControls: both(
      { defaults: { backgroundColor: 'ffffffff', borderColor: 'b08968ff' } },
      { defaults: { backgroundColor: '251c3aff', borderColor: '7a6a9cff' } },
    ),
    divider: both({ borderColor: 'ecd9c6ff' }, { borderColor: '3c3058ff' }),
    link: both(
      { defaults: { textColor: 'a03418ff' }, hover: { textColor: '6a1f0cff' } },
      { defaults: { textColor: 'ffb08aff' }, hover: { textColor: 'ffd0b8ff' } },
    ),
  },
  components: {
    form: {
      borderRadius: 18,
      logo: { enabled: true, location: 'START', position: 'TOP', formInclusion: 'IN' },
      ...both(
        { backgroundColor: 'fffaf5ff', borderColor: 'f0dcc8ff' },
        { backgroundColor: '181226ff', borderColor: '3c3058ff' },
      ),
    },
    pageBackground: { image: { enabled: true }, ...both({ color: 'f6b48eff' }, { color: '120c22ff' }) },
    pageHeader: {
      backgroundImage: { enabled: false },
      logo: { enabled: true, location: 'START' },
      ...both(
        { background: { color: 'fffaf5ff' }, borderColor: 'f0dcc8ff' },
        { background: { color: '181226ff' }, borderColor: '3c3058ff' },
      ),
    },
    pageFooter: {
      logo: { enabled: true, location: 'CENTER' },
      ...both(
        { background: { color: '3a1e14ff' }, borderColor: '3a1e14ff' },
        { background: { color: '0c0818ff' }, borderColor: '3c3058ff' },
      ),
    },
    pageText: both(
      { headingColor: '3a1e14ff', bodyColor: '5a3a2aff', descriptionColor: '7a5a48ff' },
      { headingColor: 'fae8dcff', bodyColor: 'dcc8d8ff', descriptionColor: 'c4b0ccff' },
    ),
    primaryButton: both(
      {
        defaults: { backgroundColor: 'b23e20ff', textColor: 'ffffffff' },
        hover: { backgroundColor: '8a2a10ff', textColor: 'ffffffff' },
      },
      {
        defaults: { backgroundColor: 'ff9e6eff', textColor: '2a1206ff' },
        hover: { backgroundColor: 'ffb890ff', textColor: '2a1206ff' },
      },
    ),
    secondaryButton: both(
      {
        defaults: { backgroundColor: 'fffaf5ff', borderColor: 'b23e20ff', textColor: 'a03418ff' },
        hover: { backgroundColor: 'fff1e4ff', borderColor: '8a2a10ff', textColor: '8a2a10ff' },
      },
      {
        defaults: { backgroundColor: '181226ff', borderColor: 'ff9e6eff', textColor: 'ffb08aff' },
        hover: { backgroundColor: '251c3aff', borderColor: 'ffb890ff', textColor: 'ffd0b8ff' },
      },
    ),
    idpButton: {
      standard: both(
        { defaults: { backgroundColor: 'fff1e4ff', borderColor: 'b08968ff', textColor: '5c2c18ff' } },
        { defaults: { backgroundColor: '251c3aff', borderColor: '7a6a9cff', textColor: 'f0d4c4ff' } },
      ),
    },
    favicon: { enabledTypes: ['SVG'] },
  },
}

const peaks = (sky: [string, string], sun: string, hills: string[]) =>
  drawing(
    `<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky[0]}"/>` +
      `<stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs><rect width="1600" height="1000" fill="url(#s)"/>` +
      `<circle cx="520" cy="420" r="120" fill="${sun}"/>` +
      `<path fill="${hills[0]}" d="M0 640 220 430 400 600 640 330 900 640 1160 420 1600 700V1000H0z"/>` +
      `<path fill="${hills[1]}" d="M0 780 300 600 560 780 860 560 1200 800 1600 640V1000H0z"/>` +
      `<path fill="${hills[2]}" d="M0 900 400 780 800 900 1240 800 1600 880V1000H0z"/>`,
    '0 0 1600 1000" preserveAspectRatio="xMidYMax slice',
  )

const wordmark = (text: string, ink: string, accent: string) =>
  drawing(
    `<path fill="${accent}" d="M4 36 20 8 30 25 36 16 48 36z"/>` +
      `<text x="58" y="32" font-family="Georgia, serif" font-size="27" font-weight="700" fill="${ink}">${text}</text>`,
    '0 0 210 44" width="210" height="44',
  )

const mark = (accent: string) =>
  drawing(
    `<circle cx="32" cy="32" r="32" fill="${accent}"/><path fill="#fff" d="M12 44 28 18 37 33 42 26 52 44z"/>`,
    '0 0 64 64" width="64" height="64',
  )

export const alpineAssets = [
  asset('PAGE_BACKGROUND', 'LIGHT', 'SVG', peaks(['#ffe3cc', '#f6a880'], '#fff4e6', ['#d9785a', '#a84a38', '#6e2a28'])),
  asset('PAGE_BACKGROUND', 'DARK', 'SVG', peaks(['#140d28', '#3a2352'], '#f4e4d4', ['#2c1d44', '#1e1434', '#120b22'])),
  asset('PAGE_HEADER_LOGO', 'LIGHT', 'SVG', wordmark('Alpenglow', '#3a1e14', '#b23e20')),
  asset('PAGE_HEADER_LOGO', 'DARK', 'SVG', wordmark('Alpenglow', '#fae8dc', '#ff9e6e')),
  asset('PAGE_FOOTER_LOGO', 'DYNAMIC', 'SVG', wordmark('since 1931', '#e8c8b4', '#8a6a5a')),
  asset('FORM_LOGO', 'LIGHT', 'SVG', mark('#b23e20')),
  asset('FORM_LOGO', 'DARK', 'SVG', mark('#e0764a')),
  asset('FAVICON_SVG', 'DYNAMIC', 'SVG', mark('#b23e20')),
  asset(
    'PASSWORD_GRAPHIC',
    'DYNAMIC',
    'SVG',
    drawing(
      '<circle cx="32" cy="32" r="30" fill="#f0a37c"/><rect x="18" y="28" width="28" height="20" rx="4" fill="#5c2c18"/>' +
        '<path d="M23 28v-6a9 9 0 0 1 18 0v6" fill="none" stroke="#5c2c18" stroke-width="4"/>',
      '0 0 64 64" width="72" height="72',
    ),
  ),
  asset(
    'IDP_BUTTON_ICON',
    'DYNAMIC',
    'SVG',
    drawing('<circle cx="10" cy="10" r="9" fill="#b23e20"/><circle cx="10" cy="10" r="4" fill="#fff"/>', '0 0 20 20'),
    'Google',
  ),
]
